"""What was planned for the months of the period, and what of it is done, in time or late, by kind of audit."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db.models import BooleanField, Case, Count, F, Q, Value, When

from audits.models import Activity, Audit
from reporting.figures.base import STANDING, Figure, Window, month_finalised

PLANNED = "Audits drawn for the months of the period, by kind; those withdrawn or voided and re-audits left out."
OUTCOMES = {
    "in_time": ("Done in its month", "Of these, finalised by the end of the month they were planned for."),
    "late": ("Done later", "Of these, finalised after that month."),
    "missed": ("Not done, month over", "Of these, not finalised at “data as at”, though their month is over."),
    "ahead": ("Still to come", "Of these, not finalised at “data as at”, with their month not over."),
}
NO_DRAW = "other"
KINDS = {kind.value: str(kind.label) for kind in Activity.Kind} | {NO_DRAW: "Not from a draw"}


@dataclass(frozen=True)
class Line:
    """One kind of audit: how many were planned, and what became of them."""

    name: str
    planned: Figure
    outcomes: list[Figure]


@dataclass(frozen=True)
class Programme:
    """The programme of the period, a line a kind, and all of it together."""

    lines: list[Line]
    whole: Line


def programme(window: Window) -> Programme:
    """Audits planned for the period's months by kind, and where they stand on the day: one query."""
    period = window.period
    rows = (
        Audit.objects.filter(month__gte=period.first, month__lte=period.last, re_audit_of=None)
        .exclude(state__in=(Audit.State.WITHDRAWN, Audit.State.VOIDED))
        .annotate(
            at=month_finalised(),
            activity=F("pick__draw__activity__kind"),
            over=Case(
                When(month__lt=window.on.replace(day=1), then=Value(True)), default=False, output_field=BooleanField()
            ),
            later=Case(When(Q(at__gt=F("month")), then=Value(True)), default=Value(False), output_field=BooleanField()),
        )
        .order_by()
        .values_list("activity", "state", "over", "later")
        .annotate(n=Count("pk"))
    )
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for kind, state, over, later, n in rows:
        done, undone = "late" if later else "in_time", "missed" if over else "ahead"
        counts[kind or NO_DRAW][done if state in STANDING else undone] += n
    lines = [_line(name, counts[kind]) for kind, name in KINDS.items() if counts[kind]]
    return Programme(lines, _line("All audits", sum(counts.values(), Counter[str]())))


def _line(name: str, counted: Counter[str]) -> Line:
    whole = sum(counted.values())
    outcomes = [Figure(words, definition, counted[key], whole) for key, (words, definition) in OUTCOMES.items()]
    return Line(name, Figure("Planned", PLANNED, whole), outcomes)
