"""A director looks at a case file, or has one presented to them: why, what was learned, and its note on the file."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from audits.models.register import Case
from people.models import User
from qualitycounts.base.moments import together


class Viewing(models.Model):
    """The record of one spot view or case presentation (strategy 4.2, 4.3). It opens the case for one day."""

    class Kind(models.TextChoices):
        SPOT = "spot", "Spot view of a case file"
        PRESENTATION = "presentation", "Case presentation"

    kind = models.CharField(max_length=12, choices=Kind)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="viewings")
    by_chance = models.BooleanField(default=False, help_text="Chosen at random, not by number.")
    why = models.TextField()
    read_on = models.DateField(help_text="The day on which the case and its finished audits are open to them.")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="viewings")
    held_on = models.DateField(null=True, blank=True)
    presented_by = models.CharField(max_length=150, blank=True, help_text="Who presented the case, by name.")
    learned = models.TextField(blank=True)
    recorded_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    on_file_on = models.DateField(null=True, blank=True)
    on_file_at = models.DateTimeField(null=True, blank=True)
    on_file_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    chronology_needed = models.BooleanField(
        null=True, blank=True, help_text="Whether it belongs in the management chronology; empty until somebody says."
    )
    in_chronology_at = models.DateTimeField(null=True, blank=True)
    in_chronology_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-opened_at", "-pk")
        constraints = [
            *together("viewing", "opened", "recorded", "on_file", "in_chronology"),
            models.CheckConstraint(
                condition=Q(recorded_at=None) | (~Q(learned="") & Q(held_on__isnull=False)), name="viewing_recorded"
            ),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def ref(self) -> str:
        """What pages and the trail call it."""
        return f"VIEW-{self.pk}"
