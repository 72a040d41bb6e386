"""What auditor and worker chose together of the child's record, of families' feedback and of the practice model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Self

from django.db.models import Count

from audits.form_boxes import BOXES, FEEDBACK
from audits.models import Note
from reporting.control_chart import Share
from reporting.sections.bars import figures_table, share_of
from reporting.sections.base import Figure, Window, core, counted, finalised_between
from reporting.sections.evidence import SeenEvidence
from reporting.sections.section import Figures, Section, Table

ASKED = "Core audits by whether the child or family was asked what they think of the help, and what came of asking."
CHOICE = "Core audits of the period that asked it, by the answer that auditor and worker chose together."
RECORD = (
    "record-wishes",
    "record-professionals",
    "record-decisions",
    "record-procedures",
    "record-current",
    "signs-of-safety",
    "family-safeguarding",
)


@dataclass(frozen=True)
class Question:
    """One question of the audit's form with how often each answer was chosen."""

    name: str
    definition: str
    answers: list[Figure]

    @property
    def answered(self) -> str:
        """Its answers in a line."""
        answers = ", ".join(f"{answer.name} {answer.count}" for answer in self.answers)
        return answers if self.answers[0].of else "Not answered"


@dataclass(frozen=True)
class Record(Section):
    """Families' feedback, and the questions about the record and the practice model."""

    name = "record"
    key = "record"
    template = "reports/record.html"
    within = SeenEvidence

    asked: Figure
    feedback: list[Figure]
    questions: list[Question]

    @classmethod
    def count(cls, window: Window) -> Self:
        """The choices of the period's audits, box by box: one query."""
        rows = (
            Note.objects.filter(
                counted("audit__"),
                core("audit__"),
                finalised_between(window.period, window.period, "audit__"),
                slug__in=("feedback", *RECORD),
            )
            .exclude(choice="")
            .order_by()
            .values_list("slug", "choice")
            .annotate(n=Count("pk"))
        )
        answers: Counter[tuple[str, str]] = Counter({(slug, choice): n for slug, choice, n in rows})
        feedback = _answers("feedback", ASKED, answers)
        answered = sum(figure.count for figure in feedback)
        not_asked = answers["feedback", FEEDBACK[-1][0]]
        return cls(
            asked=Figure("Families asked", ASKED, answered - not_asked, answered),
            feedback=feedback,
            questions=[Question(str(BOXES[slug].title), CHOICE, _answers(slug, CHOICE, answers)) for slug in RECORD],
        )

    @property
    def share_asked(self) -> Share:
        """In how many audits families were asked."""
        return share_of(self.asked)

    def tables(self, figures: Figures) -> Iterator[Table]:
        """The feedback, and every answer."""
        yield figures_table("feedback", "Families’ feedback", self.feedback)
        answers = [
            replace(answer, name=f"{question.name}: {answer.name}")
            for question in self.questions
            for answer in question.answers
        ]
        yield figures_table("record", "The child’s record and the practice model", answers)


def _answers(slug: str, definition: str, answers: Counter[tuple[str, str]]) -> list[Figure]:
    choices = BOXES[slug].choices
    whole = sum(answers[slug, choice] for choice, _ in choices)
    return [Figure(str(label), definition, answers[slug, choice], whole) for choice, label in choices]
