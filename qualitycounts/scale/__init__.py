"""Synthetic rows in any number, written straight to the tables: for measuring speed and for nothing else.

Nothing here walks the rules, so nothing of it is in the trail. Every name, number and sentence says that it is
synthetic, and none of these people has a password to sign in with.
"""

from __future__ import annotations

from datetime import date, timedelta

from people.roles import Role
from qualitycounts.scale.audits import Audits
from qualitycounts.scale.register import make_cases, make_people, synthetic
from qualitycounts.scale.rows import Rows
from standards import standard_sets


def make(*, cases: int, audits: int, today: date) -> dict[str, int]:
    """So many further open cases and finished audits of synthetic cases, dated back from `today`. Returns how many rows
    of each table were written. Refused (422) while no standards are loaded."""
    standard_sets.in_force(today)
    rows = Rows()
    if not synthetic(Role.QA_OFFICER).exists():
        make_people(rows, since=today - timedelta(days=365))
    make_cases(rows, cases, today)
    Audits(rows, today).make(audits)
    return dict(rows.written)
