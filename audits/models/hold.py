"""What keeps an audit from closing."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from audits.models.audit import Audit


class Hold(models.Model):
    """A mark that keeps the audit from closing and its case from being drawn, placed by what comes after."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="holds")
    cause = models.CharField(max_length=60)
    placed = models.DateTimeField()
    lifted = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["audit", "cause"], condition=Q(lifted=None), name="hold_once")]

    def __str__(self) -> str:
        return f"{self.audit_id} {self.cause}"

    @property
    def ref(self) -> str:
        """The reference of what placed it."""
        return self.cause.partition(":")[2]
