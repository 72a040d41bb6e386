"""A grade the two cannot agree, as the QA Team reads it: both proposals, the marks and the notes of that step."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404

from audits.form_boxes import indicators_of
from audits.meeting.criteria import INDICATORS, CriteriaSection, sections_of
from audits.meeting.grading import check_adviser
from audits.meeting.proposal_views import View, both, third_view
from audits.meeting.typed_fields import Field, fields_of
from audits.models import Audit, Judgement
from people import council_settings
from people.models import User

ADVICE_DAYS = council_settings.Number(
    "advice_days",
    "Working days for advice on a grade",
    "The meeting",
    "The QA Team answers within this many working days where the two cannot agree a grade (App. 2, Grading). Ours.",
    default=2,
    least=1,
    most=20,
    unit="working days",
)


@dataclass(frozen=True, slots=True)
class AdviceQuestion:
    """What the adviser reads before answering."""

    number: int
    title: str
    views: tuple[View, ...]
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
    two = both(judgement, audit)
    third = third_view(judgement, shown=two[0].shown)
    return AdviceQuestion(
        number=number,
        title=judgement.title,
        views=(*two, third) if third else two,
        sections=sections_of(audit, judgement, step, indicators, marks, {}, {}),
        fields=fields_of(audit, number, {note.slug: note for note in audit.notes.all()}),
        advice=judgement.advice,
    )
