"""What is kept beyond the retention schedule, and why."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from audits.models.audit import Audit
from audits.models.register import Case
from people.models import User
from qualitycounts.base.moments import together


class RetentionHold(models.Model):
    """Words that stay beyond the retention schedule until this is ended: a complaint, an inquiry or a court case is
    open."""

    reason = models.TextField()
    kept_at = models.DateTimeField()
    kept_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True
        constraints = [
            *together("%(class)s", "kept", "ended"),
            models.CheckConstraint(condition=~Q(reason=""), name="%(class)s_reason"),
        ]

    def end(self, *, by: User, at: datetime) -> None:
        """Save that the schedule applies again."""
        self.ended_at, self.ended_by = at, by
        self.save(update_fields=["ended_at", "ended_by"])


class Keeping(RetentionHold):
    """An audit whose words stay beyond the retention schedule."""

    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="keepings")

    class Meta:
        constraints = [
            *RetentionHold.Meta.constraints,
            models.UniqueConstraint(fields=["audit"], condition=Q(ended_at=None), name="keeping_once"),
        ]

    def __str__(self) -> str:
        return f"{self.audit_id}: {self.reason}"


class CaseKeeping(RetentionHold):
    """A case of which nothing goes under the retention schedule until this is ended: its facts, its audits' words, its
    place in the frames of draws, and who opened them."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="keepings")

    class Meta:
        constraints = [
            *RetentionHold.Meta.constraints,
            models.UniqueConstraint(fields=["case"], condition=Q(ended_at=None), name="casekeeping_once"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.reason}"
