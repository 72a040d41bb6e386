"""What the worker says of an audit afterwards: was it fair, did it help. Kept so that nobody is told who said what."""

from __future__ import annotations

import uuid

from django.db import models

from audits.models.audit import Audit


class SayGiven(models.Model):
    """That the keyworker of an audit has answered, so that they are asked once: not what, and not when."""

    audit = models.OneToOneField(Audit, on_delete=models.CASCADE, primary_key=True, related_name="say_given")

    def __str__(self) -> str:
        return f"{self.audit_id}"


class WorkerSay(models.Model):
    """One answer, without audit, person or moment: only the month. Its key is drawn at random, so it tells no order."""

    class Answer(models.TextChoices):
        YES = "yes", "Yes"
        PARTLY = "partly", "In part"
        NO = "no", "No"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    month = models.DateField(help_text="The first day of the month in which it was given.")
    fair = models.CharField(max_length=6, choices=Answer)
    helped = models.CharField(max_length=6, choices=Answer)
    words = models.TextField(blank=True)

    class Meta:
        ordering = ("month", "pk")

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
