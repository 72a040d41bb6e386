"""The audit itself: one case, two chairs, a grade a standard and one of the case, and all that was said and seen."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import models
from django.db.models import Q

from audits.models.case_grade import CASE_NUMBER, slug_of
from audits.models.categorised import AskedByCategory
from audits.models.draw import Pick
from audits.models.register import Case
from people.models import Team, User
from qualitycounts.base.moments import together
from standards.grades import LONGEST, EscalationPath, Grade, GradeField
from standards.models import Standard, StandardSet
from standards.standard_sets import path_of

THAT_STANDS = models.Case(models.When(regraded="", then="grade"), default="regraded")
"""The grade that counts, asked of many judgements at once, as `Judgement.stands` says it of one."""


class Chair(models.TextChoices):
    """The two chairs of a meeting."""

    AUDITOR = "auditor", "Auditor"
    KEYWORKER = "keyworker", "Keyworker"


class AuditQuerySet(models.QuerySet["Audit"]):
    """The questions that are asked of audits, each defined once."""

    def not_met(self) -> AuditQuerySet:
        """Allocated or booked: the meeting has not begun, and case, keyworker and auditor may still change."""
        return self.filter(state__in=Audit.NOT_MET)

    def unfinished(self) -> AuditQuerySet:
        """Not yet finalised, from allocated to waiting for signatures: its case is not drawn (`open_audit`)."""
        return self.filter(state__in=Audit.UNFINISHED)

    def final(self) -> AuditQuerySet:
        """Finalised or closed: signed, and standing. What panels sample, reports count and escalations follow."""
        return self.filter(state__in=Audit.FINAL)

    def ever_finalised(self) -> AuditQuerySet:
        """Finalised at some time, voided since or not: from finalising on managers may see an audit."""
        return self.filter(state__in=Audit.EVER_FINALISED)

    def standing(self) -> AuditQuerySet:
        """Neither withdrawn nor voided: both stay visible with their reason, and count for nobody."""
        return self.exclude(state__in=Audit.WITHDRAWN_OR_VOIDED)

    def told(self) -> AuditQuerySet:
        """Without those of a draw that is still looked at: neither chair knows of them, and nobody is reminded."""
        return self.filter(Q(pick=None) | Q(pick__draw__sent__isnull=False))

    def to_replace(self, on: date) -> AuditQuerySet:
        """The only definition of an audit to be replaced: it has not met, and its case is closed on the day.

        A case that opens again takes its audit out by itself (lifecycle: Draw).
        """
        return self.not_met().filter(case__closed_on__lte=on)

    def still_to_meet(self, on: date) -> AuditQuerySet:
        """Without those of `to_replace`: nobody is reminded of a meeting that is not to be."""
        return self.exclude(state__in=Audit.NOT_MET, case__closed_on__lte=on)


class Audit(AskedByCategory, models.Model):
    """A live case file audit. `revision` counts every save in its meeting, for pages that follow along."""

    class State(models.TextChoices):
        ALLOCATED = "allocated", "Not booked yet"
        BOOKED = "booked", "Booked"
        IN_MEETING = "in_meeting", "In meeting"
        AGREED = "agreed", "Waiting for signatures"
        FINALISED = "finalised", "Finalised"
        CLOSED = "closed", "Closed"
        WITHDRAWN = "withdrawn", "Withdrawn"
        VOIDED = "voided", "Voided"

    NOT_MET = (State.ALLOCATED, State.BOOKED)
    """The meeting has not begun."""
    MEETING_SET = (State.BOOKED, State.IN_MEETING)
    """The meeting has a day, or has begun and not ended."""
    UNFINISHED = (*NOT_MET, State.IN_MEETING, State.AGREED)
    """Not yet finalised, and not withdrawn."""
    FINAL = (State.FINALISED, State.CLOSED)
    """Finalised, and standing."""
    EVER_FINALISED = (*FINAL, State.VOIDED)
    """Finalised at some time, whatever became of it."""
    FROZEN = (State.AGREED, *EVER_FINALISED)
    """The meeting has ended: the content is frozen, and its hash is shown."""
    WITHDRAWN_OR_VOIDED = (State.WITHDRAWN, State.VOIDED)
    """Stopped before it was finalised, or struck out after it."""
    CONCLUDED = (State.CLOSED, *WITHDRAWN_OR_VOIDED)
    """Nothing is left to do on it."""

    ref = models.CharField(max_length=20, unique=True)
    month = models.DateField(help_text="The first day of the month audited.")
    number = models.PositiveIntegerField()
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="audits")
    pick = models.OneToOneField(Pick, null=True, blank=True, on_delete=models.PROTECT, related_name="audit")
    re_audit_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="re_audits")
    category = models.CharField(max_length=4)
    standard_set = models.ForeignKey(StandardSet, on_delete=models.PROTECT, related_name="audits")
    focus = models.JSONField(default=list, help_text="The standards it looks at; empty for all.")
    state = models.CharField(max_length=12, choices=State, default=State.ALLOCATED)
    auditor = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="audits_led")
    taken_from = models.ForeignKey(  # offered back if they may audit it again before it meets
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="Whom an import took off it."
    )
    keyworker = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="audits_shared")
    second_worker = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="Who has the third chair."
    )
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="audits")
    responsible_manager = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField(default=0)

    meets = models.DateTimeField(null=True, blank=True, help_text="When the meeting is booked for.")
    place = models.CharField(max_length=120, blank=True)
    link = models.URLField(max_length=300, blank=True, help_text="Where they meet on a call.")
    booked_at = models.DateTimeField(null=True, blank=True)
    booked_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField(
        null=True, blank=True, help_text="When the keyworker said the file is up to date."
    )
    checked_on = models.DateField(null=True, blank=True, help_text="The day the keyworker checked the file on Mosaic.")
    prepared_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    paused_at = models.DateTimeField(null=True, blank=True, help_text="Since when its meeting waits for another day.")
    paused_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    met_on = models.DateField(null=True, blank=True, help_text="The day the meeting last ended.")
    agreed_at = models.DateTimeField(null=True, blank=True)
    agreed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    content_hash = models.CharField(max_length=64, blank=True, help_text="sha256 of exactly what is signed.")
    finalised_at = models.DateTimeField(null=True, blank=True, db_index=True)
    finalised_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    finalised_why = models.TextField(blank=True, help_text="The Head of QA's reason where a signature is missing.")
    grade = GradeField(max_length=LONGEST, choices=Grade, blank=True, help_text="The case grade as it stands now.")
    first_grade = GradeField(max_length=LONGEST, choices=Grade, blank=True, help_text="The case grade as finalised.")
    escalation_path = models.CharField(max_length=24, choices=EscalationPath, blank=True, help_text="By its set.")
    regraded_at = models.DateTimeField(null=True, blank=True, help_text="When a panel last changed a grade of it.")
    regraded_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    asked_anew = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Since when supervision and the file are asked for again: a panel graded it down.",
    )
    on_file_on = models.DateField(null=True, blank=True)
    on_file_at = models.DateTimeField(null=True, blank=True)
    on_file_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    chronology_needed = models.BooleanField(default=False)
    in_chronology_at = models.DateTimeField(null=True, blank=True)
    in_chronology_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When it was withdrawn or voided.")
    ended_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended_why = models.TextField(blank=True)
    words_removed_on = models.DateField(null=True, blank=True, help_text="When retention removed what was written.")

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering = ("-month", "number")
        indexes = [
            models.Index(fields=["state", "month"], name="audit_state_month"),
            models.Index(fields=["auditor", "month"], name="audit_auditor_month"),
            models.Index(fields=["closed_at"], name="audit_closed"),
        ]
        constraints = [
            *together("audit", "booked", "prepared", "agreed", "finalised", "on_file", "in_chronology", "closed"),
            *together("audit", "ended", "paused", "regraded"),
            models.UniqueConstraint(fields=["month", "number"], name="audit_number_once"),
            models.CheckConstraint(
                condition=Q(auditor=None) | Q(keyworker=None) | ~Q(auditor=models.F("keyworker")),
                name="audit_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["finalised", "closed"])
                | (~Q(grade="") & ~Q(first_grade="") & Q(finalised_at__isnull=False) & Q(met_on__isnull=False)),
                name="audit_finalised_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["withdrawn", "voided"]) | ~Q(ended_why=""), name="audit_ended_why"
            ),
        ]

    def __str__(self) -> str:
        return self.ref

    def take_grade(self, grade: str) -> None:
        """Give it a grade of the case, with the escalation path that this starts by its set."""
        self.grade, self.escalation_path = grade, path_of(self.standard_set, grade)

    def looks_at(self, number: int) -> bool:
        """Whether a standard is among those it looks at; the case as a whole always is."""
        return not self.focus or number in self.focus or number == CASE_NUMBER

    def looks_at_any(self, numbers: Collection[int]) -> bool:
        """Whether it asks something that speaks of these standards; what speaks of none is asked in every audit."""
        return not numbers or any(self.looks_at(number) for number in numbers)

    def chair_of(self, user: User) -> Chair | None:
        """Which chair the person sits in, if any."""
        if user.pk == self.auditor_id:
            return Chair.AUDITOR
        return Chair.KEYWORKER if user.pk == self.keyworker_id else None

    def is_in_meeting(self, user: User) -> bool:
        """Whether the person sits in a chair of it, the third one included."""
        return self.chair_of(user) is not None or user.pk == self.second_worker_id

    def is_to_replace(self, on: date) -> bool:
        """As `AuditQuerySet.to_replace`, of one audit whose case is at hand."""
        return self.state in self.NOT_MET and self.case.has_closed(on)

    @property
    def final(self) -> bool:
        """Whether it was finalised and stands."""
        return self.state in self.FINAL


class Judgement(models.Model):
    """One of the grades of an audit: of a standard, or of the case as a whole, which has none and comes after them.

    Each round takes one proposal a chair, unseen by the other until both are in.
    """

    class State(models.TextChoices):
        BLANK = "blank", "Not started"
        PROPOSED = "proposed", "Proposed by one"
        REVEALED = "revealed", "Revealed"
        REFERRED = "referred", "With the QA Team"
        AGREED = "agreed", "Agreed"
        RULED = "ruled", "Ruled"

    UNREVEALED = (State.BLANK, State.PROPOSED)
    """Not both proposals of the round are in."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="judgements")
    standard = models.ForeignKey(Standard, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.BLANK)
    applies = models.BooleanField(default=True)
    applies_why = models.TextField(blank=True)
    round = models.PositiveSmallIntegerField(default=1)
    offered = GradeField(
        max_length=LONGEST, choices=Grade, blank=True, help_text="Entered by the auditor, not yet confirmed."
    )
    grade = GradeField(max_length=LONGEST, choices=Grade, blank=True, help_text="Agreed or ruled, and signed.")
    regraded = GradeField(max_length=LONGEST, choices=Grade, blank=True, help_text="What a panel changed it to.")
    clash_why = models.TextField(blank=True, help_text="Why the grade stands against marks that do not sit with it.")
    clash_of = models.JSONField(default=list, blank=True, help_text="What that reason was given for (`Clash.keys`).")
    stands_why = models.TextField(blank=True, help_text="Why the settled grade stands against what was found after it.")
    stands_of = models.JSONField(default=list, blank=True, help_text="What that reason was given for (`Clash.keys`).")
    aside_why = models.TextField(blank=True, help_text="Why one chair proposes that the standard does not apply.")
    aside_at = models.DateTimeField(null=True, blank=True)
    aside_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    opened_early = models.JSONField(default=list, blank=True, help_text="Chairs that opened the other's marks early.")
    adviser = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    referred_at = models.DateTimeField(null=True, blank=True)
    referred_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    advice = models.TextField(blank=True)
    advised_at = models.DateTimeField(null=True, blank=True)
    advised_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("number",)
        constraints = [
            *together("judgement", "referred", "advised", "aside"),
            models.UniqueConstraint(fields=["audit", "number"], name="judgement_once"),
            models.CheckConstraint(
                condition=Q(applies=True) | (~Q(applies_why="") & Q(grade="")), name="judgement_not_applicable"
            ),
            models.CheckConstraint(
                condition=Q(standard__isnull=False) | Q(applies=True), name="judgement_case_applies"
            ),
            models.CheckConstraint(
                condition=Q(standard__isnull=True, number=CASE_NUMBER)
                | Q(standard__isnull=False, number__gte=1, number__lt=CASE_NUMBER),
                name="judgement_case_is_last",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=["agreed", "ruled"]) & ~Q(grade=""))
                | (~Q(state__in=["agreed", "ruled"]) & Q(grade="")),
                name="judgement_settled_grade",
            ),
            models.CheckConstraint(
                condition=Q(regraded="") | Q(applies=True, state__in=["agreed", "ruled"]), name="judgement_regraded"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.audit_id} {self.number}"

    @property
    def ref(self) -> str:
        """What the trail calls it."""
        return f"{self.audit.ref}/{self.slug}"

    @property
    def slug(self) -> str:
        """What addresses, steps and fields call it: the number of its standard, or "case"."""
        return slug_of(self.number)

    @property
    def is_case(self) -> bool:
        """Whether it grades the case as a whole."""
        return self.number == CASE_NUMBER

    @property
    def stands(self) -> str:
        """The grade as it stands now: the panel's where it changed it, else the one that was signed."""
        standing: str = self.regraded or self.grade
        return standing

    @property
    def settled(self) -> bool:
        """Agreed or ruled, or it does not apply."""
        return not self.applies or bool(self.grade)

    @property
    def title(self) -> str:
        """The standard's short title, or the case."""
        return self.standard.short_title if self.standard else "The case as a whole"
