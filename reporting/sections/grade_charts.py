"""Two charts with their tables: grades by month, and Good or better month by month."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from qualitycounts.base.dates import short_month
from reporting import charts, periods
from reporting.periods import Period, PeriodKind
from reporting.sections.base import Figure
from reporting.sections.published import marked
from reporting.sections.shares import Row
from reporting.sections.wording import joined
from standards.grades import Grade

GRADES = tuple(str(grade.label) for grade in Grade)


@dataclass(frozen=True)
class Head:
    """A column's head: the month's short name, the year where it is to be said, and whether it is of the period."""

    month: str
    year: str
    now: bool


@dataclass(frozen=True)
class Cell:
    """One number of the table, and whether it is of the period."""

    n: int
    now: bool


@dataclass(frozen=True)
class MixRow:
    """One grade, month by month."""

    name: str
    cells: list[Cell]


@dataclass(frozen=True)
class Mix:
    """Grades by month: the columns, their table, and the period's grades in words."""

    svg: SafeString
    heads: list[Head]
    rows: list[MixRow]
    totals: list[Cell]
    words: str


@dataclass(frozen=True)
class Trend:
    """Good or better, month by month, with its limits and its table."""

    svg: SafeString
    heads: list[Head]
    rows: list[tuple[str, list[str]]]


def mix_of(
    written: Sequence[str],
    mix: Sequence[Sequence[int]],
    core_grades: list[Figure],
    period: Period,
    revised: Collection[str],
) -> Mix:
    """The columns of the grades by month, with their table; `revised` months are marked."""
    months = [periods.parse(month) for month in written]
    now = [month.first in period for month in months]
    names = [figure.name for figure in core_grades]
    sums = {name: sum(four[place] for four in mix) for place, name in enumerate(names)}
    most = [name for name, n in sums.items() if n == max(sums.values()) > 0]
    largest = f"; {joined(most)} {'is' if len(most) == 1 else 'are'} the largest part over the year" if most else ""
    title = f"Columns of audits by case grade for each month from {months[0].label} to {months[-1].label}"
    words = [f"{figure.name} in {figure.count}" for figure in core_grades]
    return Mix(
        svg=charts.grade_mix(
            "mix",
            mix,
            f"{title}{largest}.",
            f"The table below has every count. {names[-1]} is at the foot of each column, {names[0]} at its top.",
            names=names,
        ),
        heads=heads_of(months, now, revised),
        rows=[MixRow(name, _cells([four[place] for four in mix], now)) for place, name in enumerate(names)],
        totals=_cells([sum(four) for four in mix], now),
        words=f"{', '.join(words[:-1])} and {words[-1]}",
    )


def trend_of(good: Row, revised: Collection[str]) -> Trend:
    """The control chart of Good or better by month, with its table."""
    run = good.run
    inside = "no signal is shown" if run.enough else "too early to say"
    if outside := [name for place, name in enumerate(run.names) if run.outside(place)]:
        inside = f"outside the limits: {', '.join(outside)}"
    average = f", around an average of {run.mean:.0%}" if run.enough else ""
    return Trend(
        svg=charts.control_chart(
            "trend",
            run,
            f"Control chart of Good or better, {run.names[0]} to {run.names[-1]}: {inside}{average}; "
            f"{run.names[-1]} is {run.shares[-1]}.",
            "The table below has every share, number of audits and limit.",
        ),
        heads=heads_of(good.times, [False] * len(good.times), revised),
        rows=[
            ("Good or better", [str(share.count) for share in run.shares]),
            ("Audits, n", [str(share.of) for share in run.shares]),
            ("Share, %", [_percent(share.rate) for share in run.shares]),
            ("Lower limit, %", [_percent(pair and pair[0]) for pair in run.band]),
            ("Upper limit, %", [_percent(pair and pair[1]) for pair in run.band]),
        ],
    )


def by_month(row: Row, period: Period) -> Row:
    """A row by the month: as it is drawn, where it is of something longer."""
    if period.kind == PeriodKind.MONTH:
        return row
    return Row(f"{row.name}, by month", row.definition, row.drawn, row.reading, row.drawn, row.times)


def heads_of(months: Sequence[Period], now: Iterable[bool], revised: Collection[str] = ()) -> list[Head]:
    """Column heads: the month's short name, with the year at the first and at each January, and whether revised."""
    return [
        Head(
            marked(short_month(month.first), month, revised),
            str(month.first.year) if place == 0 or month.first.month == 1 else "",
            now=is_now,
        )
        for place, (month, is_now) in enumerate(zip(months, now, strict=True))
    ]


def _cells(numbers: Sequence[int], now: Sequence[bool]) -> list[Cell]:
    return [Cell(n, now=is_now) for n, is_now in zip(numbers, now, strict=True)]


def _percent(rate: float | None) -> str:
    return "–" if rate is None else f"{int(100 * rate + 0.5)}"
