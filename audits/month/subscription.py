"""A person's own calendar under a secret address, which Outlook, Google and Apple read by themselves.

Whoever has the address reads it, so it holds references and days, and nothing of a child; another address makes the one
before useless. It ends with the person's work here.
"""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta

from django.conf import settings
from django.http import Http404
from icalendar import Calendar, Event

from audits.booking.invitation import LASTS
from audits.models import CalendarKey
from audits.month.events import CalendarEvent, events_of_person
from people import council_settings, trail
from people.models import User
from qualitycounts.base.clock import LONDON, day_of
from standards.timescales import add_months, one_calendar

BYTES = 24
"""Of the secret: too many to guess."""
BACK, AHEAD = 3, 12
"""Months back and ahead that the calendar holds."""


def key_of(user: User) -> CalendarKey | None:
    """The person’s key, if they have asked for an address."""
    return CalendarKey.objects.filter(user=user).first()


def make_key(*, by: User, at: datetime) -> CalendarKey:
    """Make a person’s own address, or another one: the one before opens nothing any more."""
    with trail.acting(by=by, at=at) as act:
        key, made = CalendarKey.objects.update_or_create(
            user=by, defaults={"key": secrets.token_urlsafe(BYTES), "made_at": at, "made_by": by}
        )
        act.add("calendar.address_made" if made else "calendar.address_changed", by)
    return key


def whose_calendar(key: str, *, on: date) -> User:
    """Whose calendar an address opens. Missing (404) where it is nobody’s, or they work here no more."""
    calendar_key = CalendarKey.objects.select_related("user").filter(key=key).first()
    if calendar_key is None or not calendar_key.user.works_here(on):
        raise Http404
    return calendar_key.user


def feed_of(user: User, *, at: datetime) -> bytes:
    """The person’s calendar as text (RFC 5545): three months back, a year ahead, to be looked at again every hour."""
    on = day_of(at)
    calendar = Calendar()
    calendar.add("prodid", "-//Quality Counts//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Quality Counts")
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    with one_calendar(), council_settings.read_once():
        events = events_of_person(user, since=add_months(on.replace(day=1), -BACK), until=add_months(on, AHEAD))
    for event in events:
        calendar.add_component(entry_of(event, at=at))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def entry_of(event: CalendarEvent, *, at: datetime) -> Event:
    """One event as a calendar has it: at its time for two hours, or all day and in nobody’s way."""
    entry = Event()
    entry.add("uid", f"{event.about}-calendar@quality-counts")
    entry.add("dtstamp", at)
    entry.add("summary", event.text)
    entry.add("url", settings.SITE_ADDRESS + event.url)
    if event.at is not None:
        entry.add("dtstart", event.at.astimezone(LONDON))
        entry.add("dtend", (event.at + LASTS).astimezone(LONDON))
        entry.add("location", event.place)
    else:
        entry.add("dtstart", event.day)
        entry.add("dtend", event.day + timedelta(days=1))
        entry.add("transp", "TRANSPARENT")
    return entry
