"""The months, quarters and years that reports are about. The council's year runs from April to March."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from qualitycounts.base import clock
from qualitycounts.base.dates import month_in_words, month_name
from qualitycounts.base.refusals import Refused

FIRST_YEAR, LAST_YEAR = 2015, 2098
MONTH = re.compile(r"(\d{4})-(\d{2})")
PART = re.compile(r"(\d{4})-(\d{2})([QH])(\d)", re.IGNORECASE)
HOW = (
    "Write a month as 2026-11, a quarter as 2026-27Q3, a half year for a learning event as 2026-27H2, or a council "
    "year (April to March) as 2026-27."
)


class PeriodKind(StrEnum):
    """How long a period is; the value is what is stored and said."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"


MONTHS = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.HALF: 6, PeriodKind.YEAR: 12}
UNITS = {
    PeriodKind.MONTH: "month",
    PeriodKind.QUARTER: "quarter",
    PeriodKind.HALF: "half year",
    PeriodKind.YEAR: "year",
}
"""The word for one period of a kind, as it stands in a sentence."""
LETTERS = {"Q": (PeriodKind.QUARTER, 4), "H": (PeriodKind.HALF, 2)}


@dataclass(frozen=True, order=True)
class Period:
    """A month, quarter, half or year, known by its first day and kind. Made by `parse`, `month_of`, arithmetic."""

    first: date
    kind: PeriodKind

    def __str__(self) -> str:
        """The way it is written in commands and addresses: 2026-11, 2026-27Q3, 2026-27H2, 2026-27."""
        return f"{self.first:%Y-%m}" if self.kind == PeriodKind.MONTH else f"{self.council_year}{self.part}"

    @property
    def last(self) -> date:
        """The last day, itself included."""
        return self.next.first - timedelta(days=1)

    @property
    def quarter(self) -> int:
        """Which quarter of the council's year it begins in: 1 is April to June."""
        return (self.first.month - 4) % 12 // 3 + 1

    @property
    def part(self) -> str:
        """Which part of the council's year it is, as Q3 or H2; nothing for a month or a whole year."""
        if self.kind == PeriodKind.HALF:
            return f"H{(self.quarter + 1) // 2}"
        return f"Q{self.quarter}" if self.kind == PeriodKind.QUARTER else ""

    @property
    def council_year(self) -> str:
        """The council's year it begins in, as 2026-27."""
        begins = self.first.year - (self.first.month < 4)
        return f"{begins}-{(begins + 1) % 100:02}"

    @property
    def label(self) -> str:
        """What a reader says: November 2026; October to December 2026 (2026-27 Q3); April 2026 to March 2027."""
        if self.kind == PeriodKind.MONTH:
            return month_in_words(self.first)
        if self.part:
            return f"{month_name(self.first)} to {month_in_words(self.last)} ({self.short})"
        return f"{month_in_words(self.first)} to {month_in_words(self.last)}"

    @property
    def short(self) -> str:
        """For a heading or a tile: November, 2026-27 Q3, 2026-27 H2, 2026-27."""
        if self.kind == PeriodKind.MONTH:
            return month_name(self.first)
        return f"{self.council_year} {self.part}".strip()

    @property
    def code(self) -> str:
        """The part of a report's reference that names the period: 2611, 2627Q3, 2627."""
        if self.kind == PeriodKind.MONTH:
            return f"{self.first:%y%m}"
        return str(self)[2:].replace("-", "")

    @property
    def months(self) -> tuple[Period, ...]:
        """The months of the period, in order."""
        first = Period(self.first, PeriodKind.MONTH)
        return tuple(first.shifted(step) for step in range(MONTHS[self.kind]))

    @property
    def previous(self) -> Period:
        """The one before, of the same length."""
        return self.shifted(-1)

    @property
    def next(self) -> Period:
        """The one after, of the same length."""
        return self.shifted(1)

    def shifted(self, steps: int) -> Period:
        """The period that many of its own lengths later, or earlier where negative."""
        count = self.first.year * 12 + self.first.month - 1 + steps * MONTHS[self.kind]
        return Period(date(count // 12, count % 12 + 1, 1), self.kind)

    def back(self, count: int) -> tuple[Period, ...]:
        """The last `count` periods of its length that end with this one, oldest first."""
        return tuple(self.shifted(step) for step in range(1 - count, 1))

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """London midnight at its start and at the start of the next: the first is in it, the second is not."""
        return clock.start_of(self.first), clock.start_of(self.next.first)


def parse(words: str) -> Period:
    """The period that a person or a command wrote. Refuses with a `Refused` sentence what is not one."""
    written = words.strip()
    if letters := PART.fullmatch(written):
        begins, number = _council_year(letters[1], letters[2]), int(letters[4])
        kind, most = LETTERS[letters[3].upper()]
        if not 1 <= number <= most:
            has = "Q1 (April to June) to Q4" if kind == PeriodKind.QUARTER else "H1 (April to September) and H2"
            raise Refused(f"There is no {UNITS[kind]} {number}: the council's year has {has}. {HOW}")
        return Period(date(begins, 4, 1), kind).shifted(number - 1)
    if not (numbers := MONTH.fullmatch(written)):
        raise Refused(f"“{written[:20]}” is not a period. {HOW}")
    year, month = int(numbers[1]), int(numbers[2])
    if 1 <= month <= 12:
        return Period(date(_within(year), month, 1), PeriodKind.MONTH)
    return Period(date(_council_year(numbers[1], numbers[2]), 4, 1), PeriodKind.YEAR)


def all_within(year: Period) -> list[Period]:
    """A council year and everything in it: its months, quarters, half-years and itself."""
    quarters = [Period(month.first, PeriodKind.QUARTER) for month in year.months[::3]]
    halves = [Period(month.first, PeriodKind.HALF) for month in year.months[::6]]
    return [*year.months, *quarters, *halves, year]


def month_of(day: date) -> Period:
    """The month a day falls in."""
    return Period(day.replace(day=1), PeriodKind.MONTH)


def council_year_of(day: date) -> Period:
    """The council's year that a day falls in."""
    return Period(date(day.year - (day.month < 4), 4, 1), PeriodKind.YEAR)


def _within(year: int) -> int:
    """Live audits began in 2020; a year outside any we could hold is a slip of the keys."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refused(f"{year} is outside the years this register can hold ({FIRST_YEAR} to {LAST_YEAR}). {HOW}")
    return year


def _council_year(first: str, second: str) -> int:
    begins = _within(int(first))
    ends = (begins + 1) % 100
    if int(second) != ends:
        raise Refused(
            f"{first}-{second} is neither a month nor a year: the year from April {first} is {first}-{ends:02}. {HOW}"
        )
    return begins
