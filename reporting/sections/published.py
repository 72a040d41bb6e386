"""Which months of a trend were revised: an audit of theirs was regraded or set aside after a report had counted it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime

from django.db.models import Q

from audits.models import Audit, Review
from qualitycounts.base import clock
from reporting import periods
from reporting.models import Report
from reporting.periods import Period, month_of
from reporting.sections.base import MIX_MONTHS

REVISED = " (r)"
REVISED_IN_WORDS = (
    "(r) marks a month that was revised: the panel changed a grade, or an audit was set aside, after a report that was "
    "issued had counted it."
)


def revised_months(months: Iterable[Period]) -> list[str]:
    """Those of these months in which an audit was regraded or set aside after a report that was issued had counted it:
    two queries, and one where nothing was issued."""
    first = _first_counted()
    wanted = {month.first for month in months}.intersection(first)
    if not wanted:
        return []
    regraded = Q(reviews__state=Review.State.DECIDED, reviews__outcome=Review.Outcome.REGRADED)
    moved = (
        Audit.objects.filter(regraded | Q(state=Audit.State.VOIDED))
        .filter(finalised_at__gte=clock.start_of(min(wanted)), re_audit_of=None)
        .order_by()
        .values_list("finalised_at", "state", "ended_at", "reviews__decided_at")
    )
    revised = set()
    for finalised_at, state, ended_at, decided_at in moved:
        at = ended_at if state == Audit.State.VOIDED else decided_at
        if finalised_at is None or at is None:
            continue
        month = clock.day_of(finalised_at).replace(day=1)
        if month in wanted and at > first[month]:
            revised.add(month)
    return [str(month_of(month)) for month in sorted(revised)]


def marked(name: str, unit: Period, revised: Collection[str]) -> str:
    """A period's name, with the mark where it is a revised month or has one in it."""
    return name + REVISED if is_revised(unit, revised) else name


def is_revised(unit: Period, revised: Collection[str]) -> bool:
    """Whether a period is a revised month, or has one in it."""
    return bool(revised) and any(str(month) in revised for month in unit.months)


def _first_counted() -> dict[date, datetime]:
    """When each month was first counted in a report that was issued, in its own or in the trend of a later one."""
    first: dict[date, datetime] = {}
    issued = Report.objects.filter(issued_at__isnull=False).order_by("made_at").values_list("period", "made_at")
    for period, made_at in issued:
        for month in periods.parse(period).months[-1].back(MIX_MONTHS):
            first.setdefault(month.first, made_at)
    return first
