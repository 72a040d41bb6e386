"""What the notes say, counted: themes, the tags that tie notes to them, and lines picked to be quoted."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from audits.models import Audit, FamilyAnswer, Note
from people.models import User
from qualitycounts.base.moments import together
from standards.professional import BY_NUMBER, ProfessionalStandard


class Theme(models.Model):
    """One word of the vocabulary that the QA Officer keeps. A retired one stays on what it was put on."""

    class Side(models.TextChoices):
        WELL = "well", "What is working well"
        WORRIED = "worried", "What we are worried about"

    name = models.CharField(max_length=80, unique=True)
    side = models.CharField(max_length=8, choices=Side)
    standard = models.PositiveSmallIntegerField(null=True, blank=True)
    professional = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="The number of Social Work England’s standard that it speaks to."
    )
    retired = models.BooleanField(default=False)

    class Meta:
        ordering = ("side", "standard", "name")

    def __str__(self) -> str:
        return self.name

    @property
    def of_profession(self) -> ProfessionalStandard | None:
        """The professional standard that it speaks to."""
        return BY_NUMBER.get(self.professional or 0)


class Tag(models.Model):
    """One note of an audit speaks of one theme."""

    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="tags")
    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="tags")
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="tags")
    tagged_at = models.DateTimeField()
    tagged_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [*together("tag", "tagged"), models.UniqueConstraint(fields=["note", "theme"], name="tag_once")]

    def __str__(self) -> str:
        return f"{self.note_id} {self.theme_id}"


class Quotation(models.Model):
    """A line picked from a note or from what a family said, as it was and as it may be read; used only once a second
    person cleared it. One of a family goes with its answer, where they take their consent back."""

    class Kind(models.TextChoices):
        QUOTE = "quote", "To quote in reports"
        PRACTICE = "practice", "Good practice to share"
        STORY = "story", "A line of the story behind a message of the learning event"

    class State(models.TextChoices):
        OFFERED = "offered", "Waits for a second person"
        CLEARED = "cleared", "Cleared"
        RETURNED = "returned", "Not to be used"

    class Speaker(models.TextChoices):
        CHILD = "child", "Child or young person"
        FAMILY = "family", "Parent or carer"
        WORKER = "worker", "Worker"
        AUDIT = "audit", "Auditor and worker together"

    note = models.ForeignKey(Note, null=True, blank=True, on_delete=models.PROTECT, related_name="quotations")
    answer = models.ForeignKey(FamilyAnswer, null=True, blank=True, on_delete=models.CASCADE, related_name="quotations")
    kind = models.CharField(max_length=8, choices=Kind)
    state = models.CharField(max_length=8, choices=State, default=State.OFFERED)
    speaker = models.CharField(max_length=8, choices=Speaker)
    standard = models.PositiveSmallIntegerField(null=True, blank=True)
    message = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="The message of the learning event that the story is behind: 1, 2 or 3."
    )
    line = models.TextField(blank=True, help_text="The line as it stands in the note; a family's stays in its answer.")
    words = models.TextField(help_text="The line as it may be read.")
    offered_at = models.DateTimeField()
    offered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    why = models.TextField(blank=True, help_text="Why it is not to be used.")

    class Meta:
        ordering = ("-offered_at", "-pk")
        constraints = [
            *together("quotation", "offered", "settled"),
            models.CheckConstraint(
                condition=Q(note=None, answer__isnull=False) | Q(note__isnull=False, answer=None),
                name="quotation_of_one_text",
            ),
            models.CheckConstraint(
                condition=Q(settled_by=None) | ~Q(settled_by=F("offered_by")), name="quotation_second_person"
            ),
            models.CheckConstraint(
                condition=Q(state="offered", settled_at=None) | ~Q(state="offered") & Q(settled_at__isnull=False),
                name="quotation_settled",
            ),
            models.CheckConstraint(
                condition=Q(kind="story", message__gte=1, message__lte=3) | ~Q(kind="story") & Q(message=None),
                name="quotation_message_of_story",
            ),
        ]

    def __str__(self) -> str:
        return f"Quotation {self.pk}"

    @property
    def source(self) -> str:
        """The text it was picked from, as it stands now."""
        return self.answer.said if self.answer else self.line

    @property
    def audit(self) -> Audit | None:
        """The audit it was picked from."""
        if self.note is not None:
            return self.note.audit
        return self.answer.ask.audit if self.answer is not None else None
