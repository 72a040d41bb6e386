"""The meeting as a calendar invitation. It names the audit and the two people, and nothing of the child."""

from __future__ import annotations

from datetime import datetime, timedelta

from icalendar import Calendar, Event

from audits.models import Audit
from qualitycounts.refusals import NotNow

LASTS = timedelta(hours=2)


def invitation(audit: Audit, *, at: datetime, address: str) -> bytes:
    """An .ics file; opened again after a new booking it moves the same event. Refused (409) before a booking."""
    if audit.meets is None or audit.booked_at is None:
        raise NotNow("The meeting is not booked yet. Its invitation is here once it is.")
    event = Event()
    event.add("uid", f"{audit.ref}@quality-counts")
    event.add("dtstamp", at)
    event.add("sequence", int(audit.booked_at.timestamp()))
    event.add("dtstart", audit.meets)
    event.add("dtend", audit.meets + LASTS)
    event.add("summary", f"Live case file audit {audit.ref}")
    event.add("location", audit.place)
    event.add("description", f"{audit.auditor} and {audit.keyworker}. {address}")
    calendar = Calendar()
    calendar.add("prodid", "-//Quality Counts//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
