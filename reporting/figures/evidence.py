"""What was seen: the headline indicators, the criteria most and least evidenced."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db.models import BooleanField, Case, Count, Value, When

from audits.models import Mark
from reporting.chance import Share
from reporting.figures.base import Figure, Window, counted, finalised_between

INDICATOR = "Audits in which the indicator was evidenced, as a share of those in which it applied and was marked."
CRITERION = "Audits in which the point was fully evidenced, as a share of those in which it applied and was marked."
LOOKED_AT = (Mark.Value.EVIDENCED, Mark.Value.PARTLY, Mark.Value.NOT_EVIDENCED)
HOW_MANY = 5
LEAST = 5
"""A point marked in fewer audits than this is not ranked: one case would decide its place."""


@dataclass(frozen=True)
class Evidence:
    """The indicators in their order; of the criteria, those most and those least often evidenced."""

    indicators: list[Figure]
    most: list[Figure]
    least: list[Figure]
    ranked: int


def seen(window: Window) -> Evidence:
    """Marks of the period and of the one before, by indicator and by criterion: one query."""
    period = window.period
    now = finalised_between(period, period, "audit__")
    rows = (
        Mark.objects.filter(
            counted("audit__"), finalised_between(period.previous, period, "audit__"), value__in=LOOKED_AT
        )
        .annotate(now=Case(When(now, then=Value(True)), default=False, output_field=BooleanField()))
        .order_by()
        .values_list("indicator__number", "indicator__title", "criterion__code", "criterion__title", "now", "value")
        .annotate(n=Count("pk"))
    )
    marked: defaultdict[tuple[int, str, str], Counter[tuple[bool, bool]]] = defaultdict(Counter)
    for number, indicator, code, criterion, is_now, value, n in rows:
        point = (number or 0, code or "", indicator or criterion)
        marked[point][is_now, value == Mark.Value.EVIDENCED] += n
    indicators = [
        _figure(title, INDICATOR, marked[number, code, title]) for number, code, title in sorted(marked) if number
    ]
    points = {
        (code, title): _figure(f"{title} ({code})", CRITERION, counts)
        for (number, code, title), counts in marked.items()
        if not number
    }
    ranked = sorted(
        (key for key, figure in points.items() if (figure.of or 0) >= LEAST),
        key=lambda key: (
            -(Share(points[key].count, points[key].of or 1).rate or 0),
            -(points[key].of or 0),
            _place(key[0]),
        ),
    )
    most = ranked[: min(HOW_MANY, len(ranked) // 2)]
    least = ranked[::-1][: min(HOW_MANY, len(ranked) // 2)]
    return Evidence(indicators, [points[key] for key in most], [points[key] for key in least], len(ranked))


def _figure(name: str, definition: str, counts: Counter[tuple[bool, bool]]) -> Figure:
    of = counts[True, True] + counts[True, False]
    before_of = counts[False, True] + counts[False, False]
    return Figure(name, definition, counts[True, True], of, counts[False, True], before_of)


def _place(code: str) -> tuple[tuple[int, str], ...]:
    """Sorts 4.2 before 4.10 and 4.2.a after 4.2."""
    return tuple((int(part), "") if part.isdigit() else (0, part) for part in code.split("."))
