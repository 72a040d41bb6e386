"""A meeting that is not finished today: paused, and taken up again another day with everything as it was."""

from __future__ import annotations

from datetime import datetime

from audits.meeting import check_there
from audits.models import Audit
from audits.room import chair_of, check_going_on, check_in_meeting, locked, moved
from people import notices, trail
from people.models import User
from qualitycounts.clock import day_of
from qualitycounts.refusals import Refused


def pause(audit: Audit, *, by: User, at: datetime, meets: datetime | None = None) -> Audit:
    """Either chair pauses the meeting, and may say for when it is booked again; nothing is written until then.

    Everything stays as it is, a proposal nobody has seen among it; the QA Team can still advise. Refused: a time
    already past (422), paused already or not going on (409), not in a chair (403).
    """
    with trail.acting(by=by, at=at) as act:
        audit = locked(audit)
        chair_of(audit, by)
        check_going_on(audit)
        if meets is not None and meets <= at:
            raise Refused("That time has passed. Choose a time from now on, or leave both boxes empty.", "meets")
        audit.paused_at, audit.paused_by, audit.meets = at, by, meets
        audit.save(update_fields=["paused_at", "paused_by", "meets"])
        moved(audit)
        act.add("audit.paused", audit, was=audit.state, now=audit.state, content={"meets": meets})
        when = f"until {day_of(meets):%A} {day_of(meets).day} {day_of(meets):%B}" if meets else "for now"
        notices.tell(
            to=[audit.keyworker if by.pk == audit.auditor_id else audit.auditor],
            key=f"{audit.ref}:paused:{audit.revision}",
            subject=f"The meeting of {audit.ref} is paused",
            body=f"{by.name} has paused the meeting of audit {audit.ref} {when}. All that was said is kept.",
            link=f"/audits/{audit.ref}/meeting/",
            at=at,
        )
    return audit


def resume(audit: Audit, *, by: User, at: datetime) -> Audit:
    """Either chair takes the meeting up again. Going on already: no change.

    Refused: the keyworker has left or the case is closed (409), not in its meeting (409), not in a chair (403).
    """
    with trail.acting(by=by, at=at) as act:
        audit = locked(audit)
        chair_of(audit, by)
        check_in_meeting(audit)
        if audit.paused_at is None:
            return audit
        check_there(audit, on=day_of(at))
        since, audit.paused_at, audit.paused_by = audit.paused_at, None, None
        audit.meets = audit.meets or at
        audit.save(update_fields=["paused_at", "paused_by", "meets"])
        moved(audit)
        act.add("audit.resumed", audit, was=audit.state, now=audit.state, content={"since": since})
    return audit
