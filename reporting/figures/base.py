"""What every figure is made of: a number with its definition, and the window of time it is counted in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import DateField, Q
from django.db.models.functions import TruncMonth

from audits.models import Audit
from qualitycounts import clock
from reporting.chance import Run, Share
from reporting.periods import Kind, Period

STANDING = (Audit.State.FINALISED, Audit.State.CLOSED)
"""Finalised and not voided: what the reports count."""
UNITS = {Kind.MONTH: 12, Kind.QUARTER: 6, Kind.HALF: 4, Kind.YEAR: 3}
MIX_MONTHS = 12


@dataclass(frozen=True)
class Figure:
    """A number that carries its name and its one-line definition. `of` is there where it is a share of something,
    `before` and `before_of` where the same was counted for the period before."""

    name: str
    definition: str
    count: int
    of: int | None = None
    before: int | None = None
    before_of: int | None = None


@dataclass(frozen=True)
class Series:
    """A share counted in each of the window's units, oldest first, with its name and definition."""

    name: str
    definition: str
    counts: list[int]
    ofs: list[int]

    def run(self, names: Sequence[str]) -> Run:
        """The same as a row whose limits can be read."""
        return Run(tuple(names), tuple(Share(*pair) for pair in zip(self.counts, self.ofs, strict=True)))


@dataclass(frozen=True)
class Window:
    """The period asked for, the day as at which it is counted, and the row of periods it is compared with."""

    period: Period
    on: date
    units: tuple[Period, ...] = field(init=False)
    months: tuple[Period, ...] = field(init=False)

    def __post_init__(self) -> None:
        units = self.period.back(UNITS[self.period.kind])
        last = self.period.months[-1]
        earliest = min(units[0].first, last.shifted(1 - MIX_MONTHS).first)
        count = (last.first.year - earliest.year) * 12 + last.first.month - earliest.month + 1
        object.__setattr__(self, "units", units)
        object.__setattr__(self, "months", last.back(count))

    def unit_of(self, day: date) -> int | None:
        """Which of the units a day falls in, as its place in the row."""
        return next((place for place, unit in enumerate(self.units) if day in unit), None)

    def by_unit(self, counted: Iterable[tuple[date, int]]) -> list[int]:
        """Counts given by day or month, added up for each unit."""
        sums = [0] * len(self.units)
        for day, number in counted:
            place = self.unit_of(day)
            if place is not None:
                sums[place] += number
        return sums


def finalised_between(first: Period, last: Period, prefix: str = "") -> Q:
    """Audits whose finalising fell, by UK date, from the first period to the last; `prefix` leads to the audit."""
    return Q(**{f"{prefix}finalised_at__gte": first.moments[0], f"{prefix}finalised_at__lt": last.moments[1]})


def counted(prefix: str = "") -> Q:
    """What the reports count: audits that stand, re-audits apart."""
    return Q(**{f"{prefix}state__in": STANDING, f"{prefix}re_audit_of": None})


def month_finalised(prefix: str = "") -> TruncMonth:
    """The first day of the month in which an audit was finalised, by UK date."""
    return TruncMonth(f"{prefix}finalised_at", tzinfo=clock.LONDON, output_field=DateField())


def same_month(day: date | None, period: Period) -> bool:
    """Whether a month's first day lies in the period."""
    return day is not None and day in period
