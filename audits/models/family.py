"""What children, parents and carers say of the help they get: the council's questions, who asks, what was answered, and
the letter that tells them what came of it (strategy 6.2.2, 6.2.3, App. 2)."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q

from audits.models.audit import Audit
from people.models import User
from qualitycounts.base.moments import together


class FamilyQuestion(models.Model):
    """One of the council's own questions. Once it was asked its words stay; it is retired and another one added."""

    text = models.CharField(max_length=200)
    scale = models.JSONField(default=list, help_text="The answers to choose from, the best first; empty: words alone.")
    standards = models.JSONField(default=list, help_text="Keys of the standards it speaks to; may be empty.")
    position = models.PositiveSmallIntegerField()
    added_at = models.DateTimeField(null=True, blank=True)
    added_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="None: it came with us."
    )
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("position", "pk")
        constraints = [
            *together("family_question", "added", "retired"),
            models.UniqueConstraint(fields=["text"], condition=Q(retired_at=None), name="family_question_once"),
        ]

    def __str__(self) -> str:
        return self.text


class FamilyAskQuerySet(models.QuerySet["FamilyAsk"]):
    """The questions that are asked of askings, each defined once."""

    def going_on(self) -> FamilyAskQuerySet:
        """Those that nobody has declined and nobody has answered yet."""
        return self.filter(answered=None).exclude(consent="no")


class FamilyAsk(models.Model):
    """One person of a family to be asked before one audit's meeting: who asks, whether they agreed, and how they
    answered. No name of theirs is held."""

    class Speaker(models.TextChoices):
        CHILD = "child", "Child or young person"
        PARENT = "parent", "Parent"
        CARER = "carer", "Carer"

    class Consent(models.TextChoices):
        YES = "yes", "Agreed to be asked"
        NO = "no", "Did not want to be asked"

    class Way(models.TextChoices):
        TELEPHONE = "telephone", "By telephone"
        VISIT = "visit", "On a visit"
        PAPER = "paper", "On paper"
        LINK = "link", "By a link"

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="family_asks")
    number = models.PositiveSmallIntegerField()
    speaker = models.CharField(max_length=8, choices=Speaker)
    asker = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField()
    named_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    consent = models.CharField(max_length=3, choices=Consent, blank=True)
    consent_at = models.DateTimeField(null=True, blank=True)
    consent_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    mark = models.CharField(max_length=8, blank=True, help_text="What a paper form carries in place of a name.")
    digest = models.CharField(max_length=64, blank=True, db_index=True, help_text="SHA-256 of the link's token.")
    expires_on = models.DateField(null=True, blank=True, help_text="The first day on which the link opens no more.")
    linked_at = models.DateTimeField(null=True, blank=True)
    linked_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    way = models.CharField(max_length=9, choices=Way, blank=True, help_text="How the answers came.")
    answered = models.DateTimeField(null=True, blank=True)
    recorder = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="None: by the link."
    )

    objects = FamilyAskQuerySet.as_manager()

    class Meta:
        ordering = ("number",)
        constraints = [
            *together("family_ask", "named", "consent", "linked"),
            models.UniqueConstraint(fields=["audit", "number"], name="family_ask_number_once"),
            models.CheckConstraint(
                condition=Q(consent="", consent_at=None) | (~Q(consent="") & Q(consent_at__isnull=False)),
                name="family_ask_consent_when",
            ),
            models.CheckConstraint(
                condition=Q(answered=None, way="") | (Q(answered__isnull=False, consent="yes") & ~Q(way="")),
                name="family_ask_answered_with_consent",
            ),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def ref(self) -> str:
        """What the trail calls it: QC-2612-041/F1."""
        return f"{self.audit.ref}/F{self.number}"

    def waits(self, on: date) -> bool:
        """Whether a link is out that still opens on the day."""
        return self.answered is None and bool(self.digest) and self.expires_on is not None and on < self.expires_on


class FamilyAnswer(models.Model):
    """One question as it was put to one person, with what they said; empty where they left it out."""

    ask = models.ForeignKey(FamilyAsk, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(FamilyQuestion, on_delete=models.PROTECT, related_name="answers")
    choice = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Which of the scale, from 1.")
    words = models.TextField(blank=True)

    class Meta:
        ordering = ("question__position", "question")
        constraints = [models.UniqueConstraint(fields=["ask", "question"], name="family_answer_once")]

    def __str__(self) -> str:
        return f"{self.ask_id} {self.question_id}"

    @property
    def chosen(self) -> str:
        """The answer on the scale in words; "" without one."""
        return str(self.question.scale[self.choice - 1]) if self.choice else ""

    @property
    def said(self) -> str:
        """Scale and words in one line; "" where the question was left out."""
        return ". ".join(part for part in (self.chosen, f"“{self.words}”" if self.words else "") if part)


class FamilyLetter(models.Model):
    """What one person of a family is told came of what they said: the answers picked to be said back, and plain words
    about what was done."""

    ask = models.OneToOneField(FamilyAsk, on_delete=models.CASCADE, related_name="letter")
    picked = models.JSONField(default=list, help_text="Keys of the answers that are said back.")
    done = models.TextField(help_text="What we did about it.")
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = together("family_letter", "written")

    def __str__(self) -> str:
        return f"{self.ask_id} {self.written_at}"

    @property
    def ref(self) -> str:
        """What the trail calls it."""
        return f"{self.ask.ref}/letter"
