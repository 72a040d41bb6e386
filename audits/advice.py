"""A grade the two cannot agree, as the QA Team reads it: both proposals, the marks and the notes of that step."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404

from audits.desk import Field, fields_of
from audits.grading import check_adviser
from audits.models import CASE_NUMBER, Audit, Judgement
from audits.points import Section, sections_of
from audits.sheet import indicators_of
from audits.sight import View, both
from people.models import User


@dataclass(frozen=True, slots=True)
class Question:
    """What the adviser reads before answering."""

    number: int
    title: str
    views: tuple[View, View]
    sections: tuple[Section, ...]
    fields: tuple[Field, ...]
    advice: str


def question(audit: Audit, number: int, *, by: User) -> Question:
    """The question put to the QA Team. Refused: not an adviser of it (403), nobody asked (409); no such grade: 404."""
    one: Judgement | None = (
        audit.judgements.filter(number=number).select_related("standard").prefetch_related("proposals").first()
    )
    if one is None:
        raise Http404
    check_adviser(audit, one, by=by)
    marks = list(audit.marks.all())
    step = "indicators" if number == CASE_NUMBER else str(number)
    indicators = indicators_of(audit)
    return Question(
        number=number,
        title=one.title,
        views=both(one, audit),
        sections=sections_of(audit, one, step, indicators, marks, {}, {}),
        fields=fields_of(number, {note.slug: note for note in audit.notes.all()}),
        advice=one.advice,
    )
