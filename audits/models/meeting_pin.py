"""A few digits by which one chair comes back to a screen that the two pass between them."""

from __future__ import annotations

from django.db import models

from audits.models.audit import Audit
from people.models import User
from qualitycounts.base.moments import together


class MeetingPin(models.Model):
    """The PIN of one chair for one meeting, as a hash. It goes when the meeting is paused or ends."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="pins")
    secret = models.CharField(max_length=128, help_text="The hash of the digits.")
    tries = models.PositiveSmallIntegerField(default=0, help_text="Wrong ones since it was set.")
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", help_text="Whose it is.")

    class Meta:
        constraints = [
            *together("meeting_pin", "set"),
            models.UniqueConstraint(fields=["audit", "set_by"], name="meeting_pin_once_each"),
            models.CheckConstraint(condition=models.Q(tries__lte=5), name="meeting_pin_five_tries"),
        ]

    def __str__(self) -> str:
        return f"{self.audit_id} {self.set_by_id}"
