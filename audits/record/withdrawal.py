"""Taking an audit back: withdrawn before it is final, void after. It stays readable, and counts in its draw."""

from __future__ import annotations

from datetime import datetime

from audits import states
from audits.access import is_held_back
from audits.booking.book import tell_cancelled
from audits.locking import lock_audit
from audits.models import Audit
from audits.notice_texts import AuditVoided, AuditWithdrawn
from audits.record.clashes import concern_holds
from audits.signals import audit_graded, audit_revised
from people import access, notices, trail
from people.models import User
from people.roles import Permission, Role
from qualitycounts.base.refusals import NotAllowed, written


def check_withdraw(audit: Audit, *, by: User) -> None:
    """Refused unless `by` is of QA (403) and the audit is not final or ended (409)."""
    access.check(by, Permission.RUN_SELECTION)
    states.AUDIT.check(audit.state, "withdraw")


def check_void(audit: Audit, *, by: User) -> None:
    """Refused unless `by` is the Head of QA outside this audit (403) and it is final (409)."""
    if not access.holds(by, Role.HEAD_OF_QA) or audit.chair_of(by) is not None:
        raise NotAllowed("Only the Head of QA, outside this audit, can void it.")
    states.AUDIT.check(audit.state, "void")


def withdraw_audit(audit: Audit, *, why: str, by: User, at: datetime) -> Audit:
    """Withdraw an audit before it is finalised, and tell both chairs. What each marked for themselves is deleted.

    Refused: not QA (403), no reason (422), finalised already or ended (409).
    """
    with trail.acting(by=by, at=at) as act:
        audit = lock_audit(audit)
        check_withdraw(audit, by=by)
        reason = written(why, "why", "Say why the audit is withdrawn. It stays on the record.")
        if audit.state == Audit.State.BOOKED:
            tell_cancelled(audit, at=at)
        was, audit.state = audit.state, states.AUDIT.check(audit.state, "withdraw")
        audit.ended_at, audit.ended_by, audit.ended_why = at, by, reason
        audit.save(update_fields=["state", "ended_at", "ended_by", "ended_why"])
        audit.own_marks.all().delete()
        audit.pins.all().delete()
        act.add("audit.withdrawn", audit, was=was, now=audit.state, why=audit.ended_why)
        to = [] if is_held_back(audit) else [audit.auditor, audit.keyworker]
        notices.notify(to=to, text=AuditWithdrawn(audit, by), key=f"{audit.ref}:withdrawn", at=at)
    return audit


def void_audit(audit: Audit, *, why: str, by: User, at: datetime) -> Audit:
    """Take a final audit out of every figure. It stays readable, with the reason; what its grade had opened is ended.

    Refused: not the Head of QA, or in a chair of it (403), no reason (422), not final (409).
    """
    with trail.acting(by=by, at=at) as act:
        audit = lock_audit(audit)
        check_void(audit, by=by)
        reason = written(why, "why", "Say why the audit is void. The reason stays beside it.")
        was, audit.state = audit.state, states.AUDIT.check(audit.state, "void")
        audit.ended_at, audit.ended_by, audit.ended_why = at, by, reason
        audit.save(update_fields=["state", "ended_at", "ended_by", "ended_why"])
        act.add("audit.voided", audit, was=was, now=audit.state, why=audit.ended_why)
        concern = concern_holds(audit).filter(lifted=None).exists()
        notices.notify(
            to=[audit.auditor, audit.keyworker, audit.responsible_manager],
            text=AuditVoided(audit, by, concern),
            key=f"{audit.ref}:voided",
            at=at,
        )
        audit_graded.send(sender=Audit, audit=audit, was=audit.grade, by=by, at=at)
        audit_revised.send(sender=Audit, audit=audit, by=by, at=at)
    return audit
