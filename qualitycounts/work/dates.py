"""By when things are asked for. Where no rule gives a date, the number is here, and ours (docs/adr/0005-my-work.md)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from audits import signing
from audits.models import Audit, Chair
from standards.timescales import add_working_days

DAY_OF_MONTH = 10
"""The working day of a month by which its meetings are booked, the next month is drawn and the last is reported."""
CHECK_DAYS = 5
"""Working days in which what was done is checked: those of a QA check."""


def by_month(month: date) -> date:
    """The day of a month (any day of it) by which its monthly work is done."""
    return add_working_days(month.replace(day=1) - timedelta(days=1), DAY_OF_MONTH)


def check_by(done_on: date) -> date:
    """The day by which something done on a day is checked."""
    return add_working_days(done_on, CHECK_DAYS)


def sign_by(audit: Audit) -> date:
    """The last day that both have to sign an audit whose meeting has ended."""
    return add_working_days(audit.met_on or audit.month, signing.SIGN_DAYS.value())


def signed_chairs(audit: Audit) -> dict[str, datetime]:
    """Which chairs have signed and when, of an audit read by `qualitycounts.work.audits`."""
    return {chair: at for chair in Chair.values if (at := getattr(audit, f"{chair}_signed", None)) is not None}
