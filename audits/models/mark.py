"""What was seen and said in the meeting: a mark for each point, a text for each box, and words that were replaced."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from audits.models.audit import Audit
from people.models import User
from qualitycounts.base.moments import together
from standards.models import Criterion, Indicator


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
    """One box of the meeting's form: its choice, its text, or both. `slug` is a key of `audits.form_boxes.BOXES`."""

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


class ReplacedWords(models.Model):
    """What one chair had written in a field and the other replaced, kept for its writer until they have answered."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="replaced_words")
    field = models.SlugField(max_length=40, help_text="As the meeting's page calls it: c12, i3 or the slug of a box.")
    text = models.TextField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    stood_until = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["audit", "field", "written_by"], name="replaced_words_once"),
        ]

    def __str__(self) -> str:
        return f"{self.audit_id} {self.field}"
