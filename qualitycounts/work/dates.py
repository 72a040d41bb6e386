"""By when things are asked for. Where no rule gives a date, the number is here, and ours (docs/adr/0005-my-work.md)."""

from __future__ import annotations

from datetime import date, datetime

from audits.models import Audit, Chair
from standards.timescales import add_working_days

CHECK_DAYS = 5
"""Working days in which what was done is checked: those of a QA check."""


def check_by(done_on: date) -> date:
    """The day by which something done on a day is checked."""
    return add_working_days(done_on, CHECK_DAYS)


def signed_chairs(audit: Audit) -> dict[str, datetime]:
    """Which chairs have signed and when, of an audit read by `qualitycounts.work.audits`."""
    return {chair: at for chair in Chair.values if (at := getattr(audit, f"{chair}_signed", None)) is not None}
