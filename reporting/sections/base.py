"""What every figure is made of: a number with its definition, and the window of time it is counted in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import BooleanField, Case, DateField, Q, Value, When

from audits.models import Activity, Audit
from reporting.models import Report
from reporting.periods import MONTHS, Period, PeriodKind, council_year_of
from reporting.sections.frozen import WHERE_HELD

NO_DRAW = "other"
KINDS = {kind.value: str(kind.label) for kind in Activity.Kind} | {NO_DRAW: "Not from a draw"}
"""Every kind of audit that a report tells apart."""
UNITS = {PeriodKind.MONTH: 12, PeriodKind.QUARTER: 6, PeriodKind.HALF: 4, PeriodKind.YEAR: 3}
MIX_MONTHS = 12
Counted = Sequence[tuple[date, int]]
"""How many of something by day, or by the first day of a month."""


@dataclass(frozen=True)
class Figure:
    """A number that carries its name and its one-line definition. `of` is there where it is a share of something,
    `before` and `before_of` where the same was counted for the period before. `key` is the row that it is of,
    where it is of one: its name is only how it is printed."""

    name: str
    definition: str
    count: int
    of: int | None = None
    before: int | None = None
    before_of: int | None = None
    key: int | None = field(default=None, metadata=WHERE_HELD)


@dataclass(frozen=True)
class Series:
    """A share counted in each of the window's units, oldest first, with its name and definition; and in each of its
    months, [so many, of so many], by which it is read."""

    name: str
    definition: str
    counts: list[int]
    ofs: list[int]
    by_month: list[list[int]] = field(default_factory=list)


@dataclass(frozen=True)
class Window:
    """The period asked for, the day as at which it is counted, and the row of periods it is compared with; and the
    version of the report that it is counted for, where there is one."""

    period: Period
    on: date
    report: Report | None = None
    units: tuple[Period, ...] = field(init=False)
    months: tuple[Period, ...] = field(init=False)
    places: Mapping[date, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        units = self.period.back(UNITS[self.period.kind])
        last = self.period.months[-1]
        earliest = min(units[0].first, last.shifted(1 - MIX_MONTHS).first, self.baseline.first)
        count = (last.first.year - earliest.year) * 12 + last.first.month - earliest.month + 1
        object.__setattr__(self, "units", units)
        object.__setattr__(self, "months", last.back(count))
        places = {month.first: place for place, unit in enumerate(units) for month in unit.months}
        object.__setattr__(self, "places", places)

    @property
    def baseline(self) -> Period:
        """The council year before the one in which the period begins, which it is held against."""
        return council_year_of(self.period.first).previous

    @property
    def shown(self) -> tuple[Period, ...]:
        """The last twelve months that have begun: what is still to come of a period that is not over is not shown."""
        begun = [month for month in self.months if month.first <= self.on] or list(self.months)
        return begun[-1].back(MIX_MONTHS)

    def unit_with(self, day: date) -> Period:
        """The period of the same length that a day falls in, also before the row of units."""
        months = (day.year - self.period.first.year) * 12 + day.month - self.period.first.month
        return self.period.shifted(months // MONTHS[self.period.kind])

    def unit_of(self, day: date) -> int | None:
        """Which of the units a day falls in, as its place in the row."""
        return self.places.get(day.replace(day=1))

    def by_unit(self, counted: Iterable[tuple[date, int]]) -> list[int]:
        """Counts given by day or month, added up for each unit."""
        sums = [0] * len(self.units)
        for day, number in counted:
            place = self.unit_of(day)
            if place is not None:
                sums[place] += number
        return sums

    def series(self, name: str, definition: str, part: Counted, whole: Counted) -> Series:
        """A share of things given by day or month, for each unit and for each month."""
        by_month = [list(pair) for pair in zip(self._by_month(part), self._by_month(whole), strict=True)]
        return Series(name, definition, self.by_unit(part), self.by_unit(whole), by_month)

    def _by_month(self, counted: Counted) -> list[int]:
        places = {month.first: place for place, month in enumerate(self.months)}
        sums = [0] * len(self.months)
        for day, number in counted:
            place = places.get(day.replace(day=1))
            if place is not None:
                sums[place] += number
        return sums


def finalised_between(first: Period, last: Period, prefix: str = "") -> Q:
    """Audits whose finalising fell, by UK date, from the first period to the last; `prefix` leads to the audit."""
    return Q(**{f"{prefix}finalised_at__gte": first.moments[0], f"{prefix}finalised_at__lt": last.moments[1]})


def counted(prefix: str = "") -> Q:
    """What the reports count: audits that stand, re-audits apart."""
    return Q(**{f"{prefix}state__in": Audit.FINAL, f"{prefix}re_audit_of": None})


def core(prefix: str = "") -> Q:
    """The core audits: drawn at random, within category of need. Those that were not drawn at all, as in data older
    than the draws, were not chosen for a reason either; re-audits are, and are never counted with them (`counted`)."""
    return Q(**{f"{prefix}pick": None}) | Q(**{f"{prefix}pick__draw__activity__kind": Activity.Kind.CORE})


def month_finalised(months: Sequence[Period], prefix: str = "") -> Case:
    """The first day of the one of these months, oldest first, in which an audit was finalised, by UK date; None outside
    them. By their first moments, which every database compares faster than it truncates a moment in a time zone, and
    by halves, so that of twenty months it compares five."""
    before = When(**{f"{prefix}finalised_at__lt": months[0].moments[0]}, then=Value(None))
    within = When(**{f"{prefix}finalised_at__lt": months[-1].moments[1]}, then=_by_halves(months, prefix))
    return Case(before, within, default=None, output_field=DateField())


def _by_halves(months: Sequence[Period], prefix: str) -> Case | Value:
    if len(months) == 1:
        return Value(months[0].first, output_field=DateField())
    half = len(months) // 2
    earlier = When(**{f"{prefix}finalised_at__lt": months[half].moments[0]}, then=_by_halves(months[:half], prefix))
    return Case(earlier, default=_by_halves(months[half:], prefix), output_field=DateField())


def as_flag(holds: Q) -> Case:
    """Whether something holds of a row, as a value to group by."""
    return Case(When(holds, then=Value(True)), default=False, output_field=BooleanField())


def same_month(day: date | None, period: Period) -> bool:
    """Whether a day, or a month's first day, lies in the period."""
    return day is not None and day in period
