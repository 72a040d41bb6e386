"""By when the work of a month is asked for; where no rule gives a date the number is ours (adr/0005-my-work.md)."""

from __future__ import annotations

from datetime import date, timedelta

from standards.timescales import add_working_days

DAY_OF_MONTH = 10
"""The working day of a month by which its meetings are booked, the next month is drawn and the last is reported."""


def by_month(month: date) -> date:
    """The day of a month (any day of it) by which its monthly work is done."""
    return add_working_days(month.replace(day=1) - timedelta(days=1), DAY_OF_MONTH)
