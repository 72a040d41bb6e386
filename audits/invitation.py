"""The meeting in both diaries: an invitation, its updates and its cancellation. Nothing of the child is in any of them.

Each goes with the mail that tells of it, and calendars take it in by themselves (App. 2, before the meeting).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from icalendar import Calendar, Event, vCalAddress, vText

from audits.models import Audit
from people.models import User
from qualitycounts.clock import LONDON
from qualitycounts.refusals import NotNow

LASTS = timedelta(hours=2)
REQUEST, CANCEL = "REQUEST", "CANCEL"


def invitation(audit: Audit, *, at: datetime) -> str:
    """The meeting as it is booked, for both diaries; sent again after a change it moves the same entry.

    Refused (409) before a booking.
    """
    if audit.meets is None or audit.booked_at is None:
        raise NotNow("The meeting is not booked yet. Its invitation is here once it is.")
    return entry(audit, REQUEST, at=at)


def cancellation(audit: Audit, *, at: datetime) -> str:
    """What takes a booked meeting out of both diaries again; empty where none is booked."""
    return entry(audit, CANCEL, at=at) if audit.meets is not None else ""


def entry(audit: Audit, method: str, *, at: datetime) -> str:
    """One calendar entry as text. The same two people keep one entry; whoever comes later has the higher number."""
    if audit.meets is None:
        raise ValueError(f"{audit.ref} is not booked")
    event = Event()
    event.add("uid", f"{audit.ref}-{audit.auditor_id}@quality-counts")
    event.add("dtstamp", at)
    event.add("sequence", int(at.timestamp()))
    event.add("dtstart", audit.meets.astimezone(LONDON))
    event.add("dtend", (audit.meets + LASTS).astimezone(LONDON))
    event.add("summary", f"Live case file audit {audit.ref}")
    event.add("location", audit.place)
    event.add("status", "CANCELLED" if method == CANCEL else "CONFIRMED")
    event.add("description", f"{audit.auditor} and {audit.keyworker}. {settings.SITE_ADDRESS}/audits/{audit.ref}/")
    if audit.auditor is not None:
        event["organizer"] = address(audit.auditor)
    for person in (audit.auditor, audit.keyworker):
        if person is not None:
            event.add("attendee", address(person), encode=False)
    calendar = Calendar()
    calendar.add("prodid", "-//Quality Counts//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return str(calendar.to_ical().decode())


def address(person: User) -> vCalAddress:
    """A person as a calendar names them."""
    found = vCalAddress(f"mailto:{person.email}")
    found.params["cn"] = vText(person.name)
    found.params["rsvp"] = vText("FALSE")
    return found
