"""Before the meeting: the auditor books it, the keyworker brings the file up to date and says so (App. 2, before)."""

from __future__ import annotations

from datetime import datetime

from audits import room, states
from audits.models import Audit, Chair
from people import notices, trail
from people.models import User
from qualitycounts.clock import day_of
from qualitycounts.refusals import NotNow, Refused, written

LONGEST_PLACE = 120
"""Characters of a place."""


def check_book(audit: Audit, *, by: User) -> None:
    """Refused unless `by` is the auditor (403) and the meeting has not begun (409)."""
    room.chair_of(audit, by, Chair.AUDITOR)
    states.AUDIT.check(audit.state, "book")
    if audit.keyworker is None:
        raise NotNow("This case has no keyworker now. The QA Officer has to find out who holds it first.")


def can_book(audit: Audit, *, by: User) -> bool:
    """Whether `check_book` lets it through."""
    try:
        check_book(audit, by=by)
    except Refused:
        return False
    return True


def book(audit: Audit, *, by: User, at: datetime, meets: datetime, place: str) -> Audit:
    """Book the meeting, or book it again; the keyworker is told. `meets` is aware.

    Refused: a time already past, no place or too long a one (422), anybody but the auditor (403), a meeting that has
    begun (409).
    """
    with trail.acting(by=by, at=at) as act:
        audit = room.locked(audit)
        check_book(audit, by=by)
        if meets <= at:
            raise Refused("That time has passed. Choose a time from now on.", "meets")
        where = written(place, "place", "Say where you will meet: a room, or “on a call”.", most=LONGEST_PLACE)
        was, audit.state = audit.state, states.AUDIT.check(audit.state, "book")
        audit.meets, audit.place, audit.booked_at, audit.booked_by = meets, where, at, by
        audit.save(update_fields=["state", "meets", "place", "booked_at", "booked_by"])
        act.add("audit.booked", audit, was=was, now=audit.state, content={"meets": meets, "place": audit.place})
        when = f"{day_of(meets):%A} {day_of(meets).day} {day_of(meets):%B %Y}"
        notices.tell(
            to=[audit.keyworker],
            key=f"{audit.ref}:booked:{meets.isoformat()}",
            subject=f"Audit {audit.ref} is booked for {when}",
            body=f"{by.name} has booked the live audit {audit.ref} for {when}. Before then, please bring the file on "
            "Mosaic up to date and say so on the preparation page.",
            link=f"/audits/{audit.ref}/prepare/",
            at=at,
        )
    return audit


def check_prepare(audit: Audit, *, by: User) -> None:
    """Refused unless `by` is the keyworker (403) and the meeting has not begun (409)."""
    room.chair_of(audit, by, Chair.KEYWORKER)
    states.AUDIT.check(audit.state, "book")


def can_prepare(audit: Audit, *, by: User) -> bool:
    """Whether the keyworker can still say that the file is up to date, and has not yet."""
    try:
        check_prepare(audit, by=by)
    except Refused:
        return False
    return audit.prepared_at is None


def prepare(audit: Audit, *, by: User, at: datetime) -> Audit:
    """The keyworker says that the file on Mosaic is checked and up to date.

    Refused: anybody but the keyworker (403), a meeting that has begun (409). Said twice, the first stays.
    """
    with trail.acting(by=by, at=at) as act:
        audit = room.locked(audit)
        check_prepare(audit, by=by)
        if audit.prepared_at is None:
            audit.prepared_at, audit.prepared_by = at, by
            audit.save(update_fields=["prepared_at", "prepared_by"])
            act.add("audit.prepared", audit, was=audit.state, now=audit.state)
            notices.tell(
                to=[audit.auditor],
                key=f"{audit.ref}:prepared",
                subject=f"The file for {audit.ref} is ready",
                body=f"{by.name} says that the file for audit {audit.ref} is checked and up to date.",
                link=f"/audits/{audit.ref}/",
                at=at,
            )
    return audit
