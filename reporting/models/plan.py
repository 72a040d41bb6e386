"""The action plan of the quality assurance working group (CQAWG), and the learning that the reports ask for."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q

from escalation.models import Pattern
from people.models import User
from qualitycounts.base.moments import together
from reporting.models.recommendation import Priority, Recommendation
from standards.professional import BY_NUMBER, ProfessionalStandard


class PlanItemQuerySet(models.QuerySet["PlanItem"]):
    """The questions that are asked of the plan, each defined once."""

    def overdue(self, on: date) -> PlanItemQuerySet:
        """The only definition of a late item: still open on a day after its date."""
        return self.filter(state=PlanItem.State.OPEN, due_on__lt=on)


class PlanItem(models.Model):
    """One thematic action with one owner and a date. `before` holds the figure it is meant to move, as it was."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        DONE = "done", "Done"
        DROPPED = "dropped", "Dropped"

    number = models.PositiveIntegerField(unique=True)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.SECOND)
    what = models.TextField()
    doing = models.TextField(blank=True, help_text="How it will be done: the answer to the recommendation.")
    why = models.TextField(blank=True)
    standard = models.PositiveSmallIntegerField(null=True, blank=True)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    first_due_on = models.DateField(help_text="The date first agreed; never changed by a later one.")
    recommendation = models.OneToOneField(
        Recommendation, null=True, blank=True, on_delete=models.PROTECT, related_name="plan_item"
    )
    pattern = models.ForeignKey(Pattern, null=True, blank=True, on_delete=models.PROTECT, related_name="plan_items")
    before = models.JSONField(default=dict, help_text="The standard's figure when it was agreed.")
    impact = models.TextField(blank=True, help_text="The evidence that it made a difference.")
    version = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = PlanItemQuerySet.as_manager()

    class Meta:
        ordering = ("priority", "due_on", "number")
        constraints = [
            *together("plan_item", "opened", "ended"),
            models.CheckConstraint(condition=~Q(state="done") | ~Q(impact=""), name="plan_item_impact"),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def ref(self) -> str:
        """The item's address, and its name in the trail."""
        return f"PLAN-{self.number:03}"


class PlanUpdate(models.Model):
    """One line of an item's history: progress, a new date with its reason, or its end."""

    item = models.ForeignKey(PlanItem, on_delete=models.CASCADE, related_name="updates")
    words = models.TextField()
    due_on = models.DateField(null=True, blank=True, help_text="The new date, where there is one.")
    said_at = models.DateTimeField()
    said_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("said_at", "pk")
        constraints = together("plan_update", "said")

    def __str__(self) -> str:
        return f"{self.item_id} {self.said_at:%Y-%m-%d}"


class Need(models.Model):
    """A learning or development need for the Principal Social Worker, and what became of it (strategy 4.4)."""

    words = models.TextField()
    standard = models.PositiveSmallIntegerField(null=True, blank=True)
    professional = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="The number of Social Work England’s standard that it speaks to."
    )
    recommendation = models.OneToOneField(
        Recommendation, null=True, blank=True, on_delete=models.PROTECT, related_name="need"
    )
    raised_at = models.DateTimeField()
    raised_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    answer = models.TextField(blank=True, help_text="What is offered, for whom and when.")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-raised_at", "-pk")
        constraints = together("need", "raised", "answered")

    def __str__(self) -> str:
        return f"Need {self.pk}"

    @property
    def of_profession(self) -> ProfessionalStandard | None:
        """The professional standard that it speaks to."""
        return BY_NUMBER.get(self.professional or 0)
