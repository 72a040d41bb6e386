"""The only reader of today's date and time. Pages, commands and tasks read it; rules are handed what it says."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings

LONDON = ZoneInfo("Europe/London")


def now() -> datetime:
    """The moment, aware. With `TODAY` set (demo only), that date at the present London time of day."""
    moment = datetime.now(tz=UTC)
    if settings.TODAY is None:
        return moment
    in_london = moment.astimezone(LONDON)
    return datetime.combine(settings.TODAY, in_london.time(), tzinfo=LONDON).astimezone(UTC)


def today() -> date:
    """Today's date in London."""
    return day_of(now())


def day_of(moment: datetime) -> date:
    """The London date of a moment: what a deadline, a period or a signature goes by."""
    return moment.astimezone(LONDON).date()


def start_of(day: date) -> datetime:
    """Midnight in London at which the day begins, as an aware UTC moment."""
    return datetime.combine(day, time.min, tzinfo=LONDON).astimezone(UTC)
