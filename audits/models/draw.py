"""The draw: a frozen frame, a seed, and the cases that chance chose; and what keeps an auditor from one of them."""

from __future__ import annotations

from datetime import date

from django.db import models

from audits.models.programme import Activity
from audits.models.register import Case
from people.models import User
from qualitycounts.base.moments import together


class Draw(models.Model):
    """One draw. Never edited: a wrong one is superseded and stays readable.

    `frame` holds the very bytes whose sha256 is `frame_hash`; `allocation` holds everything that the
    allocation was worked out from, so that both can be recomputed from this row alone. The retention schedule removes
    the frame, a list of children's numbers, on `frame_removed_on`; its hash and `strata`, its counts, stay.
    """

    class State(models.TextChoices):
        DRAWN = "drawn", "Drawn"
        SUPERSEDED = "superseded", "Superseded"

    ref = models.CharField(max_length=20, unique=True)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="draws")
    state = models.CharField(max_length=12, choices=State, default=State.DRAWN)
    on = models.DateField()
    drawn_at = models.DateTimeField()
    drawn_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    size = models.PositiveIntegerField()
    seed = models.CharField(max_length=64)
    seed_given = models.BooleanField(default=False, help_text="The seed was passed to the command, not made here.")
    filter = models.JSONField(default=dict)
    focus = models.JSONField(default=list, help_text="The standards its audits look at; empty for all.")
    frame = models.TextField()
    frame_hash = models.CharField(max_length=64)
    frame_removed_on = models.DateField(null=True, blank=True, help_text="When retention removed the frame.")
    strata = models.JSONField(default=dict, help_text="How many of the frame each category had, once it is removed.")
    frame_size = models.PositiveIntegerField()
    excluded = models.JSONField(default=dict)
    quotas = models.JSONField(default=dict)
    allocation = models.JSONField(default=dict)
    coverage = models.JSONField(default=list, help_text="Each team's open, audited, eligible and drawn cases that day.")
    superseded_why = models.TextField(blank=True)
    sent = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When those named on it were told; until then it is looked at.",
    )
    sent_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(blank=True, help_text="The note that went with the mails.")
    left_at = models.DateTimeField(null=True, blank=True, help_text="When it was left unsent for good.")
    left_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    left_why = models.TextField(blank=True)

    class Meta:
        ordering = ("-on", "-pk")
        constraints = [
            *together("draw", "left"),
            models.CheckConstraint(
                condition=models.Q(left_at=None) | (models.Q(sent=None) & ~models.Q(left_why="")),
                name="draw_left_unsent_why",
            ),
            models.UniqueConstraint(
                fields=["activity"], condition=models.Q(state="drawn"), name="draw_once_an_activity"
            ),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def month(self) -> date:
        """The first day of the month whose audits were drawn."""
        return self.activity.month

    @property
    def chosen(self) -> int:
        """How many cases chance chose."""
        return sum(self.quotas.values())


class RedrawRequest(models.Model):
    """The Head of QA was asked to have a draw made again that must not be sent as drawn, and what they answered."""

    class Answer(models.TextChoices):
        REDRAWN = "redrawn", "Drawn again"
        DECLINED = "declined", "Declined"

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="redraw_requests")
    why = models.TextField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=8, choices=Answer, blank=True, help_text="Empty while it waits.")
    answer_why = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("pk",)
        constraints = [
            *together("redrawrequest", "asked", "answered"),
            models.UniqueConstraint(fields=["draw"], condition=models.Q(answer=""), name="redraw_asked_once"),
        ]

    def __str__(self) -> str:
        return f"{self.draw_id} {self.get_answer_display() or 'asked'}"


class Pick(models.Model):
    """A case that the draw chose, or called from the reserve. Its audit points back at it."""

    class State(models.TextChoices):
        CHOSEN = "chosen", "Chosen"
        CALLED = "called", "Called from the reserve"
        REPLACED = "replaced", "Replaced"

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="picks")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="picks")
    category = models.CharField(max_length=4)
    ticket = models.CharField(max_length=64)
    place = models.PositiveIntegerField(help_text="The place of its ticket within the stratum, from 1.")
    state = models.CharField(max_length=10, choices=State, default=State.CHOSEN)
    replaces = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_with"
    )
    called_on = models.DateField(null=True, blank=True, help_text="The day it was called from the reserve.")
    reason = models.CharField(max_length=40, blank=True, help_text="The reason code of a replacement.")
    why = models.TextField(blank=True)
    no_auditor_why = models.TextField(blank=True, help_text="Why nobody could be placed, in words.")

    class Meta:
        ordering = ("category", "place")
        constraints = [
            models.UniqueConstraint(fields=["draw", "case"], name="pick_once_a_draw"),
            models.UniqueConstraint(fields=["draw", "category", "place"], name="pick_place_once"),
        ]

    def __str__(self) -> str:
        return f"{self.draw_id} {self.category} {self.place}"


class Conflict(models.Model):
    """A person said they should not audit this case, or have this auditor."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="conflicts")
    auditor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="conflicts")
    reason = models.TextField()
    declared_at = models.DateTimeField()
    declared_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            *together("conflict", "declared"),
            models.UniqueConstraint(fields=["case", "auditor"], name="conflict_once"),
        ]

    def __str__(self) -> str:
        return f"{self.auditor_id} and {self.case_id}"


class Leave(models.Model):
    """Days on which an auditor is away: no audits are allocated in a month wholly inside them."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="leave")
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("starts_on")), name="leave_dates")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.starts_on:%Y-%m-%d} to {self.ends_on:%Y-%m-%d}"


class Capacity(models.Model):
    """How many audits of a month one auditor is given at most, where it is not what everyone is given."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="capacity")
    a_month = models.PositiveSmallIntegerField()
    why = models.CharField(max_length=200, blank=True)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [*together("capacity", "set")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.a_month} a month"
