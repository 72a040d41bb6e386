"""Three months after an action was verified: did what it changed last?"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from audits.models.audit import Audit
from audits.models.plan import Action
from people.models import User
from qualitycounts.base.moments import together


class LastingCheckQuerySet(models.QuerySet["LastingCheck"]):
    """The questions that are asked of these checks, each defined once."""

    def to_answer(self) -> LastingCheckQuerySet:
        """Not answered yet, of audits that stand."""
        return self.filter(answered_at=None, action__audit__state__in=Audit.FINAL)


class LastingCheck(models.Model):
    """The manager's answer about one verified action, and what the QA Team saw of those it samples."""

    class Lasted(models.TextChoices):
        YES = "yes", "Yes, it lasted"
        NO = "no", "No, not all of it"

    action = models.OneToOneField(Action, on_delete=models.CASCADE, related_name="lasting")
    due_on = models.DateField(help_text="Three months after the day on which the action was verified.")
    lasted = models.CharField(max_length=4, choices=Lasted, blank=True)
    words = models.TextField(blank=True, help_text="What shows it, in a sentence.")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    sampled = models.BooleanField(default=False, help_text="Whether the QA Team looks at the answer.")
    agrees = models.BooleanField(null=True, help_text="Whether the QA Team saw the same on the record.")
    seen = models.TextField(blank=True, help_text="What the QA Team saw, in a sentence.")
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = LastingCheckQuerySet.as_manager()

    class Meta:
        ordering = ("due_on", "action")
        indexes = [models.Index(fields=["due_on"], name="lasting_due")]
        constraints = [
            *together("lasting", "answered", "checked"),
            models.CheckConstraint(
                condition=Q(lasted="", answered_at=None) | ~Q(lasted="") & Q(answered_at__isnull=False),
                name="lasting_answered_whole",
            ),
            models.CheckConstraint(
                condition=Q(checked_at=None, agrees=None) | Q(checked_at__isnull=False, agrees__isnull=False),
                name="lasting_checked_whole",
            ),
            models.CheckConstraint(
                condition=Q(checked_by=None) | ~Q(checked_by=F("answered_by")), name="lasting_second_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action_id} lasting"
