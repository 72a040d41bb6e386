"""The line managers of a staff extract: each is known, and nobody is their own manager by way of others."""

from __future__ import annotations

from collections.abc import Mapping

from people.manager_names import is_name
from people.models import User
from people.staff_rows import StaffRow
from qualitycounts.base.problems import Problem


def managers_of(
    rows: Mapping[str, StaffRow], users: Mapping[str, User], left: set[str], problems: list[Problem]
) -> dict[str, str]:
    """The line manager's e-mail of everyone in the extract, "" where there is none that can be used.

    A line that comes round is cut at its first row: extracts go from the top down.
    """
    above = {
        email: user.line_manager.email if user.line_manager else ""
        for email, user in users.items()
        if email not in left and user.left_on is None
    }
    known = above.keys() | rows.keys()
    for email, row in rows.items():
        above[email] = row.manager_email if row.manager_email in known else ""
        if row.manager_email and not above[email]:
            why = f"“{row.manager_email}” is not on the staff list, so this person has no line manager."
            if is_name(row.manager_email):
                who = f"one person on the staff list is called “{row.manager_email}”"
                why = f"Not exactly {who}, so this person has no line manager."
            problems.append(Problem(row.row, "Line Manager Email", why))
    for email, row in rows.items():
        if leads_back(email, above):
            why = f"The line from “{above[email]}” leads back to this person, so this person has no line manager."
            problems.append(Problem(row.row, "Line Manager Email", why))
            above[email] = ""
    return {email: above[email] for email in rows}


def leads_back(email: str, above: Mapping[str, str]) -> bool:
    """Whether a person's line of managers comes round to the person again."""
    seen = {email}
    at = above[email]
    while at and at not in seen:
        seen.add(at)
        at = above.get(at, "")
    return at == email
