"""Working days and months: how every deadline is counted. Pure but for the bank-holiday table.

A working day is not a Saturday, a Sunday or a bank holiday in England and Wales; counting starts the day after
(strategy, Appendix 2: actions within 5 working days, supervision within a month).
"""

from __future__ import annotations

from bisect import bisect
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from dateutil.relativedelta import relativedelta
from django.http import HttpRequest, HttpResponse

from qualitycounts.base.dates import day_in_words, weekday_in_words
from qualitycounts.base.refusals import Refused
from standards.models import BankHoliday

SATURDAY = 5
HOLIDAYS_A_YEAR = 8
"""Bank holidays that every year in England and Wales has at least: a year with fewer is not known yet."""


class Unknown(Refused):
    """The bank holidays of that year are not known, so a working day cannot be counted. Answers 422."""

    heading = "That date cannot be worked out"


@dataclass(frozen=True)
class Calendar:
    """The bank holidays, with their names, of the whole years from `first` to `last`."""

    holidays: Mapping[date, str]
    first: int
    last: int

    def is_working_day(self, day: date) -> bool:
        """Whether work is done on the day. Refuses (`Unknown`) a day in a year it does not know: it never guesses."""
        if not self.first <= day.year <= self.last:
            raise Unknown(
                f"Working days are known from {self.first} to {self.last} only. Choose a date in those years, "
                f"or ask the QA Officer to add the bank holidays of {day.year}."
            )
        return day.weekday() < SATURDAY and day not in self.holidays

    def working_days(self, start: date, end: date) -> int:
        """How many working days there are after `start` up to and including `end`. Refuses as `is_working_day`."""
        for day in (start + timedelta(days=1), end):
            self.is_working_day(day)
        weeks, rest = divmod((end - start).days, 7)
        weekdays = 5 * weeks + sum((start.weekday() + n) % 7 < SATURDAY for n in range(1, rest + 1))
        return weekdays - (bisect(self.free_weekdays, end) - bisect(self.free_weekdays, start))

    @cached_property
    def free_weekdays(self) -> list[date]:
        """The bank holidays on weekdays, in their order."""
        return sorted(day for day in self.holidays if day.weekday() < SATURDAY)


_kept: ContextVar[list[Calendar] | None] = ContextVar("kept_calendar", default=None)


@contextmanager
def one_calendar() -> Iterator[None]:
    """Read the table at most once in here: for a page, a sweep, or any loop over many dates.

    Outside it every count reads the table afresh, so that nothing is ever stale in another process.
    """
    token = _kept.set([])
    try:
        yield
    finally:
        _kept.reset(token)


def one_calendar_a_request(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: a list with a clock on each row asks for the bank holidays once."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with one_calendar():
            return get_response(request)

    return middleware


def calendar() -> Calendar:
    """The bank holidays as the table holds them now. Refuses (`Unknown`) while it is empty."""
    kept = _kept.get()
    if kept:
        return kept[0]
    holidays = dict(BankHoliday.objects.values_list("on", "title"))
    years = known_years(holidays)
    if not years:
        raise Unknown(
            "The bank holidays are not loaded yet, so working days cannot be counted. "
            "Run `manage.py load_standards fixtures/standards_v7.json` first."
        )
    read = Calendar(holidays, years[0], years[-1])
    if kept is not None:
        kept.append(read)
    return read


def known_years(holidays: Iterable[date]) -> list[int]:
    """The years that can be counted in: whole ones, one after another from the first. A single day makes no year."""
    counts = Counter(day.year for day in holidays)
    whole = sorted(year for year, count in counts.items() if count >= HOLIDAYS_A_YEAR)
    return [year for place, year in enumerate(whole) if year == whole[0] + place]


def left_out(start: date, end: date) -> list[str]:
    """The bank holidays on weekdays after `start` up to `end`, as a sentence names them."""
    holidays = [(day, title) for day, title in calendar().holidays.items() if start < day <= end]
    return [f"{title} on {weekday_in_words(day)}" for day, title in sorted(holidays) if day.weekday() < SATURDAY]


def in_words(*, days: int, months: int, after: str, start: date, end: date) -> str:
    """How a date was counted: "5 working days after the meeting on Monday 16 November 2026, leaving out …"."""
    since = f"{after} on {day_in_words(start)}"
    if months:
        return f"{months} month{'' if months == 1 else 's'} {since}"
    if not days:
        return f"That day itself: {since.removeprefix('after ')}"
    out = left_out(start, end)
    return f"{days} working day{'' if days == 1 else 's'} {since}" + (
        f", leaving out {' and '.join(out)}" if out else ""
    )


def is_working_day(day: date) -> bool:
    """Whether the day is neither a weekend nor a bank holiday. Refuses (`Unknown`) outside the known years."""
    return calendar().is_working_day(day)


def day_off(day: date) -> str:
    """Why nobody works on the day: "a Saturday", or the bank holiday's name; "" for a working day."""
    if day.weekday() >= SATURDAY:
        return "a Saturday" if day.weekday() == SATURDAY else "a Sunday"
    return calendar().holidays.get(day, "")


def add_working_days(start: date, days: int) -> date:
    """The `days`th working day after `start`, which itself is not counted; with 0, `start`, whatever day it is.

    Refuses (`Unknown`) to count past the last year whose bank holidays are known.
    """
    if days < 0:
        raise ValueError("Working days are added, not taken away.")
    known = calendar()
    day = start
    while days:
        day += timedelta(days=1)
        days -= known.is_working_day(day)
    return day


def have_passed(days: int, since: date, *, on: date) -> bool:
    """Whether the `days`th working day after `since` has come by the day `on`.

    Past the last year whose bank holidays are known it is asked of a day that cannot be too early: late is told, a
    little later, rather than never.
    """
    try:
        return add_working_days(since, days) <= on
    except Unknown:
        return since + timedelta(days=2 * days + 14) <= on


def working_days_between(start: date, end: date) -> int:
    """What a clock shows on `start` for a deadline on `end`: working days left (+) or over (−), 0 on the day only.

    The working days after the earlier day up to and including the later one. Where only a weekend or a holiday lies
    between, that is none, and 1 is shown, since 0 says "today". Refuses (`Unknown`) outside the known years.
    """
    if start == end:
        return 0
    passed = calendar().working_days(min(start, end), max(start, end))
    return max(passed, 1) * (1 if start < end else -1)


def add_months(start: date, months: int) -> date:
    """The same day `months` later, else that month's last day (31 January and one month: 28 February).

    Never rolled on to a working day.
    """
    return start + relativedelta(months=months)
