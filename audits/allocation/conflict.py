"""Saying that an auditor should not audit a case. It is kept, and the audit goes to someone else."""

from __future__ import annotations

from datetime import datetime

from audits import states
from audits.allocation import allocate
from audits.locking import lock_audit
from audits.models import Audit, Conflict
from people import access, trail
from people.models import User
from people.roles import Permission
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused


def check_declare_conflict(audit: Audit, *, by: User) -> User:
    """The auditor to be taken off. Refused: not a chair nor QA (403), the meeting has begun, or there is none (409)."""
    if audit.chair_of(by) is None and not access.may(by, Permission.RUN_SELECTION):
        raise NotAllowed(
            "Only the auditor, the keyworker or the QA team can say that the auditor should not audit this."
        )
    if audit.auditor is None:
        raise NotNow("This audit has no auditor now, so there is nobody to take off it.")
    states.AUDIT.check(audit.state, "allocate")
    return audit.auditor


def who_has_it(audit: Audit) -> str:
    """What is said once an audit went to another auditor, or to nobody yet."""
    whose = f"{audit.auditor} has it now" if audit.auditor else "nobody else can have it yet, and the QA Officer looks"
    return f"Thank you. {audit.ref}: {whose}."


def page_after(audit: Audit, *, by: User) -> tuple[str, ...]:
    """Where to go on: the audit's page for whoever may open it still, else My work."""
    opens = access.may(by, Permission.RUN_SELECTION) or audit.chair_of(by) is not None
    return ("audit", audit.ref) if opens else ("work",)


def declare_conflict(audit: Audit, *, reason: str, by: User, at: datetime) -> Audit:
    """Say why this auditor should not audit this case: the audit goes to another, and never this case to this one.

    Refused: no reason (422), and as `check_declare` refuses.
    """
    if not reason.strip():
        raise Refused("Say in a sentence why this auditor should not audit this case.", "reason")
    with trail.acting(by=by, at=at) as act:
        audit = lock_audit(audit)
        Conflict.objects.get_or_create(
            case=audit.case,
            auditor=check_declare_conflict(audit, by=by),
            defaults={"reason": reason.strip(), "declared_at": at, "declared_by": by},
        )
        allocate.give_to_another(audit, why=reason.strip(), act=act)
    return audit
