"""What a report recommends, and what the Assistant Director answers."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from people.models import User
from qualitycounts.base.moments import together
from reporting.models.report import Report


class Priority(models.IntegerChoices):
    """How soon what CQAWG decided is to be done: a child may be harmed, many children gain, or it is good to have."""

    FIRST = 1, "1, must, first"
    SECOND = 2, "2, should, this quarter"
    THIRD = 3, "3, could, when we can"


class Recommendation(models.Model):
    """One numbered recommendation of a report, with why; and the written management response to it."""

    class Kind(models.TextChoices):
        LEARNING = "learning", "Learning"
        TRAINING = "training", "Training"
        PRACTICE = "practice", "Practice"
        POLICY = "policy", "Policy"

    class Answer(models.TextChoices):
        ACCEPT = "accept", "Accept"
        PART = "part", "Accept in part"
        NO = "no", "Not accepted"

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="recommended")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    words = models.TextField()
    because = models.TextField(blank=True)
    standard = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="The standard whose figure it is meant to move, or `CASE_NUMBER`."
    )
    version = models.PositiveIntegerField(default=1)
    answer = models.CharField(max_length=8, choices=Answer, blank=True)
    what = models.TextField(blank=True, help_text="What will be done, or why it is not accepted.")
    owner = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    by_on = models.DateField(null=True, blank=True)
    priority = models.PositiveSmallIntegerField(choices=Priority, null=True, blank=True)
    joins = models.ForeignKey(
        "reporting.PlanItem",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="joined",
        help_text="The item of the plan that does already what this asks for.",
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("report", "number")
        constraints = [
            *together("recommendation", "answered"),
            models.UniqueConstraint(fields=["report", "number"], name="recommendation_number_once"),
            models.CheckConstraint(condition=~Q(words=""), name="recommendation_words"),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def ref(self) -> str:
        """What the trail calls it."""
        return f"{self.report.ref}/{self.number}"
