"""The audit itself: one case, two chairs, eight grades, and everything that was said and seen."""

from __future__ import annotations

from collections.abc import Collection

from django.db import models
from django.db.models import Q

from audits.models.draw import Pick
from audits.models.register import Case
from people.models import Team, User
from people.pairs import together
from standards.grades import Grade
from standards.models import Category, Criterion, Indicator, Standard, StandardSet

CASE_NUMBER = 8
"""The judgement of the case as a whole comes after the seven standards."""


THAT_STANDS = models.Case(models.When(regraded="", then="grade"), default="regraded")
"""The grade that counts, asked of many judgements at once, as `Judgement.stands` says it of one."""


class Chair(models.TextChoices):
    """The two chairs of a meeting."""

    AUDITOR = "auditor", "Auditor"
    KEYWORKER = "keyworker", "Keyworker"


class Audit(models.Model):
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

    ref = models.CharField(max_length=20, unique=True)
    month = models.DateField(help_text="The first day of the month audited.")
    number = models.PositiveIntegerField()
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="audits")
    pick = models.OneToOneField(Pick, null=True, blank=True, on_delete=models.PROTECT, related_name="audit")
    re_audit_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="re_audits")
    category = models.CharField(max_length=4, choices=Category)
    standard_set = models.ForeignKey(StandardSet, on_delete=models.PROTECT, related_name="audits")
    focus = models.JSONField(default=list, help_text="The standards it looks at; empty for all seven.")
    state = models.CharField(max_length=12, choices=State, default=State.ALLOCATED)
    auditor = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="audits_led")
    keyworker = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="audits_shared")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="audits")
    responsible_manager = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField(default=0)

    meets = models.DateTimeField(null=True, blank=True, help_text="When the meeting is booked for.")
    place = models.CharField(max_length=120, blank=True)
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
    grade = models.CharField(max_length=24, choices=Grade, blank=True, help_text="The case grade as it stands now.")
    first_grade = models.CharField(max_length=24, choices=Grade, blank=True, help_text="The case grade as finalised.")
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

    class Meta:
        ordering = ("-month", "number")
        indexes = [
            models.Index(fields=["state", "month"], name="audit_state_month"),
            models.Index(fields=["auditor", "month"], name="audit_auditor_month"),
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

    def looks_at(self, number: int) -> bool:
        """Whether a standard (1 to 7) is among those it looks at; the case as a whole (8) always is."""
        return not self.focus or number in self.focus or number == CASE_NUMBER

    def looks_at_any(self, numbers: Collection[int]) -> bool:
        """Whether it asks something that speaks of these standards; what speaks of none is asked in every audit."""
        return not numbers or any(self.looks_at(number) for number in numbers)

    def chair_of(self, user: User) -> Chair | None:
        """Which chair the person sits in, if any."""
        if user.pk == self.auditor_id:
            return Chair.AUDITOR
        return Chair.KEYWORKER if user.pk == self.keyworker_id else None

    @property
    def final(self) -> bool:
        """Whether it was finalised and stands."""
        return self.state in (self.State.FINALISED, self.State.CLOSED)


class Judgement(models.Model):
    """One of the eight grades of an audit: a standard (1 to 7), or the case as a whole (8, no standard).

    Each round takes one proposal a chair, unseen by the other until both are in.
    """

    class State(models.TextChoices):
        BLANK = "blank", "Not started"
        PROPOSED = "proposed", "Proposed by one"
        REVEALED = "revealed", "Revealed"
        REFERRED = "referred", "With the QA Team"
        AGREED = "agreed", "Agreed"
        RULED = "ruled", "Ruled"

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="judgements")
    standard = models.ForeignKey(Standard, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.BLANK)
    applies = models.BooleanField(default=True)
    applies_why = models.TextField(blank=True)
    round = models.PositiveSmallIntegerField(default=1)
    offered = models.CharField(
        max_length=24, choices=Grade, blank=True, help_text="Entered by the auditor, not yet confirmed."
    )
    grade = models.CharField(max_length=24, choices=Grade, blank=True, help_text="Agreed or ruled, and signed.")
    regraded = models.CharField(max_length=24, choices=Grade, blank=True, help_text="What a panel changed it to.")
    clash_why = models.TextField(blank=True, help_text="Why the grade stands against marks that do not sit with it.")
    adviser = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    referred_at = models.DateTimeField(null=True, blank=True)
    referred_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    advice = models.TextField(blank=True)
    advised_at = models.DateTimeField(null=True, blank=True)
    advised_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("number",)
        constraints = [
            *together("judgement", "referred", "advised"),
            models.UniqueConstraint(fields=["audit", "number"], name="judgement_once"),
            models.CheckConstraint(
                condition=Q(applies=True) | (~Q(applies_why="") & Q(grade="")), name="judgement_not_applicable"
            ),
            models.CheckConstraint(
                condition=Q(number__lt=CASE_NUMBER) | Q(applies=True), name="judgement_case_applies"
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
        return f"{self.audit.ref}/{self.number}"

    @property
    def stands(self) -> str:
        """The grade as it stands now: the panel's where it changed it, else the one that was signed."""
        return self.regraded or self.grade

    @property
    def settled(self) -> bool:
        """Agreed or ruled, or it does not apply."""
        return not self.applies or bool(self.grade)

    @property
    def title(self) -> str:
        """The standard's short title, or the case."""
        return self.standard.short_title if self.standard else "The case as a whole"


class Proposal(models.Model):
    """One chair's grade in one round, with a sentence of why. Kept, whatever is agreed."""

    judgement = models.ForeignKey(Judgement, on_delete=models.CASCADE, related_name="proposals")
    round = models.PositiveSmallIntegerField()
    chair = models.CharField(max_length=10, choices=Chair)
    grade = models.CharField(max_length=24, choices=Grade)
    words = models.TextField(blank=True)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("round", "chair")
        constraints = [
            *together("proposal", "proposed"),
            models.UniqueConstraint(fields=["judgement", "round", "chair"], name="proposal_once_a_round"),
        ]

    def __str__(self) -> str:
        return f"{self.judgement_id} round {self.round} {self.chair}"


class Mark(models.Model):
    """What was seen of one criterion or headline indicator, with a line of what and where."""

    class Value(models.TextChoices):
        EVIDENCED = "evidenced", "Evidenced"
        PARTLY = "partly", "Partly"
        NOT_EVIDENCED = "not_evidenced", "Not evidenced"
        NOT_APPLICABLE = "not_applicable", "N/A"

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="marks")
    criterion = models.ForeignKey(Criterion, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    indicator = models.ForeignKey(Indicator, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    value = models.CharField(max_length=14, choices=Value, blank=True)
    seen = models.TextField(blank=True)
    asked_why = models.TextField(blank=True, help_text="Why it is asked of a child for whose category it is not meant.")
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            *together("mark", "saved"),
            models.UniqueConstraint(
                fields=["audit", "criterion"], condition=Q(criterion__isnull=False), name="mark_once"
            ),
            models.UniqueConstraint(
                fields=["audit", "indicator"], condition=Q(indicator__isnull=False), name="mark_indicator_once"
            ),
            models.CheckConstraint(
                condition=Q(criterion__isnull=True, indicator__isnull=False)
                | Q(criterion__isnull=False, indicator__isnull=True),
                name="mark_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.audit_id} {self.criterion_id or self.indicator_id} {self.value}"


class Note(models.Model):
    """One box of the meeting's form: its choice, its text, or both. `slug` is a key of `audits.sheet.BOXES`."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="notes")
    slug = models.SlugField(max_length=40)
    choice = models.CharField(max_length=20, blank=True)
    text = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [*together("note", "saved"), models.UniqueConstraint(fields=["audit", "slug"], name="note_once")]

    def __str__(self) -> str:
        return f"{self.audit_id} {self.slug}"


class Signature(models.Model):
    """A chair signed exactly this content. "Seen, not agreed" with one's own words is a signature too."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="signatures")
    chair = models.CharField(max_length=10, choices=Chair)
    content_hash = models.CharField(max_length=64)
    agrees = models.BooleanField(default=True)
    words = models.TextField(blank=True)
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("signed_at",)
        constraints = [
            *together("signature", "signed", "voided"),
            models.UniqueConstraint(fields=["audit", "chair"], condition=Q(voided_at=None), name="signature_once"),
            models.CheckConstraint(condition=Q(agrees=True) | ~Q(words=""), name="signature_words"),
        ]

    def __str__(self) -> str:
        return f"{self.audit_id} {self.chair}"
