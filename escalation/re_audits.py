"""The re-audit that follows an Inadequate: the same case again, by another auditor from outside the team."""

from __future__ import annotations

from datetime import datetime

from audits import allocation, numbering
from audits.models import Audit
from escalation.models import Step
from escalation.steps import Check, check_open, taken
from people import access
from people.models import User
from people.roles import Permission
from qualitycounts.clock import day_of
from qualitycounts.refusals import NotAllowed, NotNow

GONE = (Audit.State.WITHDRAWN, Audit.State.VOIDED)
SIGNED = (Audit.State.FINALISED, Audit.State.CLOSED)


def current(audit: Audit) -> Audit | None:
    """The re-audit that is under way or signed, the newest if there are several."""
    return audit.re_audits.exclude(state__in=GONE).select_related("auditor").order_by("-pk").first()


def check_begin(step: Step, *, by: User) -> None:
    """The QA Team (403), while the re-audit is open, none is under way, and the case is (409)."""
    if not access.may(by, Permission.RUN_SELECTION):
        raise NotAllowed("The QA Officer begins a re-audit.")
    check_open(step, "re_audit")
    audit = step.escalation.audit
    again = current(audit)
    if again is not None and again.state not in SIGNED:
        raise NotNow(f"The re-audit is {again.ref}. It is under way.")
    if audit.case.closed_on is not None or audit.case.keyworker_id is None:
        raise NotNow(
            "The case is closed or has no keyworker, so there is nobody to audit it with. "
            "The Assistant Director decides how this ends."
        )


def begin(step: Step, *, by: User, at: datetime) -> Audit:
    """Make the re-audit, in the month its step is due (this month, if that has passed), and find its auditor.

    The auditor is found as a draw finds one: never near the case, never who audited it last, with room that month. The
    step then waits for them; where nobody can be placed it stays with the QA Officer, who places it from the draws.
    Refused: not QA (403); the step not open, a re-audit under way, the case closed (409).
    """
    with taken(step, check_begin, by=by, at=at) as (fresh, act):
        first, today = fresh.escalation.audit, day_of(at)
        month = max(fresh.due_on or today, today).replace(day=1)
        standard_set = numbering.standard_set_for(month, on=today)
        number = numbering.next_number(month)
        again = Audit.objects.create(
            ref=numbering.reference(month, number),
            month=month,
            number=number,
            case=first.case,
            re_audit_of=first,
            category=first.case.category,
            standard_set=standard_set,
            focus=first.focus,
            keyworker=first.case.keyworker,
            team=first.case.team,
        )
        act.add("audit.re_audit", again, now=again.state, content={"of": first.ref, "escalation": fresh.escalation.ref})
        allocation.place([again], seed=again.ref, by=by, at=at)
        if again.auditor is not None:
            fresh.owner = again.auditor
        act.add("step.re_audit_begun", fresh, was=fresh.state, now=fresh.state, content={"audit": again.ref})
    return again


CHECKS: dict[str, Check] = {"re_audit": check_begin}
"""Beginning a re-audit, with what lets it happen."""
