"""What is late or serious: escalations with their steps, safeguarding concerns, and who was told what was late."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q

from audits.models import Action, Activity, Audit
from people.models import Team, User
from qualitycounts.base.moments import together
from standards.grades import LONGEST, EscalationPath, Grade, GradeField, usual_path, word_of, words_to_count


class Escalation(models.Model):
    """One cause followed to verified closure. `path` is a key of `escalation.steps.paths.PATHS`."""

    class Path(models.TextChoices):
        SAFEGUARDING = "safeguarding", "Safeguarding"
        INADEQUATE = EscalationPath.INADEQUATE.value, EscalationPath.INADEQUATE.label
        REQUIRES_IMPROVEMENT = EscalationPath.REQUIRES_IMPROVEMENT.value, EscalationPath.REQUIRES_IMPROVEMENT.label

    class State(models.TextChoices):
        OPEN = "open", "Open"
        FINISHED = "finished", "Finished"

    ref = models.CharField(max_length=30, unique=True)
    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="escalations")
    path = models.CharField(max_length=24, choices=Path)
    grade = GradeField(
        max_length=LONGEST, choices=Grade, blank=True, help_text="The grade that it follows; empty for a concern."
    )
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    opened_on = models.DateField()
    opened = models.DateTimeField()
    finished = models.DateTimeField(null=True, blank=True)
    finished_why = models.TextField(blank=True)

    class Meta:
        ordering = ("opened", "pk")
        indexes = [models.Index(fields=["opened_on"], name="escalation_opened_on")]
        constraints = [
            models.UniqueConstraint(
                fields=["audit", "path"],
                condition=Q(state="open") & ~Q(path="safeguarding"),
                name="escalation_one_open_a_cause",
            ),
            models.CheckConstraint(
                condition=Q(state="open", finished=None) | Q(state="finished", finished__isnull=False),
                name="escalation_finished",
            ),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def own_path(self) -> str:
        """Its path in words where that is not the one that its grade usually starts, but its set's; else ""."""
        return str(self.get_path_display()) if self.grade and usual_path(self.grade) != self.path else ""

    @property
    def called(self) -> str:
        """What a mail calls it: a concern, or its grade by its word."""
        return word_of(self.grade) or str(self.get_path_display())

    @property
    def opened_for(self) -> str:
        """Why it was opened: a concern, or its grade, with its path where that is its set's own."""
        words = words_to_count(self.grade) if self.grade else str(self.get_path_display())
        return f"{words}, on the path of {self.own_path}" if self.own_path else words


class Concern(models.Model):
    """A safeguarding concern: why, who was spoken to and when. Its escalation is the safeguarding path."""

    escalation = models.OneToOneField(Escalation, on_delete=models.PROTECT, related_name="concern")
    why = models.TextField()
    spoken_to = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    spoken_with = models.TextField(
        blank=True, help_text="A team, or somebody without an account here, in the writer's words."
    )
    spoken = models.DateTimeField(help_text="When the spoken hand-over was.")
    raised_at = models.DateTimeField()
    raised_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            *together("concern", "raised"),
            models.CheckConstraint(
                condition=Q(spoken_to__isnull=False) | ~Q(spoken_with=""), name="concern_spoken_to_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"Concern {self.escalation_id}"

    @property
    def asked_in_words(self) -> str:
        """Who is asked to acknowledge it, for whoever raised it."""
        who = self.spoken_to.name if self.spoken_to else "The child’s manager"
        return f"{who} is asked to acknowledge it today."

    @property
    def spoken_to_in_words(self) -> str:
        """Everybody who was spoken to: the person asked to acknowledge it, and whoever else was named."""
        return " and ".join(filter(None, (self.spoken_to.name if self.spoken_to else "", self.spoken_with)))


def is_late(on: date) -> Q:
    """Of open steps those that are late: the only definition, as `Step.objects.overdue` asks it."""
    return Q(due_on__lt=on)


def has_no_owner(on: date) -> Q:
    """Of open steps those with nobody who works here on the day, as `Step.objects.ownerless` asks it."""
    return Q(owner=None) | Q(owner__is_active=False) | Q(owner__left_on__lte=on)


class StepQuerySet(models.QuerySet["Step"]):
    """The questions that are asked of steps, each defined once."""

    def open(self) -> StepQuerySet:
        """Steps that wait for somebody now."""
        return self.filter(state=Step.State.OPEN)

    def unfinished(self) -> StepQuerySet:
        """Steps that are open or whose turn is still to come."""
        return self.filter(state__in=(Step.State.OPEN, Step.State.WAITING))

    def ownerless(self, on: date) -> StepQuerySet:
        """Still open, with nobody who works here on the day: it wants another owner."""
        return self.open().filter(has_no_owner(on))

    def overdue(self, on: date) -> StepQuerySet:
        """Still open on a day after its due date."""
        return self.open().filter(is_late(on))


class Step(models.Model):
    """One step of an escalation: what, whose, by when. `slug` names its kind on its path (`escalation.steps.kinds`)."""

    class State(models.TextChoices):
        WAITING = "waiting", "Not started"
        OPEN = "open", "Open"
        DONE = "done", "Done"
        DROPPED = "dropped", "No longer needed"

    escalation = models.ForeignKey(Escalation, on_delete=models.PROTECT, related_name="steps")
    slug = models.SlugField(max_length=24)
    position = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    owner = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="steps")
    due_on = models.DateField(null=True, blank=True)
    first_due_on = models.DateField(null=True, blank=True)
    counted_from = models.DateField(null=True, blank=True, help_text="The day from which its date was counted.")
    counted_days = models.PositiveSmallIntegerField(null=True, blank=True, help_text="How many working days, if so.")
    counted_months = models.PositiveSmallIntegerField(null=True, blank=True, help_text="How many months, if so.")
    counted_since = models.CharField(max_length=10, blank=True, help_text="What happened on that day: dates.SINCE.")
    acted = models.TextField(blank=True, help_text="What was done, before another person agrees that it is enough.")
    acted_at = models.DateTimeField(null=True, blank=True)
    acted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    passed_to = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="steps_passed")
    passed_why = models.TextField(blank=True, help_text="Why it was passed up, as the timeline shows it.")
    passed_at = models.DateTimeField(null=True, blank=True)
    passed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    words = models.TextField(blank=True, help_text="What was said when it was done.")
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = StepQuerySet.as_manager()

    class Meta:
        ordering = ("position",)
        indexes = [models.Index(fields=["state", "due_on"], name="step_state_due")]
        constraints = [
            *together("step", "acted", "passed", "done"),
            models.UniqueConstraint(fields=["escalation", "slug"], name="step_once"),
            models.CheckConstraint(
                condition=~Q(state="open") | Q(owner__isnull=False, due_on__isnull=False, first_due_on__isnull=False),
                name="step_open_has_owner_and_date",
            ),
            models.CheckConstraint(condition=~Q(state="done") | Q(done_at__isnull=False), name="step_done_by"),
            models.CheckConstraint(condition=Q(done_by=None) | ~Q(done_by=F("acted_by")), name="step_doer_not_closer"),
        ]

    def __str__(self) -> str:
        return self.ref

    def owner_gone(self, on: date) -> bool:
        """Whether it is one of those that `ownerless` finds."""
        return self.state == self.State.OPEN and (self.owner is None or not self.owner.works_here(on))

    @property
    def ref(self) -> str:
        """What the trail calls it."""
        return f"{self.escalation.ref}/{self.slug}"


