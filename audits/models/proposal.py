"""What one chair proposes for a grade."""

from __future__ import annotations

from django.db import models

from audits.models.audit import Chair, Judgement
from people.models import User
from qualitycounts.base.moments import together
from standards.grades import Grade


class Proposal(models.Model):
    """One chair's grade in one round, with a sentence of why. Kept, whatever is agreed."""

    judgement = models.ForeignKey(Judgement, on_delete=models.CASCADE, related_name="proposals")
    round = models.PositiveSmallIntegerField()
    chair = models.CharField(max_length=10, choices=Chair)
    grade = models.CharField(max_length=24, choices=Grade)
    words = models.TextField(blank=True)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("round", "chair")
        constraints = [
            *together("proposal", "proposed"),
            models.UniqueConstraint(fields=["judgement", "round", "chair"], name="proposal_once_a_round"),
        ]

    def __str__(self) -> str:
        return f"{self.judgement_id} round {self.round} {self.chair}"
