"""The rows of shares of a report, each with its reading: of a month by those of its baseline, of what is longer by its
months too, for quarters and years are too few to be read by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from qualitycounts.base.spreadsheets import Cell
from reporting import periods
from reporting.baseline import BaselineRun, baseline_run
from reporting.control_chart import NOTHING_TO_READ, Reading, Run, Share
from reporting.odds import NONE
from reporting.periods import MONTHS, UNITS, Period, PeriodKind
from reporting.sections.base import Series
from reporting.sections.section import Figures, Table

SHOWN = 12
"""Months drawn, of those that are read."""
HEADS = ("Period", "Count", "Of", "%", "Lower limit, %", "Upper limit, %")


@dataclass(frozen=True)
class Row:
    """One row of shares with its reading. `drawn` is what a chart shows of it, of the periods `times`: its months,
    where it is of something longer. `set` is the standards set that it is of, where it is of a standard. `months` are
    those of the period itself, and `since_april` all of its council year so far, where they were frozen; `together` are
    the months that are read together, and what they are held against, where there is a baseline."""

    name: str
    definition: str
    run: Run
    reading: Reading
    drawn: Run
    times: tuple[Period, ...]
    number: int = 0
    set: str = ""
    months: Run = field(default_factory=lambda: Run((), ()))
    since_april: Share = NONE
    together: tuple[Share, Share] = (NONE, NONE)

    @property
    def now(self) -> Share:
        """The share of the period itself."""
        return self.run.shares[-1]

    @property
    def before(self) -> Share:
        """The share of the period before it."""
        return self.run.shares[-2]

    def table(self, slug: str) -> Table:
        """The row with its limits, period by period, to take away."""
        cells: list[list[Cell]] = []
        for name, share, pair in zip(self.run.names, self.run.shares, self.run.band, strict=True):
            lower, upper = (round(100 * pair[0], 1), round(100 * pair[1], 1)) if pair else (None, None)
            rate = None if share.rate is None else round(100 * share.rate, 1)
            cells.append([name, share.count, share.of, rate, lower, upper])
        return Table(slug, f"{self.name}, period by period", HEADS, cells)

    @property
    def read(self) -> bool:
        """Whether there was enough to read it by."""
        return self.reading.short not in ("Too early to say", NOTHING_TO_READ)


def row_of(
    series: Series,
    figures: Figures,
    *,
    months: Sequence[Period] = (),
    by_month: Sequence[Sequence[int]] = (),
    number: int = 0,
    of_set: str = "",
) -> Row:
    """One row with its reading, read by its months where it has some. Figures that were frozen before there were months
    behind every row are read as they are, or by those that are handed in; those frozen before there was a baseline, by
    the average of all that is read."""
    units, months, by_month = figures.all_units, months or figures.all_months, series.by_month or by_month
    period, names = units[-1], _names(units)
    run = Run(names, _shares(zip(series.counts, series.ofs, strict=True)))
    if not by_month:
        reading = run.read(UNITS[period.kind], _ahead(period))
        return Row(series.name, series.definition, run, reading, run, tuple(units), number, of_set)
    every = Run(_names(months), _shares(by_month))
    if figures.baseline:
        held = baseline_run(months, every, year=periods.parse(figures.baseline), period=period)
        every, run = held, held.over(run, [[months.index(month) for month in unit.months] for unit in units])
    reading = every.read("month", _ahead(period.months[-1]), within=MONTHS[period.kind], name=period.short)
    begun, _ = every.until_last(MONTHS[period.kind])
    drawn, times = begun.last(SHOWN), tuple(months[: len(begun.shares)][-SHOWN:])
    april = periods.council_year_of(period.first)
    since = sum((share for month, share in zip(months, every.shares, strict=True) if month.first in april), NONE)
    own = every.last(MONTHS[period.kind])
    together = begun.whole_of(begun.together) if isinstance(begun, BaselineRun) and begun.enough else (NONE, NONE)
    return Row(series.name, series.definition, run, reading, drawn, times, number, of_set, own, since, together)


def _names(units: Sequence[Period]) -> tuple[str, ...]:
    return tuple(unit.label if unit.kind == PeriodKind.MONTH else unit.short for unit in units)


def _shares(pairs: Iterable[Sequence[int]]) -> tuple[Share, ...]:
    return tuple(Share(count, of) for count, of in pairs)


def _ahead(period: Period) -> list[str]:
    """The next periods, to look again in."""
    return [period.shifted(step).label for step in range(1, 4)]
