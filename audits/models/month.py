"""The QA Officer's month: what was sent to whom about an audit, the views she keeps, and each person's own calendar."""

from __future__ import annotations

from django.db import models

from audits.models.audit import Audit
from people.models import User
from qualitycounts.base.moments import together


class Reminder(models.Model):
    """One mail that asked somebody for the next thing on an audit: sent by hand with a note, or by the calendar."""

    class Stage(models.TextChoices):
        BOOK = "book", "Book the meeting"
        PREPARE = "prepare", "Bring the file up to date"
        HOLD = "hold", "Hold the meeting, or book it again"
        END = "end", "End the meeting"
        SIGN = "sign", "Read and sign"

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="reminders")
    to = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=8, choices=Stage)
    note = models.TextField(blank=True)
    key = models.CharField(max_length=150, help_text="The key of its notice.")
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="Empty: by the calendar."
    )

    class Meta:
        ordering = ("sent_at", "pk")
        constraints = [models.UniqueConstraint(fields=["to", "key"], name="reminder_once")]

    def __str__(self) -> str:
        return f"{self.audit_id} {self.stage} {self.sent_at:%Y-%m-%d}"

    @property
    def ref(self) -> str:
        """What the trail calls it."""
        return self.key


class SavedView(models.Model):
    """Filters of the board that somebody keeps under a name, as they stand in its address: never a case's number."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=300)

    class Meta:
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="saved_view_once")]

    def __str__(self) -> str:
        return self.name


class CalendarKey(models.Model):
    """The secret in the address of a person's own calendar. Another one makes the address before it useless."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="calendar_key")
    key = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = together("calendar_key", "made")

    def __str__(self) -> str:
        return f"{self.user_id} {self.made_at:%Y-%m-%d}"
