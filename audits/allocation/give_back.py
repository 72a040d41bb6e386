"""Offering an audit back to the auditor whom an import took off it, once the next list shows that they may have it.

A wrong list takes auditors away, or moves them too near, and their audits go to others. Putting the list right brings
the people back, not their audits: whether those go back is for QA to say, as somebody else may be at work on them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import F, Q

from audits.allocation import independence
from audits.allocation.reassign import check_give
from audits.locking import lock_audit
from audits.models import Audit
from people import access, trail
from people.directory import holders
from people.models import User
from people.roles import Permission, Role
from qualitycounts.base.refusals import NotNow


def offers(*, on: date, of: Audit | None = None) -> list[Audit]:
    """List the audits, not yet met, whose auditor an import took off and who could audit them again on this day.

    They work here, hold the auditor role, and are not too near. `of` narrows it to one audit.
    """
    waiting = Audit.objects.not_met().filter(taken_from__isnull=False)
    if of is not None:
        waiting = waiting.filter(pk=of.pk)
    elsewhere = waiting.filter(Q(auditor=None) | ~Q(auditor=F("taken_from")))
    audits = list(elsewhere.select_related("taken_from", "auditor", "case__keyworker").order_by("month", "number"))
    if not audits:
        return []
    auditors = set(holders(Role.AUDITOR, on=on).filter(pk__in={audit.taken_from_id for audit in audits}))
    barred = independence.barred([audit.case for audit in audits], list(auditors))
    return [
        audit
        for audit in audits
        if audit.taken_from in auditors and audit.taken_from.email not in barred[audit.case.person_id]
    ]


def offered_to(user: User, *, on: date) -> Sequence[Audit]:
    """List the offers that the person may take up: those of QA, and nobody else's."""
    return offers(on=on) if access.may(user, Permission.RUN_SELECTION) else []


def offer_of(audit: Audit, *, on: date) -> User | None:
    """Name the auditor to whom this audit could be given back."""
    return next((each.taken_from for each in offers(on=on, of=audit)), None)


def decline(audit: Audit, *, by: User, at: datetime) -> Audit:
    """Leave an audit with whoever has it now: it is not offered back any more.

    Refused: not QA (403); the meeting has begun, or nothing is offered (409).
    """
    with trail.acting(by=by, at=at) as act:
        audit = lock_audit(audit)
        check_give(audit, by=by)
        if audit.taken_from is None:
            raise NotNow("There is nothing to give back: this audit stays with whoever has it now.")
        content = {"auditor": audit.taken_from.email}
        audit.taken_from = None
        audit.save(update_fields=["taken_from"])
        act.add("audit.not_given_back", audit, was=audit.state, now=audit.state, content=content)
    return audit
