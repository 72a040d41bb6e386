"""Before the meeting: the auditor books it, the keyworker brings the file up to date and says so (App. 2, before)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from audits import room, states
from audits.invitation import cancellation, invitation
from audits.models import Audit, Chair
from people import notices, trail
from people.models import User
from qualitycounts.clock import LONDON, day_of
from qualitycounts.refusals import NotNow, Refused, written
from standards.timescales import add_months

LONGEST_PLACE = 120
"""Characters of a place."""
FARTHEST = timedelta(days=366)
"""How far ahead a meeting may be: a mistyped year is no booking."""


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
    """Book the meeting, or book it again; both have it in their diaries with the mail. `meets` is aware.

    Booked so already: no change. Refused: a time past or more than a year ahead, no place or too long a one (422),
    not the auditor (403), a meeting that has begun (409).
    """
    with trail.acting(by=by, at=at) as act:
        audit = room.locked(audit)
        check_book(audit, by=by)
        if meets <= at:
            raise Refused("That time has passed. Choose a time from now on.", "meets")
        if meets > at + FARTHEST:
            raise Refused("That is more than a year from now. Check the year.", "meets")
        where = written(place, "place", "Say where you will meet: a room, or “on a call”.", most=LONGEST_PLACE)
        if audit.state == Audit.State.BOOKED and (audit.meets, audit.place) == (meets, where):
            return audit
        was, audit.state = audit.state, states.AUDIT.check(audit.state, "book")
        audit.meets, audit.place, audit.booked_at, audit.booked_by = meets, where, at, by
        audit.save(update_fields=["state", "meets", "place", "booked_at", "booked_by"])
        act.add("audit.booked", audit, was=was, now=audit.state, content={"meets": meets, "place": audit.place})
        tell_booked(audit, by=by, at=at)
    return audit


def tell_booked(audit: Audit, *, by: User | None, at: datetime) -> None:
    """Tell both chairs when and where they meet, with the entry for their diaries; an earlier one is moved by it."""
    if audit.meets is None:
        return
    meets, auditor = audit.meets, audit.auditor
    when = f"{day_of(meets):%A} {day_of(meets).day} {day_of(meets):%B %Y} at {meets.astimezone(LONDON):%H:%M}"
    who = by.name if by is not None else str(auditor)
    calendar, subject = invitation(audit, at=at), f"Audit {audit.ref} is booked for {when}"
    key = f"{audit.ref}:booked:{at.isoformat()}"
    notices.tell(
        to=[audit.keyworker],
        key=key,
        subject=subject,
        body=f"{who} has booked the live audit {audit.ref} for {when}, {audit.place}. Before then, please "
        "bring the file on Mosaic up to date and say so on the preparation page.",
        link=f"/audits/{audit.ref}/prepare/",
        at=at,
        calendar=calendar,
    )
    notices.tell(
        to=[auditor],
        key=key,
        subject=subject,
        body=f"You meet {audit.keyworker} for the live audit {audit.ref} on {when}, {audit.place}. Your pack has all "
        "that the two of you will look at.",
        link=f"/audits/{audit.ref}/pack/",
        at=at,
        calendar=calendar,
    )


def tell_cancelled(audit: Audit, *, at: datetime) -> None:
    """Take a booked meeting out of both diaries. Called while the audit still has its meeting and its people."""
    if audit.meets is None or audit.meets <= at:
        return
    notices.tell(
        to=[audit.auditor, audit.keyworker],
        key=f"{audit.ref}:cancelled:{at.isoformat()}",
        subject=f"The meeting of {audit.ref} is cancelled",
        body=f"The meeting of audit {audit.ref} that was booked for {day_of(audit.meets):%A} {day_of(audit.meets).day} "
        f"{day_of(audit.meets):%B %Y} does not take place.",
        link=f"/audits/{audit.ref}/",
        at=at,
        calendar=cancellation(audit, at=at),
    )


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


def is_keyworker_before(audit: Audit, *, by: User) -> bool:
    """Whether `by` holds the case, and the meeting has not begun."""
    return audit.chair_of(by) == Chair.KEYWORKER and states.AUDIT.can(audit.state, "book")


def prepare(audit: Audit, *, by: User, at: datetime, checked_on: date | None = None) -> Audit:
    """The keyworker says that the file on Mosaic is checked and up to date, and on which day: today unless said.

    Refused: anybody but the keyworker (403), a meeting that has begun (409), a day to come or more than a month ago
    (422). Said twice, the first stays.
    """
    checked = checked_on or day_of(at)
    if checked > day_of(at):
        raise Refused("That day is still to come. Enter the day on which you checked the file.", "checked_on")
    if add_months(checked, 1) < day_of(at):
        raise Refused("That is more than a month ago. Please check the file again, and enter that day.", "checked_on")
    with trail.acting(by=by, at=at) as act:
        audit = room.locked(audit)
        check_prepare(audit, by=by)
        if audit.prepared_at is None:
            audit.prepared_at, audit.prepared_by, audit.checked_on = at, by, checked
            audit.save(update_fields=["prepared_at", "prepared_by", "checked_on"])
            act.add("audit.prepared", audit, was=audit.state, now=audit.state, content={"checked_on": checked})
            notices.tell(
                to=[audit.auditor],
                key=f"{audit.ref}:prepared:{at.isoformat()}",
                subject=f"The file for {audit.ref} is ready",
                body=f"{by.name} checked the file for audit {audit.ref} on Mosaic on {checked.day} {checked:%B %Y}: it "
                "is up to date.",
                link=f"/audits/{audit.ref}/",
                at=at,
            )
    return audit
