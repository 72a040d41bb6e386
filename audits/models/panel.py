"""The validation panel: a provable dip-sample, everyone's own grade unseen, and what the chair decides (strategy 7)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from audits.models.audit import Audit, Judgement
from people.models import User
from qualitycounts.base.moments import together
from standards.grades import LONGEST, Grade, GradeField


class Panel(models.Model):
    """One month's panel. `frame` holds the very bytes whose sha256 is `frame_hash`: a line "ref,kind" an audit."""

    class State(models.TextChoices):
        SAMPLED = "sampled", "Sample drawn"
        SITTING = "sitting", "Sitting"
        CLOSED = "closed", "Minutes closed"

    ref = models.CharField(max_length=20, unique=True)
    month = models.DateField(unique=True, help_text="The first day of the month whose finalised audits it looks at.")
    state = models.CharField(max_length=8, choices=State, default=State.SAMPLED)
    meets_on = models.DateField()
    chair = models.ForeignKey(User, on_delete=models.PROTECT, related_name="panels_chaired")
    deputy = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Decides where the chair is too near a case, or away.",
    )
    chair_away = models.BooleanField(default=False)
    seed = models.CharField(max_length=64)
    percent = models.PositiveSmallIntegerField(help_text="Of the audits that no rule puts in the sample.")
    least = models.PositiveSmallIntegerField(help_text="The fewest audits of a sample, where there are as many.")
    frame = models.TextField()
    frame_hash = models.CharField(max_length=64)
    sampled_at = models.DateTimeField()
    sampled_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField(null=True, blank=True)
    begun_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    summary = models.TextField(blank=True, help_text="The chair's summary, as the minutes have it.")
    version = models.PositiveIntegerField(default=1)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-month",)
        constraints = together("panel", "sampled", "begun", "closed")

    def __str__(self) -> str:
        return self.ref


class PanelMember(models.Model):
    """Who gives a grade at a panel. `away` with its reason is kept, and shown in the minutes."""

    panel = models.ForeignKey(Panel, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="panels")
    away = models.BooleanField(default=False)

    class Meta:
        ordering = ("user__name", "pk")
        constraints = [models.UniqueConstraint(fields=["panel", "user"], name="panel_member_once")]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.panel_id}"


