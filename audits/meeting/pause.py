"""A meeting that is not finished today: paused, and taken up again another day with everything as it was."""

from __future__ import annotations

from datetime import datetime

from audits.locking import bump_revision, chair_of, check_going_on, check_in_meeting, lock_audit
from audits.meeting.lifecycle import check_keyworker_and_case
from audits.models import Audit
from audits.notice_texts import MeetingPaused
from people import notices, trail
from people.models import User
from qualitycounts.base.clock import day_of
from qualitycounts.base.refusals import Refused


def pause_meeting(audit: Audit, *, by: User, at: datetime, meets: datetime | None = None) -> Audit:
    """Either chair pauses the meeting, and may say for when it is booked again; nothing is written until then.

    Everything stays as it is, a proposal nobody has seen among it; the QA Team can still advise. Refused: a time
    already past (422), paused already or not going on (409), not in a chair (403).
    """
    with trail.acting(by=by, at=at) as act:
        audit = lock_audit(audit)
        chair_of(audit, by)
        check_going_on(audit)
        if meets is not None and meets <= at:
            raise Refused("That time has passed. Choose a time from now on, or leave both boxes empty.", "meets")
        audit.paused_at, audit.paused_by, audit.meets = at, by, meets
        audit.save(update_fields=["paused_at", "paused_by", "meets"])
        audit.pins.all().delete()
        bump_revision(audit)
        act.add("audit.paused", audit, was=audit.state, now=audit.state, content={"meets": meets})
        notices.notify(
            to=[audit.keyworker if by.pk == audit.auditor_id else audit.auditor],
            text=MeetingPaused(audit, by),
            key=f"{audit.ref}:paused:{audit.revision}",
            at=at,
        )
    return audit


def resume_meeting(audit: Audit, *, by: User, at: datetime) -> Audit:
    """Either chair takes the meeting up again. Going on already: no change.

    Refused: the keyworker has left or the case is closed (409), not in its meeting (409), not in a chair (403).
    """
    with trail.acting(by=by, at=at) as act:
        audit = lock_audit(audit)
        chair_of(audit, by)
        check_in_meeting(audit)
        if audit.paused_at is None:
            return audit
        check_keyworker_and_case(audit, on=day_of(at))
        since, audit.paused_at, audit.paused_by = audit.paused_at, None, None
        audit.meets = audit.meets or at
        audit.save(update_fields=["paused_at", "paused_by", "meets"])
        bump_revision(audit)
        act.add("audit.resumed", audit, was=audit.state, now=audit.state, content={"since": since})
    return audit
