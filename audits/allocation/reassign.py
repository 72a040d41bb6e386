"""Giving an audit to an auditor by hand: by QA, with a reason, and by the same rules as the draw.

Strategy, section 7 and App. 2: the QA Officer oversees the audits and hands them to auditors; who may audit what is not
theirs to waive.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from audits import states
from audits.allocation import allocate, independence
from audits.allocation.independence import WHY_NOT
from audits.booking.book import check_case_open
from audits.locking import lock_audit
from audits.models import Audit
from people import access, trail
from people.models import User
from people.roles import Permission
from qualitycounts.base.clock import day_of
from qualitycounts.base.refusals import Refused, written


@dataclass(frozen=True, slots=True)
class AuditorChoice:
    """One auditor: what they hold of the month, and why they may not have this audit, in words; empty if they may."""

    auditor: User
    held: int
    room: int
    why_not: str


def reassign_choices(audit: Audit, *, on: date) -> list[AuditorChoice]:
    """Everyone who may audit in the month, those who may have this one first. The auditor it has now is left out."""
    people = independence.auditor_capacities(month=audit.month, on=on)
    by_case = independence.barred([audit.case], list(people))
    auditors = {user.email: each for user, each in people.items()}
    independence.bar_others_than_managers(independence.AuditorChoices(auditors, by_case), [audit], on=on)
    barred = by_case[audit.case.person_id]
    choices = [
        AuditorChoice(user, each.held, each.room, why_barred_in_words(barred.get(user.email, ""), each))
        for user, each in people.items()
        if user.pk != audit.auditor_id
    ]
    return sorted(choices, key=lambda choice: (bool(choice.why_not), choice.held, choice.auditor.name))


def why_barred_in_words(barred: str, month: independence.Auditor) -> str:
    """Why an auditor may not have an audit, in words; empty if they may."""
    reason = barred or ("away" if month.away else "" if month.room else "full")
    return WHY_NOT[reason] if reason else ""


def check_give(audit: Audit, *, by: User) -> None:
    """Refused unless `by` is of QA (403) and the meeting has not begun (409)."""
    access.check(by, Permission.RUN_SELECTION)
    states.AUDIT.check(audit.state, "allocate")


def reassign_auditor(audit: Audit, *, auditor: User, why: str, by: User, at: datetime) -> Audit:
    """Give an audit to this auditor, with a reason; a booking is taken off, and both old and new are told.

    Refused: not QA (403), the meeting has begun or the case has closed (409), no reason, or an auditor whom the rules
    keep from it (422).
    """
    with trail.acting(by=by, at=at) as act:
        audit = lock_audit(audit)
        check_give(audit, by=by)
        check_case_open(audit, on=day_of(at))
        reason = written(why, "why", "Say why it goes to this auditor. It stays with the audit.")
        choices = {
            reassign_choice.auditor: reassign_choice for reassign_choice in reassign_choices(audit, on=day_of(at))
        }
        if auditor not in choices:
            raise Refused("Choose an auditor from the list.", "auditor")
        if choices[auditor].why_not:
            raise Refused(f"{auditor.name} cannot have this audit: {choices[auditor].why_not}.", "auditor")
        if audit.auditor is not None:
            allocate.take_off(audit, why=reason, act=act)
        audit.auditor, audit.taken_from = auditor, None
        audit.save(update_fields=["auditor", "taken_from"])
        if audit.pick is not None and audit.pick.no_auditor_why:
            audit.pick.no_auditor_why = ""
            audit.pick.save(update_fields=["no_auditor_why"])
        act.add("audit.given", audit, was=audit.state, now=audit.state, why=reason, content={"auditor": auditor.email})
        allocate.notify_chairs(audit, at=at)
    return audit
