"""The two signatures under an audit."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from audits.models.audit import Audit, Chair
from people.models import User
from qualitycounts.base.moments import together


class Signature(models.Model):
    """A chair signed exactly this content. "Seen, not agreed" with one's own words is a signature too."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="signatures")
    chair = models.CharField(max_length=10, choices=Chair)
    content_hash = models.CharField(max_length=64)
    agrees = models.BooleanField(default=True)
    words = models.TextField(blank=True)
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("signed_at",)
        constraints = [
            *together("signature", "signed", "voided"),
            models.UniqueConstraint(fields=["audit", "chair"], condition=Q(voided_at=None), name="signature_once"),
            models.CheckConstraint(condition=Q(agrees=True) | ~Q(words=""), name="signature_words"),
        ]

    def __str__(self) -> str:
        return f"{self.audit_id} {self.chair}"

    @property
    def how(self) -> str:
        """Whether it was signed as agreed, in a sentence that goes on with the moment."""
        return "signed" if self.agrees else "seen, not agreed,"
