"""What the retention schedule removes: the list that is signed before, and its certificate after."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from people.models import User


class Disposal(models.Model):
    """One disposal: what was due on a day, by record class; who signed it; and what was removed.

    `due`: for each record class its count, how many are held, and the keys of its records where it lists them.
    `periods`: each period as it was, by its setting. Nothing goes that is not on a signed list.
    """

    on = models.DateField(help_text="The day up to which it counts.")
    due = models.JSONField(default=dict)
    periods = models.JSONField(default=dict)
    listed = models.DateTimeField()
    listed_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="Empty for the schedule."
    )
    signed = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    signed_why = models.TextField(blank=True, help_text="What the signer says of it.")
    done = models.DateTimeField(null=True, blank=True)
    removed = models.JSONField(default=dict, help_text="How many of each record class went.")
    proof = models.JSONField(default=dict, help_text="What the trail and the issued reports came to after it.")

    class Meta:
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(fields=["on"], condition=Q(done=None), name="disposal_once_a_day"),
            models.CheckConstraint(
                condition=Q(signed=None, signed_by=None) | Q(signed__isnull=False, signed_by__isnull=False),
                name="disposal_signed_by",
            ),
            models.CheckConstraint(condition=Q(done=None) | Q(signed__isnull=False), name="disposal_signed_first"),
        ]

    def __str__(self) -> str:
        return f"Disposal {self.pk} of {self.on}"

    @property
    def ref(self) -> str:
        """What the trail calls it."""
        return str(self.pk)

    @property
    def state_in_words(self) -> str:
        """Where it stands."""
        if self.done:
            return "Removed"
        return "Signed, being removed" if self.signed else "Waits for a signature"
