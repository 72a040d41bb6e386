"""What auditor and worker chose together of the child's record, of families' feedback and of the practice model."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count

from audits.models import Note
from audits.sheet import BOXES, FEEDBACK
from reporting.figures.base import Figure, Window, counted, finalised_between

ASKED = "Audits by whether the child or family was asked what they think of the help, and what came of asking."
CHOICE = "Audits of the period that asked it, by the answer that auditor and worker chose together."
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


@dataclass(frozen=True)
class Record:
    """Families' feedback, and the questions about the record and the practice model."""

    asked: Figure
    feedback: list[Figure]
    questions: list[Question]


def chosen(window: Window) -> Record:
    """The choices of the period's audits, box by box: one query."""
    rows = (
        Note.objects.filter(
            counted("audit__"),
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
    return Record(
        asked=Figure("Families asked", ASKED, answered - not_asked, answered),
        feedback=feedback,
        questions=[Question(BOXES[slug].title, CHOICE, _answers(slug, CHOICE, answers)) for slug in RECORD],
    )


def _answers(slug: str, definition: str, answers: Counter[tuple[str, str]]) -> list[Figure]:
    choices = BOXES[slug].choices
    whole = sum(answers[slug, choice] for choice, _ in choices)
    return [Figure(label, definition, answers[slug, choice], whole) for choice, label in choices]
