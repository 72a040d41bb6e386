"""Giving an audit to an auditor by hand: by QA, with a reason, and by the same rules as the draw.

Strategy, section 7 and App. 2: the QA Officer oversees the audits and hands them to auditors; who may audit what is not
theirs to waive.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from audits import allocation, independence, states
from audits.independence import WHY_NOT
from audits.models import Audit
from audits.room import locked
from people import access, trail
from people.models import User
from people.roles import Permission
from qualitycounts.clock import day_of
from qualitycounts.refusals import Refused, written


@dataclass(frozen=True, slots=True)
class Choice:
    """One auditor: what they hold of the month, and why they may not have this audit, in words; empty if they may."""

    auditor: User
    held: int
    room: int
    why_not: str


def choices(audit: Audit, *, on: date) -> list[Choice]:
    """Everyone who may audit in the month, those who may have this one first. The auditor it has now is left out."""
    people = independence.room(month=audit.month, on=on)
    barred = independence.barred([audit.case], list(people))[audit.case.person_id]
    found = [
        Choice(user, each.held, each.room, why_not(barred.get(user.email, ""), each))
        for user, each in people.items()
        if user.pk != audit.auditor_id
    ]
    return sorted(found, key=lambda one: (bool(one.why_not), one.held, one.auditor.name))


def why_not(barred: str, month: independence.Auditor) -> str:
    """Why an auditor may not have an audit, in words; empty if they may."""
    reason = barred or ("away" if month.away else "" if month.room else "full")
    return WHY_NOT[reason] if reason else ""


def check_give(audit: Audit, *, by: User) -> None:
    """Refused unless `by` is of QA (403) and the meeting has not begun (409)."""
    access.check(by, Permission.RUN_SELECTION)
    states.AUDIT.check(audit.state, "allocate")


def can_give(audit: Audit, *, by: User) -> bool:
    """Whether `check_give` lets it through."""
    try:
        check_give(audit, by=by)
    except Refused:
        return False
    return True


def give(audit: Audit, *, auditor: User, why: str, by: User, at: datetime) -> Audit:
    """Give an audit to this auditor, with a reason; a booking is taken off, and both old and new are told.

    Refused: not QA (403), the meeting has begun (409), no reason, or an auditor whom the rules keep from it (422).
    """
    with trail.acting(by=by, at=at) as act:
        audit = locked(audit)
        check_give(audit, by=by)
        reason = written(why, "why", "Say why it goes to this auditor. It stays with the audit.")
        found = {one.auditor: one for one in choices(audit, on=day_of(at))}
        if auditor not in found:
            raise Refused("Choose an auditor from the list.", "auditor")
        if found[auditor].why_not:
            raise Refused(f"{auditor.name} cannot have this audit: {found[auditor].why_not}.", "auditor")
        if audit.auditor is not None:
            allocation.take_off(audit, why=reason, act=act)
        audit.auditor = auditor
        audit.save(update_fields=["auditor"])
        if audit.pick is not None and audit.pick.no_auditor_why:
            audit.pick.no_auditor_why = ""
            audit.pick.save(update_fields=["no_auditor_why"])
        act.add("audit.given", audit, was=audit.state, now=audit.state, why=reason, content={"auditor": auditor.email})
        allocation.tell(audit, at=at)
    return audit
