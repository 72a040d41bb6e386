"""What one chair marked alone before the meeting: nobody else reads it until the rules of the grades say so."""

from __future__ import annotations

from django.db import models
from django.db.models import F

from audits.models.audit import Audit
from audits.models.mark import Mark
from people.models import User
from qualitycounts.base.moments import together
from standards.models import Criterion


class OwnMarkQuerySet(models.QuerySet["OwnMark"]):
    """The questions that are asked of own marks, each defined once."""

    def without_a_chair(self) -> OwnMarkQuerySet:
        """Those of people who sit in no chair of the audit any more: whoever comes after them never sees them."""
        return self.exclude(saved_by=F("audit__auditor")).exclude(saved_by=F("audit__keyworker"))


class OwnMark(models.Model):
    """One criterion on the sheet of one chair: a mark, the page or date where it was seen, and a private note.

    The mark and the page are one save, the note another, so each has its version. All go once the audit is final.
    """

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="own_marks")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    value = models.CharField(max_length=14, choices=Mark.Value, blank=True)
    seen = models.TextField(blank=True, help_text="The page or date.")
    note = models.TextField(blank=True, help_text="Never shown to the other chair.")
    version = models.PositiveIntegerField(default=0)
    note_version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", help_text="Whose sheet it is.")

    objects = OwnMarkQuerySet.as_manager()

    class Meta:
        constraints = [
            *together("own_mark", "saved"),
            models.UniqueConstraint(fields=["audit", "criterion", "saved_by"], name="own_mark_once_each"),
        ]

    def __str__(self) -> str:
        return f"{self.audit_id} {self.criterion_id} {self.saved_by_id}"
