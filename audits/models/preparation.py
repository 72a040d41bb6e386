"""The keyworker's own look at the headline indicators before the meeting."""

from __future__ import annotations

from django.db import models

from audits.models.audit import Audit
from people.models import User
from qualitycounts.base.moments import together


class SelfCheck(models.Model):
    """What the keyworker noted for themselves before the meeting. Only they read it: it is no mark and no grade."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="self_checks")
    answers = models.JSONField(default=dict, help_text="By the number of each headline indicator: a value of a mark.")
    words = models.TextField(blank=True)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            *together("selfcheck", "saved"),
            models.UniqueConstraint(fields=["audit", "saved_by"], name="self_check_once_each"),
        ]

    def __str__(self) -> str:
        return f"{self.audit_id} {self.saved_by_id}"
