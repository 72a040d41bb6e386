"""The tokens by which analysts' own tools read the figures of issued reports."""

from __future__ import annotations

from django.db import models

from people.models import User
from qualitycounts.base.moments import together


class FeedToken(models.Model):
    """One tool's way into the feed of figures, in the name of the person who answers for it.

    The token itself is shown once and kept nowhere; `digest` is its SHA-256, and `hint` how it begins.
    """

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=120)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=12)
    expires_on = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    last_read = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-made_at", "-pk")
        constraints = together("feed_token", "made", "revoked")

    def __str__(self) -> str:
        return self.ref

    @property
    def ref(self) -> str:
        """Its name in the trail."""
        return f"FEED-{self.pk:03}"
