"""Reports: a live draft, then frozen figures and a file that never change."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from people.models import User
from qualitycounts.base.moments import together
from reporting import periods
from reporting.periods import Period

OPEN = ("draft", "failed")
"""States in which a report's words may still change."""
FROZEN = ("generated", "issued", "responded", "superseded")
"""States in which its figures and its file are what they will always be."""
OUT = ("issued", "responded")
"""States of the version that readers have now."""


class ReportQuerySet(models.QuerySet["Report"]):
    """Reports without the weight of their files, unless a file is what is wanted."""

    def light(self) -> ReportQuerySet:
        """Without file and figures: for lists."""
        return self.defer("pdf", "figures", "rows")

    def without_file(self) -> ReportQuerySet:
        """With figures, without the file: for a page."""
        return self.defer("pdf", "rows").select_related("made_by", "issued_by", "checked_by", "responded_by")


class Report(models.Model):
    """One numbered version of one period's report.

    A draft is live. Generating freezes its figures and its file; issuing opens it to its readers. A correction is
    the next number, and the earlier one stays readable as superseded.
    """

    class Kind(models.TextChoices):
        MONTHLY = "monthly", "Monthly"
        QUARTERLY = "quarterly", "Quarterly"
        ANNUAL = "annual", "Annual"
        LEARNING = "learning", "Learning event"

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        GENERATING = "generating", "Being made"
        FAILED = "failed", "Failed, try again"
        GENERATED = "generated", "Ready to issue"
        ISSUED = "issued", "Issued"
        RESPONDED = "responded", "Issued, with its response"
        SUPERSEDED = "superseded", "Superseded"

    ref = models.CharField(max_length=20, unique=True)
    period = models.CharField(max_length=10, help_text="2026-11, 2026-27Q3, 2026-27H2 or 2026-27.")
    kind = models.CharField(max_length=10, choices=Kind)
    number = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    as_at = models.DateField(null=True, blank=True)
    why = models.TextField(blank=True, help_text="Why it corrects the version before it; empty in one that does not.")
    working_well = models.TextField(blank=True)
    worries = models.TextField(blank=True)
    recommendations = models.TextField(blank=True)
    blocks = models.JSONField(default=dict, help_text="What is written beside the figures, by their part.")
    written_at = models.DateTimeField(null=True, blank=True)
    written_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    figures = models.JSONField(default=dict)
    rows = models.JSONField(default=dict, help_text="The audits and actions behind the figures, as they were counted.")
    pdf = models.BinaryField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    fault = models.CharField(max_length=200, blank=True)
    stage = models.CharField(max_length=12, blank=True, help_text="How far its making has come.")
    version = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True, help_text="When a second person had read every line.")
    checked_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(null=True, blank=True)
    issued_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    response = models.TextField(blank=True, help_text="The Assistant Director's own words.")
    responded_at = models.DateTimeField(null=True, blank=True)
    responded_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ("-period", "-number")
        constraints = [
            *together("report", "written", "checked", "issued", "responded"),
            models.UniqueConstraint(fields=["period", "number"], name="report_number_once"),
            models.UniqueConstraint(
                fields=["period"], condition=Q(state__in=["issued", "responded"]), name="report_issued_once"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["generated", "issued", "responded", "superseded"])
                | (Q(pdf__isnull=False) & ~Q(sha256="")),
                name="report_has_file",
            ),
            models.CheckConstraint(
                condition=Q(checked_by=None) | ~Q(checked_by=F("made_by")) & ~Q(checked_by=F("written_by")),
                name="report_second_person",
            ),
            models.CheckConstraint(
                condition=~Q(state="responded") | (Q(responded_at__isnull=False) & Q(issued_at__isnull=False)),
                name="report_responded_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def about(self) -> Period:
        """The period it reports on."""
        return periods.parse(self.period)

    @property
    def is_open(self) -> bool:
        """Whether its words may still change."""
        return self.state in OPEN

    @property
    def frozen(self) -> bool:
        """Whether its figures and its file are fixed."""
        return self.state in FROZEN

    @property
    def frozen_or_making(self) -> bool:
        """Whether `made_at` is the moment as at which its figures were counted."""
        return self.frozen or self.state == self.State.GENERATING

    @property
    def out(self) -> bool:
        """Whether it is the version that readers have now."""
        return self.state in OUT

    @property
    def has_words(self) -> bool:
        """Whether somebody wrote something in it, which a second person reads before it goes out."""
        return any((self.working_well, self.worries, self.recommendations, *self.blocks.values()))


class Edition(models.Model):
    """Another printing of a report that was made: in large print, for wider readers, with its response, or as slides.
    `pdf` holds the file, whatever kind it is of."""

    class Kind(models.TextChoices):
        LARGE = "large", "Large print"
        WIDER = "wider", "For wider readers"
        RESPONSE = "response", "With the management response"
        ANNEX = "annex", "What each word means"
        SLIDES = "slides", "Slides"

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="editions")
    kind = models.CharField(max_length=10, choices=Kind)
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    made = models.DateTimeField()

    class Meta:
        ordering = ("report", "kind")
        constraints = [models.UniqueConstraint(fields=["report", "kind"], name="edition_once")]

    def __str__(self) -> str:
        return f"{self.report_id} {self.kind}"

    @property
    def file_name(self) -> str:
        """What it is called among the report's files: large.pdf, slides.pptx."""
        return f"{self.kind}.{edition_suffix(self.kind)}"


def edition_suffix(kind: str) -> str:
    """How the name of a printing ends: all are PDFs but the slides."""
    return "pptx" if kind == Edition.Kind.SLIDES else "pdf"
