"""What other sources say of a quarter or a month: complaints, surveys, panels, visits (strategy 4 and 6)."""

from __future__ import annotations

from django.db import models

from people.models import StoredFile, User
from qualitycounts.base.moments import together
from reporting import periods
from reporting.periods import PeriodKind


class Evidence(models.Model):
    """One finding from elsewhere, entered by its owner against a quarter of the council's year; where the strategy has
    the source tell each month, against a month."""

    class Source(models.TextChoices):
        COMPLAINTS = "complaints", "Complaints"
        INDICATORS = "indicators", "Performance indicators"
        SURVEY = "survey", "Service-user surveys"
        REG44 = "reg44", "Regulation 44 visits"
        REVIEW = "review", "Conference and Review monitoring"
        LADO = "lado", "LADO"
        WORKFORCE = "workforce", "Workforce"
        EXCEPTIONS = "exceptions", "Performance exceptions"
        FOSTERING = "fostering", "Fostering panel"
        ADOPTION = "adoption", "Adoption panel"
        FINANCE = "finance", "Finance"
        STAFF_SURVEY = "staff_survey", "Staff survey"
        PEER_REVIEW = "peer_review", "Peer review"
        TRAINING = "training", "Training"
        PRACTICE_REVIEWS = "practice_reviews", "Practice reviews"

    class Says(models.TextChoices):
        STRENGTH = "strength", "A strength"
        WORRY = "worry", "A worry"
        NEITHER = "neither", "Neither, for information"

    source = models.CharField(max_length=16, choices=Source)
    period = models.CharField(max_length=10, help_text="2026-27Q3, or 2026-11 of a source that tells each month.")
    standard = models.PositiveSmallIntegerField(null=True, blank=True, help_text="The standard it speaks to, if one.")
    says = models.CharField(max_length=8, choices=Says)
    title = models.CharField(max_length=120)
    words = models.TextField()
    number = models.CharField(max_length=60, blank=True, help_text="The number it rests on, such as 7 of 31.")
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)
    withdrawn = models.BooleanField(default=False)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    MONTHLY = (Source.LADO, Source.EXCEPTIONS)
    """Sources that tell each month, too (strategy 4.6, 4.7.3)."""

    class Meta:
        ordering = ("source", "standard", "pk")
        indexes = [models.Index(fields=["period"], name="evidence_period")]
        constraints = together("evidence", "entered")

    def __str__(self) -> str:
        return self.ref

    @property
    def source_and_month(self) -> str:
        """Its source, with the month where it is of one: LADO, October 2026."""
        period = periods.parse(self.period)
        month = f", {period.label}" if period.kind == PeriodKind.MONTH else ""
        return f"{self.get_source_display()}{month}"

    @property
    def ref(self) -> str:
        """What the trail calls it."""
        return f"EV-{self.pk}"
