"""Before the meeting: the auditor books it, the keyworker brings the file up to date and says so (App. 2, before)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import Q

from audits import locking, states
from audits.booking.invitation import cancellation, invitation
from audits.models import Audit, Chair
from audits.notice_texts import (
    FileChecked,
    MeetingBookedForAuditor,
    MeetingBookedForKeyworker,
    MeetingBookedForSecondWorker,
    MeetingCancelled,
)
from audits.third_chair import third_chair_of, third_chairs
from people import notices, trail
from people.models import User
from qualitycounts.base.clock import day_of
from qualitycounts.base.refusals import NotNow, Refused, allows, written
from standards.timescales import add_months

LONGEST_PLACE = 120
"""Characters of a place."""
LONGEST_LINK = 300
"""Characters of the address of a call."""
FARTHEST = timedelta(days=366)
"""How far ahead a meeting may be: a mistyped year is no booking."""


def check_book(audit: Audit, *, by: User) -> None:
    """Refused unless `by` is the auditor (403) and the meeting has not begun (409)."""
    locking.chair_of(audit, by, Chair.AUDITOR)
    states.AUDIT.check(audit.state, "book")
    if audit.keyworker is None:
        raise NotNow("This case has no keyworker now. The QA Officer has to find out who holds it first.")


def check_case_open(audit: Audit, *, on: date) -> None:
    """Refused (409) once the case has closed: there will be no meeting to book or to prepare for."""
    if audit.case.has_closed(on):
        raise NotNow("This case is closed. The QA Officer withdraws the audit and calls the next case.")


def book_meeting(audit: Audit, *, by: User, at: datetime, meets: datetime, place: str, link: str = "") -> Audit:
    """Book the meeting, or book it again; all who sit in it have it in their diaries with the mail. `meets` is aware;
    `link` is the address of a call.

    Booked so already: no change. An odd time is asked about before (`usual_times.check_usual`). Refused: a time past or
    more than a year ahead, no place or too long a one, a link that is none (422), not the auditor (403), a meeting that
    has begun or a case that has closed (409).
    """
    with trail.acting(by=by, at=at) as act:
        audit = locking.lock_audit(audit)
        check_book(audit, by=by)
        check_case_open(audit, on=day_of(at))
        if meets <= at:
            raise Refused("That time has passed. Choose a time from now on.", "meets")
        if meets > at + FARTHEST:
            raise Refused("That is more than a year from now. Check the year.", "meets")
        where = written(place, "place", "Say where you will meet: a room, or “on a call”.", most=LONGEST_PLACE)
        check_link(link)
        if audit.state == Audit.State.BOOKED and (audit.meets, audit.place, audit.link) == (meets, where, link):
            return audit
        was, audit.state = audit.state, states.AUDIT.check(audit.state, "book")
        audit.meets, audit.place, audit.link, audit.booked_at, audit.booked_by = meets, where, link, at, by
        audit.second_worker = third_chair_of(audit, on=day_of(at))
        audit.save(update_fields=["state", "meets", "place", "link", "booked_at", "booked_by", "second_worker"])
        act.add("audit.booked", audit, was=was, now=audit.state, content={"meets": meets, "place": audit.place})
        tell_booked(audit, by=by, at=at)
    return audit


def check_link(link: str) -> None:
    """Refused (422) unless the address of a call is https, of at most 300 characters; "" is none."""
    whole = link.startswith("https://") and link.isprintable() and " " not in link
    if link and not (whole and len(link) <= LONGEST_LINK):
        raise Refused("Paste the whole address of the call, beginning with https://.", "link")


def tell_booked(audit: Audit, *, by: User | None, at: datetime) -> None:
    """Tell every chair when and where they meet, with the entry for their diaries; an earlier one is moved by it."""
    if audit.meets is None:
        return
    calendar, key = invitation(audit, at=at), f"{audit.ref}:booked:{at.isoformat()}"
    notices.notify(to=[audit.keyworker], text=MeetingBookedForKeyworker(audit, by), key=key, at=at, calendar=calendar)
    notices.notify(to=[audit.auditor], text=MeetingBookedForAuditor(audit), key=key, at=at, calendar=calendar)
    tell_third_chair(audit, at=at)


def tell_third_chair(audit: Audit, *, at: datetime) -> None:
    """Tell the second worker when and where they have the third chair; nobody where it is empty."""
    notices.notify(
        to=[audit.second_worker],
        text=MeetingBookedForSecondWorker(audit),
        key=f"{audit.ref}:booked:{at.isoformat()}",
        at=at,
        calendar=invitation(audit, at=at),
    )


def follow_second_workers(act: trail.Act, *, on: date) -> None:
    """Give the third chair of each booked meeting, in the sweep, to whoever is the second worker of its case now."""
    named = Q(second_worker__isnull=False) | ~Q(case__second_worker="")
    booked = Audit.objects.select_for_update(of=("self",)).filter(named, state=Audit.State.BOOKED)
    audits = list(booked.select_related("case", "second_worker", "auditor", "keyworker").order_by("pk"))
    chairs = third_chairs(audits, on=on)
    for audit in audits:
        person = chairs.get(audit.pk)
        if person == audit.second_worker:
            continue
        audit.second_worker = person
        audit.save(update_fields=["second_worker"])
        act.add("audit.third_chair", audit, was=audit.state, now=audit.state, content={"person": person and person.pk})
        tell_third_chair(audit, at=act.at)


def tell_cancelled(audit: Audit, *, at: datetime) -> None:
    """Take a booked meeting out of all diaries. Called while the audit still has its meeting and its people."""
    if audit.meets is None or audit.meets <= at:
        return
    notices.notify(
        to=[audit.auditor, audit.keyworker, audit.second_worker],
        text=MeetingCancelled(audit),
        key=f"{audit.ref}:cancelled:{at.isoformat()}",
        at=at,
        calendar=cancellation(audit, at=at),
    )


def check_prepare(audit: Audit, *, by: User) -> None:
    """Refused unless `by` is the keyworker (403) and the meeting has not begun (409)."""
    locking.chair_of(audit, by, Chair.KEYWORKER)
    states.AUDIT.check(audit.state, "book")


def not_ready_in_words(audit: Audit) -> str:
    """What is not as it should be before the meeting opens: not booked, or not said to be up to date; else ""."""
    if audit.meets is None:
        return "This meeting is not booked."
    return "" if audit.prepared_at else "The keyworker has not said yet that the file is up to date."


def can_prepare(audit: Audit, *, by: User) -> bool:
    """Whether the keyworker can still say that the file is up to date, and has not yet."""
    return allows(check_prepare, audit, by=by) and audit.prepared_at is None


def check_looks_ahead(audit: Audit, *, by: User) -> None:
    """Refused unless `by` holds the case, as keyworker or second worker (403), and the meeting has not begun (409)."""
    if by.pk != audit.second_worker_id:
        locking.chair_of(audit, by, Chair.KEYWORKER)
    states.AUDIT.check(audit.state, "book")


def confirm_file_checked(audit: Audit, *, by: User, at: datetime, checked_on: date | None = None) -> Audit:
    """The keyworker says that the file on Mosaic is checked and up to date, and on which day: today unless said.

    Refused: anybody but the keyworker (403), a meeting that has begun or a case that has closed (409), a day to come or
    more than a month ago (422). Said twice, the first stays.
    """
    checked = checked_on or day_of(at)
    if checked > day_of(at):
        raise Refused("That day is still to come. Enter the day on which you checked the file.", "checked_on")
    if add_months(checked, 1) < day_of(at):
        raise Refused("That is more than a month ago. Please check the file again, and enter that day.", "checked_on")
    with trail.acting(by=by, at=at) as act:
        audit = locking.lock_audit(audit)
        check_prepare(audit, by=by)
        check_case_open(audit, on=day_of(at))
        if audit.prepared_at is None:
            audit.prepared_at, audit.prepared_by, audit.checked_on = at, by, checked
            audit.save(update_fields=["prepared_at", "prepared_by", "checked_on"])
            act.add("audit.prepared", audit, was=audit.state, now=audit.state, content={"checked_on": checked})
            notices.notify(
                to=[audit.auditor], text=FileChecked(audit, by), key=f"{audit.ref}:prepared:{at.isoformat()}", at=at
            )
    return audit
