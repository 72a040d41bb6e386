"""Reports: a live draft, then frozen figures and a file that never change."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from people.models import User
from people.pairs import together
from reporting import periods
from reporting.periods import Period

OPEN = ("draft", "failed")
"""States in which a report's words may still change."""
FROZEN = ("generated", "issued", "superseded")
"""States in which its figures and its file are what they will always be."""


class ReportQuerySet(models.QuerySet["Report"]):
    """Reports without the weight of their files, unless a file is what is wanted."""

    def light(self) -> ReportQuerySet:
        """Without file and figures: for lists."""
        return self.defer("pdf", "figures")

    def without_file(self) -> ReportQuerySet:
        """With figures, without the file: for a page."""
        return self.defer("pdf").select_related("made_by", "issued_by")


class Report(models.Model):
    """One numbered version of one period's report.

    A draft is live. Generating freezes its figures and its file; issuing opens it to its readers. A correction is
    the next number, and the earlier one stays readable as superseded.
    """

    class Kind(models.TextChoices):
        MONTHLY = "monthly", "Monthly"
        QUARTERLY = "quarterly", "Quarterly"
        ANNUAL = "annual", "Annual"

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        GENERATING = "generating", "Being made"
        FAILED = "failed", "Failed, try again"
        GENERATED = "generated", "Ready to issue"
        ISSUED = "issued", "Issued"
        SUPERSEDED = "superseded", "Superseded"

    ref = models.CharField(max_length=20, unique=True)
    period = models.CharField(max_length=10, help_text="2026-11, 2026-27Q3 or 2026-27.")
    kind = models.CharField(max_length=10, choices=Kind)
    number = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    as_at = models.DateField(null=True, blank=True)
    working_well = models.TextField(blank=True)
    worries = models.TextField(blank=True)
    recommendations = models.TextField(blank=True)
    figures = models.JSONField(default=dict)
    pdf = models.BinaryField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    fault = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(null=True, blank=True)
    issued_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ("-period", "-number")
        constraints = [
            *together("report", "issued"),
            models.UniqueConstraint(fields=["period", "number"], name="report_number_once"),
            models.UniqueConstraint(fields=["period"], condition=Q(state="issued"), name="report_issued_once"),
            models.CheckConstraint(
                condition=~Q(state__in=["generated", "issued", "superseded"]) | (Q(pdf__isnull=False) & ~Q(sha256="")),
                name="report_has_file",
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
