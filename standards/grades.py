"""The four grades, best first (strategy, App. 2, Grading)."""

from __future__ import annotations

from django.db import models


class Grade(models.TextChoices):
    """A grade as it is stored, and its word."""

    OUTSTANDING = "outstanding", "Outstanding"
    GOOD = "good", "Good"
    REQUIRES_IMPROVEMENT = "requires_improvement", "Requires improvement"
    INADEQUATE = "inadequate", "Inadequate"

    @property
    def rank(self) -> int:
        """4 for Outstanding down to 1 for Inadequate: the number of bars beside the word."""
        return RANKS[self]

    @property
    def good_or_better(self) -> bool:
        """What the reports count as Good or better."""
        return self in GOOD_OR_BETTER

    @property
    def escalates(self) -> bool:
        """Requires improvement and Inadequate are monitored to closure (strategy 7)."""
        return self in ESCALATING


RANKS = {grade: 4 - place for place, grade in enumerate(Grade)}
GOOD_OR_BETTER = (Grade.OUTSTANDING, Grade.GOOD)
ESCALATING = (Grade.REQUIRES_IMPROVEMENT, Grade.INADEQUATE)
