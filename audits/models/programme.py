"""The year's programme: what is planned for each month and why, what it came to, and who agreed to it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from people.models import User
from qualitycounts.base.dates import month_in_words
from qualitycounts.base.moments import together
from standards.models import Tool


class Activity(models.Model):
    """A planned piece of the year's programme: one month of core live audits, or another kind.

    `narrow` and `focus` say which cases and which standards it looks at; once cases are drawn for it they stay.
    """

    class Kind(models.TextChoices):
        CORE = "core", "Core live audits"
        THEMED = "themed", "Themed audits"
        FLASH = "flash", "Flash audits"
        MANAGEMENT = "management", "Management audits"
        MULTI_AGENCY = "multi_agency", "Multi-agency audits"
        OBSERVATION = "observation", "Observations of practice"

    class Origin(models.TextChoices):
        ROUTINE = "routine", "The year’s routine"
        CORE_FINDING = "core_finding", "A finding of the core audits"
        LINE_OF_ENQUIRY = "line_of_enquiry", "A key line of enquiry"
        SAFEGUARDING_BOARD = "safeguarding_board", "The Safeguarding Board or its Quality Assurance sub-group"
        COMPLAINT = "complaint", "Complaints"
        PERFORMANCE = "performance", "Performance data"

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        DROPPED = "dropped", "Dropped"

    kind = models.CharField(max_length=12, choices=Kind, default=Kind.CORE)
    month = models.DateField(help_text="The first day of the month whose audits these are.")
    title = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.PLANNED)
    planned = models.PositiveIntegerField(default=0, help_text="How many audits or observations; 0 where not said.")
    origin = models.CharField(max_length=20, choices=Origin, default=Origin.ROUTINE)
    origin_words = models.TextField(blank=True, help_text="Which finding, complaint or figure it was.")
    focus = models.JSONField(default=list, help_text="Numbers of the standards looked at; empty for all.")
    narrow = models.JSONField(default=dict, help_text="Categories and teams the cases come from; empty for all.")
    agencies = models.JSONField(default=list, help_text="Partner agencies of a multi-agency audit, by name.")
    questions = models.JSONField(default=list, help_text="What it asks of every case, beside the standards.")
    tool = models.ForeignKey(
        Tool,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="activities",
        help_text="What it asks of every case or observation, as a tool of its own.",
    )
    lead = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    dropped_at = models.DateTimeField(null=True, blank=True)
    dropped_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    dropped_why = models.TextField(blank=True)
    conclusion = models.TextField(blank=True, help_text="What all of it came to, as the report says it.")
    concluded_at = models.DateTimeField(null=True, blank=True, help_text="Which report has it: that of this day.")
    concluded_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("month", "kind", "title")
        constraints = [
            *together("activity", "dropped", "concluded"),
            models.UniqueConstraint(fields=["kind", "month", "title"], name="activity_once"),
            models.CheckConstraint(condition=Q(state="planned") | ~Q(dropped_why=""), name="activity_dropped_why"),
        ]

    def __str__(self) -> str:
        return f"{self.title or self.get_kind_display()}, {month_in_words(self.month)}"

    @property
    def ref(self) -> str:
        """What the trail calls it."""
        return f"PLAN-{self.pk}"

    @property
    def draws_cases(self) -> bool:
        """Whether cases are drawn for it; practice is observed as it happens."""
        return self.kind != self.Kind.OBSERVATION

    def plan(self) -> dict[str, Any]:
        """All that was planned of it, as it is agreed and as its changes are told."""
        return {
            "kind": self.kind,
            "month": self.month,
            "title": self.title,
            "planned": self.planned,
            "origin": self.origin,
            "origin_words": self.origin_words,
            "focus": self.focus,
            "narrow": self.narrow,
            "agencies": self.agencies,
            "lead": self.lead.name if self.lead else "",
            **({"questions": self.questions} if self.questions else {}),
            **({"tool": self.tool.title} if self.tool else {}),
        }


class Agreement(models.Model):
    """A manager was asked to agree to a year's programme, and did: to exactly what `content_hash` stands for."""

    year = models.PositiveSmallIntegerField(help_text="The year it begins in: 2026 is April 2026 to March 2027.")
    manager = models.ForeignKey(User, on_delete=models.PROTECT, related_name="programmes_agreed")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField(null=True, blank=True)
    agreed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    words = models.TextField(blank=True)
    content_hash = models.CharField(max_length=64, blank=True, help_text="sha256 of the programme agreed to.")

    class Meta:
        ordering = ("manager__name", "pk")
        constraints = [
            *together("agreement", "asked", "agreed"),
            models.UniqueConstraint(fields=["year", "manager"], name="agreement_once_a_year"),
            models.CheckConstraint(
                condition=Q(agreed_by=None) | Q(agreed_by=models.F("manager")), name="agreement_by_oneself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.manager_id}"


class SetAside(models.Model):
    """A monthly duty that will not be done for its month, and why: then it is asked of nobody any more."""

    class Duty(models.TextChoices):
        DRAW = "draw", "The draw"
        PANEL = "panel", "The panel’s sample"
        REPORT = "report", "The monthly report"

    duty = models.CharField(max_length=6, choices=Duty)
    month = models.DateField(help_text="The first day of the month whose draw, sample or report it is.")
    why = models.TextField()
    set_aside_at = models.DateTimeField()
    set_aside_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-month", "duty")
        constraints = [
            *together("setaside", "set_aside"),
            models.UniqueConstraint(fields=["duty", "month"], name="duty_set_aside_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_duty_display()} of {month_in_words(self.month)}"

    @property
    def ref(self) -> str:
        """What the trail calls it."""
        return f"{self.duty} {self.month:%Y-%m}"
