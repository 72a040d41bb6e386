"""The meeting in both diaries: an invitation, its updates and its cancellation. Nothing of the child is in any of them.

Each goes with the mail that tells of it (RFC 5545, 5546 and 6047). The service is the organiser, with the address that
its mails come from, since a calendar takes no invitation from whoever it is for; every chair is invited, and can
accept. Nobody reads what they answer, and the entry says so. The same two people keep one entry (UID): what comes later
has the higher number (SEQUENCE) and moves it. To be downloaded it is a plain entry (PUBLISH), which invites nobody.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.urls import reverse
from icalendar import Calendar, Event, vCalAddress, vText

from audits.models import Audit
from people.models import User
from qualitycounts.base.clock import LONDON
from qualitycounts.base.refusals import NotNow

LASTS = timedelta(hours=2)
ANSWERS = "Nobody reads what you answer to this entry: to change the time, write to each other."
REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"


def invitation(audit: Audit, *, at: datetime) -> str:
    """The meeting as it is booked, for both diaries; sent again after a change it moves the same entry.

    Refused (409) before a booking.
    """
    check_booked(audit)
    return calendar_entry(audit, REQUEST, at=at)


def entry_to_keep(audit: Audit, *, at: datetime) -> str:
    """The meeting as it is booked, to be put into a calendar by hand. Refused (409) before a booking."""
    check_booked(audit)
    return calendar_entry(audit, PUBLISH, at=at)


def check_booked(audit: Audit) -> None:
    """Refused (409) before a booking."""
    if audit.meets is None or audit.booked_at is None:
        raise NotNow("The meeting is not booked yet. Its invitation is here once it is.")


def cancellation(audit: Audit, *, at: datetime) -> str:
    """What takes a booked meeting out of both diaries again; empty where none is booked."""
    return calendar_entry(audit, CANCEL, at=at) if audit.meets is not None else ""


def calendar_entry(audit: Audit, method: str, *, at: datetime) -> str:
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
    event.add("created", audit.booked_at or at)
    event.add("last-modified", at)
    event.add("class", "PRIVATE")
    page = settings.SITE_ADDRESS + reverse("audit", args=[audit.ref])
    event.add("url", audit.link or page)
    third = f", with {audit.second_worker}" if audit.second_worker else ""
    call = f" On a call: {audit.link}." if audit.link else ""
    event.add("description", f"{audit.auditor} and {audit.keyworker}{third}.{call} {page} {ANSWERS}")
    event["organizer"] = organiser()
    for person in (audit.auditor, audit.keyworker, audit.second_worker) if method != PUBLISH else ():
        if person is not None:
            event.add("attendee", attendee(person), encode=False)
    calendar = Calendar()
    calendar.add("prodid", "-//Quality Counts//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return str(calendar.to_ical().decode())


def organiser() -> vCalAddress:
    """The service, with the address that its mails come from."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    calendar_address = vCalAddress(f"mailto:{address}")
    calendar_address.params["cn"] = vText(name or "Quality Counts")
    return calendar_address


def attendee(person: User) -> vCalAddress:
    """A person who is invited and can accept."""
    calendar_address = vCalAddress(f"mailto:{person.email}")
    calendar_address.params["cn"] = vText(person.name)
    calendar_address.params["cutype"] = vText("INDIVIDUAL")
    calendar_address.params["role"] = vText("REQ-PARTICIPANT")
    calendar_address.params["partstat"] = vText("NEEDS-ACTION")
    calendar_address.params["rsvp"] = vText("TRUE")
    return calendar_address
