"""A manager who was asked to watch a meeting: one chair asks, the other agrees, and either may end it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from audits.models.audit import Audit
from people.models import User
from qualitycounts.base.moments import together


class Watch(models.Model):
    """One manager's leave to watch one meeting, once both chairs have agreed."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="watches")
    manager = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField(null=True, blank=True)
    agreed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("pk",)
        constraints = [
            *together("watch", "asked", "agreed", "ended"),
            models.UniqueConstraint(fields=["audit", "manager"], condition=Q(ended_at=None), name="watch_once"),
            models.CheckConstraint(
                condition=Q(agreed_by=None) | ~Q(agreed_by=F("asked_by")), name="watch_both_chairs_agree"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.audit_id} {self.manager_id}"