class Pattern(models.Model):
    """Several Inadequate of one team, or of one standard, in a quarter: put to the Head of Service and CQAWG.

    Which audits make it is worked out where it is shown, so that one that is regraded or voided is not left in it.
    """

    class State(models.TextChoices):
        OPEN = "open", "To be decided"
        DECIDED = "decided", "Decided"

    class Decision(models.TextChoices):
        THEMED = "themed", "A themed audit"
        FLASH = "flash", "A flash audit"
        NEITHER = "neither", "Neither, for the reason given"

    ref = models.CharField(max_length=20, unique=True)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    standard = models.PositiveSmallIntegerField(null=True, blank=True, help_text="The number of the standard.")
    also = models.JSONField(
        default=list, help_text="The numbers of other standards of which the same audits made a pattern."
    )
    quarter = models.DateField(help_text="Its first day.")
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    found = models.DateTimeField()
    owner = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    decision = models.CharField(max_length=8, choices=Decision, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_why = models.TextField(blank=True)
    named_why = models.TextField(blank=True, help_text="Why the team is named though it has one manager.")
    activity = models.ForeignKey(
        Activity,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="patterns",
        help_text="The audit that was decided on, as the programme has it.",
    )

    class Meta:
        ordering = ("state", "due_on", "pk")
        constraints = [
            *together("pattern", "decided"),
            models.UniqueConstraint(fields=["team", "quarter"], condition=Q(standard=None), name="pattern_team_once"),
            models.UniqueConstraint(fields=["standard", "quarter"], condition=Q(team=None), name="pattern_once"),
            models.CheckConstraint(
                condition=Q(team=None, standard__isnull=False) | Q(team__isnull=False, standard=None),
                name="pattern_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(state="open", decision="") | (Q(state="decided") & ~Q(decision="") & ~Q(decided_why="")),
                name="pattern_decided",
            ),
        ]

    def __str__(self) -> str:
        return self.ref


class Breach(models.Model):
    """One deadline passed one level: the claim that makes its telling happen once."""

    step = models.ForeignKey(Step, null=True, blank=True, on_delete=models.PROTECT, related_name="breaches")
    action = models.ForeignKey(Action, null=True, blank=True, on_delete=models.PROTECT, related_name="breaches")
    level = models.PositiveSmallIntegerField()
    due_on = models.DateField(help_text="The due date that was missed: a new date is a new deadline.")
    on = models.DateField(help_text="The day the sweep found it.")
    told = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["step", "due_on", "level"], condition=Q(step__isnull=False), name="breach_step_once"
            ),
            models.UniqueConstraint(
                fields=["action", "due_on", "level"], condition=Q(action__isnull=False), name="breach_action_once"
            ),
            models.CheckConstraint(
                condition=Q(step__isnull=False, action=None) | Q(step=None, action__isnull=False),
                name="breach_of_one_thing",
            ),
            models.CheckConstraint(condition=Q(on__gt=F("due_on")), name="breach_never_early"),
        ]

    def __str__(self) -> str:
        return f"{self.step_id or self.action_id} level {self.level}"
