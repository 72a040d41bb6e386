"""Taking back an audit that will not be finalised. It stays readable, and still counts in its draw."""

from __future__ import annotations

from datetime import datetime

from audits import states
from audits.models import Audit
from audits.room import locked
from people import access, notices, trail
from people.models import User
from people.roles import Permission
from qualitycounts.refusals import Refused


def withdraw(audit: Audit, *, why: str, by: User, at: datetime) -> Audit:
    """Withdraw an audit before it is finalised, and tell both chairs.

    Refused: not QA (403), no reason (422), finalised already or ended (409).
    """
    access.check(by, Permission.RUN_SELECTION)
    if not why.strip():
        raise Refused("Say why the audit is withdrawn. It stays on the record.", "why")
    with trail.acting(by=by, at=at) as act:
        audit = locked(audit)
        was, audit.state = audit.state, states.AUDIT.check(audit.state, "withdraw")
        audit.ended_at, audit.ended_by, audit.ended_why = at, by, why.strip()
        audit.save(update_fields=["state", "ended_at", "ended_by", "ended_why"])
        act.add("audit.withdrawn", audit, was=was, now=audit.state, why=audit.ended_why)
        notices.tell(
            to=[audit.auditor, audit.keyworker],
            key=f"{audit.ref}:withdrawn",
            subject=f"Audit {audit.ref} is withdrawn",
            body=f"{by.name} has withdrawn audit {audit.ref}. There is nothing more for you to do on it.",
            link=f"/audits/{audit.ref}/",
            at=at,
        )
    return audit
