"""Dates and times in words, as every page, mail and PDF writes them: the one place that knows how. In London's day.

Templates have each as a filter (`templatetags/qc.py`). No format of the platform's own, such as `%-d`, is used.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from qualitycounts.base import clock

DAYS_KEPT = 1_000
"""Days whose words are kept: a page says the same few again and again, and the platform is slow to name one."""


def day_in_words(value: date | None) -> str:
    """A date in full with its weekday: Friday 18 December 2026. A moment is shown as its London date."""
    return f"{weekday_in_words(value)} {_london(value).year}" if value else ""


@lru_cache(DAYS_KEPT)
def weekday_in_words(value: date | None) -> str:
    """A date with its weekday where the year goes without saying: Friday 18 December."""
    if not value:
        return ""
    on = _london(value)
    return f"{on:%A} {on.day} {on:%B}"


def date_in_words(value: date | None) -> str:
    """A date without its weekday: 18 December 2026."""
    return f"{_london(value).day} {month_in_words(value)}" if value else ""


def month_in_words(value: date | None) -> str:
    """A month with its year: December 2026."""
    return f"{month_name(on := _london(value))} {on.year}" if value else ""


def month_name(value: date) -> str:
    """A month where the year goes without saying: December."""
    return f"{value:%B}"


def short_month(value: date, *, year: bool = False) -> str:
    """A month for an axis: Dec; with its year: Dec 2026."""
    return f"{value:%b}" + (f" {value.year}" if year else "")


@lru_cache(DAYS_KEPT)
def short_day(value: date | None) -> str:
    """A date for a table: Fri 4 Dec."""
    if not value:
        return ""
    on = _london(value)
    return f"{on:%a} {on.day} {on:%b}"


def short_date(value: date | None) -> str:
    """A date for a table that spans years: Fri 4 Dec 2026."""
    return f"{short_day(value)} {_london(value).year}" if value else ""


def moment_in_words(value: datetime | None) -> str:
    """A moment in London: Mon 7 Dec at 15:10."""
    return f"{short_day(value)} at {hour(value)}" if value else ""


def hour(value: datetime | None) -> str:
    """The time of day in London: 15:10."""
    return f"{value.astimezone(clock.LONDON):%H:%M}" if value else ""


def _london(value: date) -> date:
    return clock.day_of(value) if isinstance(value, datetime) else value
