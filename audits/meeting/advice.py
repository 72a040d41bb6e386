"""A grade the two cannot agree, as the QA Team reads it: both proposals, the marks and the notes of that step."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404

from audits.form_boxes import indicators_of
from audits.meeting.criteria import INDICATORS, CriteriaSection, sections_of
from audits.meeting.grading import check_adviser
from audits.meeting.typed_fields import Field, fields_of
from audits.meeting.visible_grades import View, both
from audits.models import Audit, Judgement
from people.models import User


@dataclass(frozen=True, slots=True)
class AdviceQuestion:
    """What the adviser reads before answering."""

    number: int
    title: str
    views: tuple[View, View]
    sections: tuple[CriteriaSection, ...]
    fields: tuple[Field, ...]
    advice: str


def question(audit: Audit, number: int, *, by: User) -> AdviceQuestion:
    """The question put to the QA Team. Refused: not an adviser of it (403), nobody asked (409); no such grade: 404."""
    judgement: Judgement | None = (
        audit.judgements.filter(number=number).select_related("standard").prefetch_related("proposals").first()
    )
    if judgement is None:
        raise Http404
    check_adviser(audit, judgement, by=by)
    marks = list(audit.marks.all())
    step = INDICATORS if judgement.is_case else judgement.slug
    indicators = indicators_of(audit)
    return AdviceQuestion(
        number=number,
        title=judgement.title,
        views=both(judgement, audit),
        sections=sections_of(audit, judgement, step, indicators, marks, {}, {}),
        fields=fields_of(audit, number, {note.slug: note for note in audit.notes.all()}),
        advice=judgement.advice,
    )
