"""A council of 2026 with seven categories: the five under its own names, and two of its own."""

from __future__ import annotations

from typing import Any

from audits.categories import change
from people.models import User
from standards.categories import CaseCategory
from tests.conftest import NOW

NAMES = {
    "EH": "Family Help (targeted)",
    "CIN": "Family Help (specialist)",
    "CP": "Child protection",
    "CLA": "Children looked after",
    "CL": "Care leavers",
    "SB": "Short breaks",
    "UASC": "Unaccompanied children",
}
WHY = "Agreed at CQAWG."


def add(by: User, code: str, name: str, likes: str, **more: Any) -> CaseCategory:
    """Add a category, at the end and reviewed as those of the one it is like unless `more` says other."""
    usual = {"review_months": None, "after": "EH", "why": WHY, "number": change.number_of_changes(), "at": NOW}
    return change.add_category(code=code, name=name, likes=likes, by=by, **(usual | more))


def rename(by: User, code: str, name: str, **more: Any) -> CaseCategory:
    """Give a category another name, and leave the rest of it."""
    was = change.category_or_404(code)
    usual = {"after": change.code_before(code), "why": WHY, "number": change.number_of_changes(), "at": NOW}
    own = {"likes": was.likes, "review_months": was.review_months} if was.is_own else {}
    return change.change_category(code, name=name, by=by, **(usual | own | more))


def use(by: User, code: str, *, in_use: bool, **more: Any) -> CaseCategory:
    """Take a category out of use, or use it again."""
    usual = {"why": WHY, "number": change.number_of_changes(), "at": NOW}
    return change.set_in_use(code, in_use=in_use, by=by, **(usual | more))


def seven(by: User) -> None:
    """Make the categories those of `NAMES`; no law speaks of short breaks."""
    for code in ("EH", "CIN", "CP", "CLA", "CL"):
        rename(by, code, NAMES[code])
    add(by, "SB", NAMES["SB"], "CIN", review_months=0)
    add(by, "UASC", NAMES["UASC"], "CLA")
