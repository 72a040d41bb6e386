"""What was settled once about the files of a case system: its columns, its words, and the names of its workers."""

from __future__ import annotations

from django.db import models

from audits.models.register import Import
from people.models import User
from qualitycounts.base.moments import together


class KeptMapping(models.Model):
    """Which headings of a file stand for which columns, and what its category words mean. Nothing of a child's."""

    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=8, choices=Import.Kind)
    content = models.JSONField(help_text="The lists with their headings, and the words (`mapping.layouts`).")
    kept_at = models.DateTimeField()
    kept_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-kept_at", "-pk")
        constraints = together("keptmapping", "kept")

    def __str__(self) -> str:
        return self.name

    @property
    def ref(self) -> str:
        """What the trail calls it."""
        return self.name


class WorkerAlias(models.Model):
    """Who is meant by a worker's name as files write it, confirmed once by somebody who knows."""

    name_key = models.CharField(max_length=150, unique=True, help_text="The name folded, as two are compared.")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("name_key",)
        constraints = together("workeralias", "confirmed")

    def __str__(self) -> str:
        return f"{self.name_key}: {self.user_id}"
