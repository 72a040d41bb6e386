"""The calendar of the month, and each person's own under a secret address, read by a library that knows neither."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from icalendar import Calendar

from audits.booking import book as booking_book
from audits.models import Audit, CalendarKey, Case
from tests.conftest import NOW, TODAY
from tests.factories import MET, CaseFactory, Council, agreed_audit, allocated_audit, finalised_audit


@pytest.fixture(autouse=True)
def fixed_day(settings: Any) -> None:
    settings.TODAY = TODAY


@pytest.fixture
def audit(council: Council) -> Audit:
    """Booked for the Thursday; beside it one to book and one to sign."""
    allocated_audit(council, number=2, case=CaseFactory.create(keyworker=council.keyworker))
    agreed_audit(council, number=3, case=CaseFactory.create(keyworker=council.keyworker), at=NOW)
    booked = allocated_audit(council)
    meets = datetime(2026, 11, 26, 14, tzinfo=UTC)
    return booking_book.book_meeting(booked, by=council.auditor, at=MET, meets=meets, place="Room 4")


def test_the_month_has_meetings_days_due_and_the_way_to_the_next(council: Council, audit: Audit) -> None:
    client = Client()
    client.force_login(council.qa_officer)
    page = client.get("/month/calendar/?month=2026-11")
    days = {day.day: [event.text for event in day.events] for week in page.context["weeks"] for day in week}
    assert f"{audit.ref}, Tomasz Adeyemi" in days[date(2026, 11, 26)]
    assert {"Book QC-2611-002", "Draw December", "Report of October"} <= set(days[date(2026, 11, 13)])
    assert "Sign QC-2611-003" in days[date(2026, 11, 25)]
    assert "month=2026-12" in page.content.decode()
    assert len(days) == 42


def test_ones_own_calendar_is_read_by_a_secret_address_until_another_is_made(council: Council, audit: Audit) -> None:
    mine, anybody = Client(), Client()
    mine.force_login(council.auditor)
    assert "Make my address" in mine.get("/calendar/").content.decode()
    mine.post("/calendar/")
    address = f"/calendar/{CalendarKey.objects.get().key}.ics"
    assert address in mine.get("/calendar/").content.decode()
    answer = anybody.get(address)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    read = Calendar.from_ical(answer.content)
    events = {str(event["summary"]): event for event in read.walk("VEVENT")}
    meeting = events[f"{audit.ref} with {council.keyworker.name}"]
    assert meeting["dtstart"].dt.astimezone(UTC) == datetime(2026, 11, 26, 14, tzinfo=UTC)
    assert str(meeting["location"]) == "Room 4"
    assert events["Book QC-2611-002"]["dtstart"].dt == date(2026, 11, 13)
    assert str(events["Book QC-2611-002"]["transp"]) == "TRANSPARENT"
    body = answer.content.decode()
    assert "METHOD" not in body, "a subscription invites nobody"
    assert not [number for number in Case.objects.values_list("person_id", flat=True) if number in body]
    mine.post("/calendar/")
    assert anybody.get(address).status_code == 404
    council.auditor.left_on = TODAY
    council.auditor.save()
    assert anybody.get(f"/calendar/{CalendarKey.objects.get().key}.ics").status_code == 404


def test_an_owner_has_their_actions_and_nobody_has_anothers(council: Council) -> None:
    finalised_audit(council, grade="inadequate", at=NOW)
    client = Client()
    client.force_login(council.manager)
    texts = [event.text for event in client.get("/calendar/").context["events"]]
    assert "Do QC-2611-001-1" in texts
    client.force_login(council.other_keyworker)
    assert client.get("/calendar/").context["events"] == []
