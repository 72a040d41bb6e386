"""Learning: what every worker may read of a report, good practice to share, and needs for the Principal Social Worker.

Strategy 4.4 (learning needs), 5.6 (learning events) and 7 (a summary of recommendations for all staff).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404

from people import access, trail
from people.models import User
from people.roles import Permission
from people.sent_twice import AGAIN, same_row
from qualitycounts.base.refusals import written
from reporting.models import OUT, Edition, Need, Quotation, Report
from reporting.reports.drafting import fit
from reporting.sections.event import Event
from standards.models import MOST_STANDARDS

SHOWN = 12


@dataclass(frozen=True)
class GoodPractice:
    """The good practice of one standard, as it was cleared to be read by all."""

    standard: int | None
    entries: list[Quotation]


def summaries() -> list[Report]:
    """The reports that every worker may read in short: quarterly, annual and for learning events, while they stand:
    one query."""
    out = Report.objects.light().filter(state__in=OUT).exclude(kind=Report.Kind.MONTHLY)
    return list(out.order_by("-issued_at")[:SHOWN])


def summary_or_404(ref: str) -> Report:
    """A report of which every worker may read the summary; else 404."""
    report = (
        Report.objects.without_file()
        .filter(ref=ref, issued_at__isnull=False)
        .exclude(kind=Report.Kind.MONTHLY)
        .prefetch_related("recommended__owner")
        .first()
    )
    if report is None:
        raise Http404
    return report


def pack_or_404(ref: str) -> Report:
    """A learning event's report with its file, of which every worker may read the pack; else 404."""
    packs = Report.objects.defer("rows").filter(issued_at__isnull=False, kind=Report.Kind.LEARNING)
    report = packs.filter(ref=ref).first()
    if report is None or not report.figures.get(Event.key):
        raise Http404
    return report


def slides_or_404(ref: str) -> Edition:
    """The slides of a learning event, once they are drawn; else 404."""
    slides = Edition.objects.filter(report=pack_or_404(ref), kind=Edition.Kind.SLIDES).first()
    if slides is None:
        raise Http404
    return slides


def library(standard: int | None = None) -> list[GoodPractice]:
    """Good practice that was picked, cleaned and cleared by a second person, by standard, each line once: one query.
    No case, team or date: nothing leads back to a family."""
    cleared = Quotation.objects.filter(kind=Quotation.Kind.PRACTICE, state=Quotation.State.CLEARED)
    if standard is not None:
        cleared = cleared.filter(standard=standard)
    shelves: defaultdict[int | None, list[Quotation]] = defaultdict(list)
    for quotation in cleared.order_by("-settled_at"):
        if quotation.words not in {other.words for other in shelves[quotation.standard]}:
            shelves[quotation.standard].append(quotation)
    return [
        GoodPractice(number, shelves[number])
        for number in sorted(shelves, key=lambda number: number or MOST_STANDARDS + 1)
    ]


def learning_needs() -> list[Need]:
    """Every learning need, those without an answer first: one query."""
    needs = Need.objects.select_related("recommendation__report", "raised_by", "answered_by")
    return sorted(needs, key=lambda need: (need.answered_at is not None, -need.pk))


def need_or_404(pk: int) -> Need:
    """One learning need; else 404."""
    need = Need.objects.filter(pk=pk).first()
    if need is None:
        raise Http404
    return need


def raise_need(*, words: str, standard: int | None, professional: int | None = None, by: User, at: datetime) -> Need:
    """Write down a learning need by hand, as from a panel's message. Refuses (`Refused`, 422) no words."""
    with trail.acting(by=by, at=at) as act:
        access.check(by, Permission.KEEP_LEARNING)
        words = written(fit(words, "words"), "words", "Write what needs to be learned, and by whom.")
        values = {"words": words, "standard": standard, "professional": professional, "raised_by": by}
        there = same_row(Need.objects.all(), by=by, **values, raised_at__gt=at - AGAIN)
        if there is not None:
            return there
        need = Need.objects.create(**values, raised_at=at)
        act.add("need.raise", need, content={"words": words, "professional": professional})
    return need


def answer_need(*, need: Need, words: str, by: User, at: datetime) -> Need:
    """Say what is offered, for whom and when; again to change it. Refuses (`Refused`, 422) no words."""
    with trail.acting(by=by, at=at) as act:
        access.check(by, Permission.KEEP_LEARNING)
        need = Need.objects.select_for_update().get(pk=need.pk)
        need.answer = written(fit(words, "words"), "words", "Write what is offered, for whom and when.")
        need.answered_at, need.answered_by = at, by
        need.save(update_fields=["answer", "answered_at", "answered_by"])
        act.add("need.answer", need, content={"words": need.answer})
    return need
