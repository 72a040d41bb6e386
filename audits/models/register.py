"""The register: every open case as the latest extract has it, and what each extract changed."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q

from audits.models.categorised import Categorised
from people.models import Team, User
from qualitycounts.base.moments import together


class Case(Categorised, models.Model):
    """A child's case, known by its number in the case system. No name is ever held."""

    class Source(models.TextChoices):
        FILE = "file", "A case extract"
        DEMO = "demo", "The demonstration"

    person_id = models.CharField(max_length=20, unique=True)
    category = models.CharField(max_length=4)
    age = models.PositiveSmallIntegerField(null=True, blank=True)
    gender = models.CharField(max_length=10, blank=True)
    ethnicity = models.CharField(max_length=10, blank=True)
    disability = models.CharField(max_length=10, blank=True)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="cases")
    keyworker = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="cases")
    worker_name = models.CharField(max_length=150, blank=True, help_text="As the extract has it.")
    worker_email = models.CharField(max_length=254, blank=True, help_text="As the extract has it, in lower case.")
    worker_number = models.CharField(max_length=40, blank=True, help_text="As the extract has it.")
    worker_registration = models.CharField(
        max_length=40, blank=True, help_text="With Social Work England, as the extract has it."
    )
    second_worker = models.CharField(
        max_length=150, blank=True, help_text="Who else holds the case, as the extract has it."
    )
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)
    last_supervision_on = models.DateField(null=True, blank=True)
    last_oversight_on = models.DateField(null=True, blank=True)
    last_assessment_on = models.DateField(null=True, blank=True)
    last_plan_on = models.DateField(null=True, blank=True)
    last_review_on = models.DateField(null=True, blank=True)
    next_review_on = models.DateField(null=True, blank=True)
    last_visit_on = models.DateField(null=True, blank=True)
    last_seen_on = models.DateField(null=True, blank=True)
    fact_sources = models.JSONField(
        default=dict,
        help_text="For each kind of fact (`FactKind`): the day and the name of the file that said it last.",
    )
    last_audited_on = models.DateField(null=True, blank=True, help_text="As the extract has it.")
    source = models.CharField(max_length=8, choices=Source, default=Source.FILE)
    other_numbers = models.JSONField(
        default=list, help_text="Numbers under which files name it too: without the zeros in front, in other capitals."
    )

    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="merged",
        help_text="The row of the same child that has all this one held. This one stays for the draws that chose it.",
    )

    class Meta:
        ordering = ("person_id",)
        indexes = [models.Index(fields=["closed_on", "category"], name="case_open")]

    def __str__(self) -> str:
        return self.person_id

    @property
    def ref(self) -> str:
        """What the trail calls it."""
        return self.person_id

    def has_closed(self, on: date) -> bool:
        """Whether the case is closed on a day."""
        return self.closed_on is not None and self.closed_on <= on


class Import(models.Model):
    """One extract that was read: what it would change (previewed), or did (applied)."""

    class Kind(models.TextChoices):
        CASES = "cases", "Cases"
        STAFF = "staff", "Staff"

    class State(models.TextChoices):
        MAPPING = "mapping", "Its columns are to be mapped"
        PREVIEWED = "previewed", "Looked at, nothing changed"
        APPLIED = "applied", "Applied"
        REFUSED = "refused", "Refused, nothing changed"
        TAKEN_BACK = "taken_back", "Applied, and taken back"

    TO_BE_APPLIED = (State.MAPPING, State.PREVIEWED)
    """Read, and neither applied nor refused yet: its rows wait."""
    EVER_APPLIED = (State.APPLIED, State.TAKEN_BACK)

    kind = models.CharField(max_length=8, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.PREVIEWED)
    file_name = models.CharField(max_length=200)
    file_hash = models.CharField(max_length=64)
    data = models.BinaryField(
        null=True, help_text="The cleaned rows, or sealed ones still to be mapped; until applied or a day is over."
    )
    as_at = models.DateField()
    counts = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    mapping_name = models.CharField(max_length=80, blank=True, help_text="The mapping that it was read by.")
    dropped_columns = models.JSONField(default=list)
    refused_why = models.TextField(blank=True, help_text="The sentence with which the file was refused.")
    applied_before = models.PositiveIntegerField(
        default=0, help_text="How many extracts had been applied when this one was looked at."
    )
    read_at = models.DateTimeField()
    read_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    applied = models.DateTimeField(null=True, blank=True)
    answers = models.JSONField(default=dict, help_text="What its user says of it (`people.list_answers`).")
    closing = models.PositiveIntegerField(null=True, blank=True, help_text="How many it was said to close.")
    closing_why = models.TextField(blank=True, help_text="Why so many.")
    before = models.BinaryField(
        null=True, help_text="What it changed, as it was and as it is since: only while it can be taken back."
    )
    taken_back = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    taken_back_why = models.TextField(blank=True)
    built_on = models.JSONField(default=list, help_text="What was built on it and stayed when it was taken back.")

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} as at {self.as_at:%Y-%m-%d}"


class CaseChange(models.Model):
    """What one extract changed on one case: the worker, team or category it had before, and has since."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="changes")
    made_by = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="changes")
    on = models.DateField()
    field = models.CharField(max_length=20)
    was = models.CharField(max_length=254, blank=True)
    now = models.CharField(max_length=254, blank=True)
    taken_back = models.BooleanField(default=False, help_text="Whether it undoes what the extract had changed.")

    class Meta:
        ordering = ("on", "pk")

    def __str__(self) -> str:
        return f"{self.case_id} {self.field}: {self.was} to {self.now}"


class Exemption(models.Model):
    """A case left out of draws until a date, by the Head of QA, with the reason."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="exemptions")
    reason = models.TextField()
    ends_on = models.DateField(help_text="The last day on which it is left out.")
    exempted_at = models.DateTimeField()
    exempted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            *together("exemption", "exempted"),
            models.CheckConstraint(condition=~Q(reason=""), name="exemption_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} until {self.ends_on:%Y-%m-%d}"
