"""The dates of a column, judged as a column: 03/04/2026 is the 3rd of April only where nothing in its column, or in the
rest of the file, can be read month first alone. So no column is ever read half one way and half the other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from qualitycounts.base.clock import LONDON
from qualitycounts.base.problems import quoted

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH_NAMES = "january february march april may june july august september october november december sept"
MONTH_WORDS = frozenset((*MONTHS, *MONTH_NAMES.split()))
"""Words that a date may hold; a cell of other words may hold a name."""
YEARS = range(1990, 2100)
NUMBERS = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})")
YEAR_FIRST = re.compile(r"([0-9]{4})([/.-]?)([0-9]{2})\2([0-9]{2})")
YEAR_LOOSE = re.compile(r"([0-9]{4})([/.-])([0-9]{1,2})\2([0-9]{1,2})")
NAMED = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?[-/. ]([A-Za-z]{3,9})[-/. ,]{1,2}([0-9]{4}|[0-9]{2})")
MONTH_NAMED = re.compile(r"([A-Za-z]{3,9}) ([0-9]{1,2})(?:st|nd|rd|th)?,? ([0-9]{4})")
TIME = re.compile(r"[T ][0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?( ?[AaPp]\.?[Mm]\.?)?$")
WEEKDAY = re.compile(r"^(mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6},? ", re.IGNORECASE)
ZONED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}.*?(Z|[+-][0-9]{2}:?[0-9]{2})")
SERIAL = re.compile(r"([0-9]{5})(\.[0-9]+)?")
EXCEL_BEGAN = date(1899, 12, 30)
"""The day from which Excel counts its days."""
NO_DAYS = frozenset((date(9999, 12, 31), date(1900, 1, 1), date(1899, 12, 30), date(1753, 1, 1), date(1, 1, 1)))
"""Days that systems write where they know none."""


class DayOrder(StrEnum):
    """Which number of 03/04/2026 is the day, as a column shows it."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"
    EITHER = "either"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class DayStyle:
    """How the dates of one column are to be read. `serials`: a bare 46055 is Excel's number of a day."""

    month_first: bool = False
    serials: bool = False


PLAIN_STYLE = DayStyle()


@dataclass(frozen=True, slots=True)
class DayColumn:
    """What the cells of a column show: which order they can have, the row that shows each, the first that shows
    neither, and whether its bare numbers are days."""

    order: DayOrder
    day_first_row: int = 0
    month_first_row: int = 0
    serials: bool = False
    either_row: int = 0


def judge_day_column(cells: Iterable[tuple[int, str]]) -> DayColumn:
    """Look through the cells of a column, each with its row, for what tells the day from the month."""
    day_first, month_first, either, filled, serials = 0, 0, 0, 0, 0
    for row, cell in cells:
        if not cell:
            continue
        filled += 1
        if SERIAL.fullmatch(cell):
            serials += 1
        elif match := NUMBERS.fullmatch(TIME.sub("", cell)):
            first, second = int(match[1]), int(match[3])
            either = either or (row if max(first, second) < 13 and first != second else 0)
            if first > 12 >= second > 0 and not day_first:
                day_first = row
            elif second > 12 >= first > 0 and second < 32 and not month_first:
                month_first = row
    order = DayOrder.BOTH if day_first and month_first else DayOrder.EITHER
    if bool(day_first) != bool(month_first):
        order = DayOrder.DAY_FIRST if day_first else DayOrder.MONTH_FIRST
    return DayColumn(order, day_first, month_first, serials * 2 >= filled > 0, either)


@lru_cache(maxsize=20_000)
def parse_day(text: str, style: DayStyle = PLAIN_STYLE) -> date:
    """Read a date in any style that is certain: 2/2/26, 02.02.2026, 2026-02-02, 20260202, 2-Feb-26, with or without a
    time after it (one with its zone is the day in London), and Excel's own number where the column has those.

    Raises ValueError with a phrase that ends a sentence when it is not one of these, or no such day exists.
    """
    try:
        day = day_in(text, style)
    except ValueError:
        raise ValueError(f"{quoted(text, MONTH_WORDS)} is not a day in the calendar") from None
    if day is None:
        raise ValueError(f"{quoted(text, MONTH_WORDS)} is not a date such as 31/10/2026")
    if day.year not in YEARS:
        raise ValueError(f"{quoted(text, MONTH_WORDS)} is not in a year that can be right")
    return day


def day_in(text: str, style: DayStyle) -> date | None:
    """The day of a text, None where it is no date; ValueError where the day does not exist."""
    if ZONED.fullmatch(text):
        return datetime.fromisoformat(text).astimezone(LONDON).date()
    bare = WEEKDAY.sub("", TIME.sub("", text))
    for pattern, parts in PATTERNS:
        if match := pattern.fullmatch(bare):
            year, month, day = parts(match, style)
            return date(full_year(year), month, day)
    if style.serials and (match := SERIAL.fullmatch(text)):
        return EXCEL_BEGAN + timedelta(days=int(match[1]))
    return None


def full_year(year: str) -> int:
    """A year of two figures as one from 1990 to 2089."""
    return int(year) if len(year) == 4 else int(year) + (1900 if int(year) >= 90 else 2000)


def month_named(word: str) -> int:
    """The month of a name or its beginning; ValueError where there is none."""
    if word.lower() not in MONTH_WORDS:
        raise ValueError(word)
    return MONTHS.index(word[:3].lower()) + 1


def ordered_numbers(match: re.Match[str], style: DayStyle) -> tuple[str, int, int]:
    """Year, month and day of 31/10/2026, or of 10/31/2026 where the column is month first."""
    day, month = (match[3], match[1]) if style.month_first else (match[1], match[3])
    return match[4], int(month), int(day)


Parts = Callable[[re.Match[str], DayStyle], tuple[str, int, int]]
PATTERNS: tuple[tuple[re.Pattern[str], Parts], ...] = (
    (YEAR_FIRST, lambda match, _: (match[1], int(match[3]), int(match[4]))),
    (YEAR_LOOSE, lambda match, _: (match[1], int(match[3]), int(match[4]))),
    (NUMBERS, ordered_numbers),
    (NAMED, lambda match, _: (match[3], month_named(match[2]), int(match[1]))),
    (MONTH_NAMED, lambda match, _: (match[3], month_named(match[1]), int(match[2]))),
)


def stands_for_none(text: str) -> bool:
    """Whether a cell of a date column holds a day that systems write where they know none, such as 31/12/9999."""
    if len(text) < 6 or not text[0].isdigit():
        return text in ("0", "00000000")
    if not any(year in text for year in ("9999", "1900", "1899", "1753", "0001")):
        return False
    try:
        return day_in(text, PLAIN_STYLE) in NO_DAYS
    except ValueError:
        return False