class Review(models.Model):
    """One audit before the panel. `ticket` decides its place, which tells nothing of its grade."""

    class State(models.TextChoices):
        BLIND = "blind", "Grades unseen"
        REVEALED = "revealed", "Grades revealed"
        DECIDED = "decided", "Decided"
        REPLACED = "replaced", "Taken out"

    UNDECIDED = (State.BLIND, State.REVEALED)
    """Still before the panel."""

    class Kind(models.TextChoices):
        INADEQUATE = "inadequate", "Inadequate: all of them"
        OUTSTANDING = "outstanding", "Outstanding: all of them"
        NEW_AUDITOR = "new_auditor", "One of a new auditor’s first two"
        CHANCE = "chance", "By chance"

    class Answer(models.TextChoices):
        YES = "yes", "Yes"
        PARTLY = "partly", "In part"
        NO = "no", "No"

    class Plan(models.TextChoices):
        YES = "yes", "Yes"
        PARTLY = "partly", "In part"
        NO = "no", "No"
        NONE = "none", "There are no actions, and none is needed"

    class Outcome(models.TextChoices):
        UPHELD = "upheld", "Upheld"
        REGRADED = "regraded", "Regraded"

    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="reviews")
    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="reviews")
    kind = models.CharField(max_length=12, choices=Kind)
    ticket = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State, default=State.BLIND)
    replaces = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_with"
    )
    replaced_why = models.TextField(blank=True)
    near = models.JSONField(default=dict, help_text="Who was too near the case when the grades were revealed, and why.")
    revealed_at = models.DateTimeField(null=True, blank=True)
    revealed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    draft = models.JSONField(default=dict, help_text="The chair's decision as far as it is written.")
    version = models.PositiveIntegerField(default=1)
    justified = models.CharField(max_length=8, choices=Answer, blank=True)
    smart = models.CharField(max_length=8, choices=Plan, blank=True)
    answers = models.CharField(max_length=8, choices=Plan, blank=True)
    missing = models.TextField(blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True)
    reason = models.TextField(blank=True)
    unheard_why = models.TextField(blank=True, help_text="Why it was decided before every member had answered.")
    clash_why = models.TextField(blank=True, help_text="Why a changed grade stands against what was found.")
    to_auditor = models.TextField(blank=True)
    to_worker = models.TextField(blank=True)
    message = models.TextField(blank=True, help_text="What everyone may learn from it: nothing of the child in it.")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("ticket",)
        constraints = [
            *together("review", "revealed", "decided"),
            models.UniqueConstraint(fields=["panel", "audit"], name="review_once_a_panel"),
            models.CheckConstraint(condition=~Q(state="replaced") | ~Q(replaced_why=""), name="review_replaced_why"),
            models.CheckConstraint(
                condition=~Q(state="decided") | (~Q(outcome="") & ~Q(justified="") & Q(decided_at__isnull=False)),
                name="review_decided_whole",
            ),
            models.CheckConstraint(condition=~Q(outcome="regraded") | ~Q(reason=""), name="review_regraded_why"),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def ref(self) -> str:
        """What the trail calls it, such as QC-2611-004/PANEL-2611: it goes with its audit."""
        return f"{self.audit.ref}/{self.panel.ref}"


class PanelConflict(models.Model):
    """A member said that they are too near a case to take part in it."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="conflicts")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    declared_at = models.DateTimeField()
    declared_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            *together("panelconflict", "declared"),
            models.UniqueConstraint(fields=["review", "user"], name="panel_conflict_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} and {self.review_id}"


class Ballot(models.Model):
    """One member's own view of one audit: grades unseen by everyone until the reveal, the quality of the audit, and
    afterwards their answer whether the content justifies the grade."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="ballots")
    member = models.ForeignKey(User, on_delete=models.PROTECT, related_name="ballots")
    quality = models.JSONField(default=dict, help_text="Answers to `audits.panel.quality.QUESTIONS`, by slug.")
    words = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(null=True, blank=True)
    finished_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    vote = models.CharField(max_length=8, choices=Review.Answer, blank=True)
    vote_why = models.TextField(blank=True)
    voted_at = models.DateTimeField(null=True, blank=True)
    voted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("member__name", "pk")
        constraints = [
            *together("ballot", "saved", "finished", "voted"),
            models.UniqueConstraint(fields=["review", "member"], name="ballot_once"),
            models.CheckConstraint(
                condition=Q(saved_by=F("member"))
                & (Q(finished_by=None) | Q(finished_by=F("member")))
                & (Q(voted_by=None) | Q(voted_by=F("member"))),
                name="ballot_by_its_member",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} on {self.review_id}"


class BallotGrade(models.Model):
    """One grade of a ballot: of a standard by its number, or of the case as a whole (`CASE_NUMBER`)."""

    ballot = models.ForeignKey(Ballot, on_delete=models.CASCADE, related_name="grades")
    number = models.PositiveSmallIntegerField()
    grade = GradeField(max_length=LONGEST, choices=Grade)

    class Meta:
        ordering = ("number",)
        constraints = [models.UniqueConstraint(fields=["ballot", "number"], name="ballot_grade_once")]

    def __str__(self) -> str:
        return f"{self.ballot_id} {self.number}"


class Regrade(models.Model):
    """One grade that a panel changed: what it was and what it is since. Never removed."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="regrades")
    judgement = models.ForeignKey(Judgement, on_delete=models.PROTECT, related_name="regrades")
    was = GradeField(max_length=LONGEST, choices=Grade)
    grade = GradeField(max_length=LONGEST, choices=Grade)

    class Meta:
        ordering = ("judgement__number",)
        constraints = [
            models.UniqueConstraint(fields=["review", "judgement"], name="regrade_once"),
            models.CheckConstraint(condition=~Q(was=F("grade")), name="regrade_moves"),
        ]

    def __str__(self) -> str:
        return f"{self.review_id} {self.judgement_id}"


class PanelAction(models.Model):
    """An action that the panel asks of the QA Team."""

    panel = models.ForeignKey(Panel, on_delete=models.CASCADE, related_name="actions")
    what = models.TextField()
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="panel_actions")
    due_on = models.DateField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    outcome = models.TextField(blank=True, help_text="What was done.")
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("due_on", "pk")
        constraints = together("panelaction", "added", "done")

    def __str__(self) -> str:
        return f"{self.panel_id} {self.pk}"


class PanelTerms(models.Model):
    """The panel's terms of reference as they were reviewed on a day. Each review is a row, changed or not."""

    text = models.TextField()
    note = models.TextField(help_text="What the review changed, or that it changed nothing.")
    reviewed_at = models.DateTimeField()
    reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-pk",)
        constraints = together("panelterms", "reviewed")

    def __str__(self) -> str:
        return f"Terms of reference, {self.reviewed_at:%Y-%m-%d}"


class Exercise(models.Model):
    """A calibration exercise: one invented case that everyone grades alone, and then the spread."""

    class State(models.TextChoices):
        OPEN = "open", "Open for grades"
        REVEALED = "revealed", "Spread shown"

    ref = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=120)
    case = models.TextField(help_text="The invented case. Nobody real is in it.")
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    revealed_at = models.DateTimeField(null=True, blank=True)
    revealed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    learned = models.TextField(blank=True, help_text="What the room took from it.")

    class Meta:
        ordering = ("-pk",)
        constraints = together("exercise", "opened", "revealed")

    def __str__(self) -> str:
        return self.ref


class ExerciseGrade(models.Model):
    """One person's grade of the invented case, for a standard by its number or as a whole."""

    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="grades")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    grade = GradeField(max_length=LONGEST, choices=Grade)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("number",)
        constraints = [
            *together("exercisegrade", "saved"),
            models.UniqueConstraint(fields=["exercise", "user", "number"], name="exercise_grade_once"),
        ]

    def __str__(self) -> str:
        return f"{self.exercise_id} {self.user_id} {self.number}"
