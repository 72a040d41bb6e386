"""Booking the meeting, its invitation, and the keyworker's preparation."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from icalendar import Calendar

from audits.models import Audit
from tests.audits.pages import at_most, signed_in, text
from tests.factories import MET, Council, allocated_audit, booked_audit, open_audit

GOOD = {"meets_0": "18", "meets_1": "12", "meets_2": "2026", "time": "10:30", "place": "Room 4"}


@pytest.fixture(autouse=True)
def on_the_day(settings: Any) -> None:
    settings.TODAY = MET.date()


@pytest.fixture
def audit(council: Council) -> Audit:
    return allocated_audit(council)


def test_the_auditor_books_a_day_a_time_and_a_place(client: Client, council: Council, audit: Audit) -> None:
    address = f"/audits/{audit.ref}/book/"
    assert "Book the meeting" in text(signed_in(client, council.auditor).get(address))
    reply = client.post(address, GOOD)
    assert reply["Location"] == f"/audits/{audit.ref}/"
    audit.refresh_from_db()
    assert (audit.meets, audit.place) == (datetime(2026, 12, 18, 10, 30, tzinfo=UTC), "Room 4")
    assert "Friday 18 December 2026 at 10:30" in text(client.get(reply["Location"]))
    assert 'value="10:30"' in text(client.get(address))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"meets_2": "2025"}, "That time has passed. Choose a time from now on."),
        ({"meets_0": "31", "meets_1": "2"}, "The day of the meeting must be a real date."),
        ({"meets_0": "", "meets_1": "", "meets_2": ""}, "Enter the day of the meeting."),
        ({"time": "half ten"}, "Enter a time like 10:30."),
        ({"time": ""}, "Enter the time the meeting begins."),
        ({"place": ""}, "Say where you will meet"),
        ({"place": "x" * 121}, "Say it in 120 characters."),
    ],
)
def test_a_booking_that_cannot_be_comes_back_as_typed(
    client: Client, council: Council, audit: Audit, wrong: dict[str, str], sentence: str
) -> None:
    reply = signed_in(client, council.auditor).post(f"/audits/{audit.ref}/book/", GOOD | wrong)
    assert reply.status_code == 422
    assert sentence in text(reply)
    assert "There is a problem" in text(reply)
    audit.refresh_from_db()
    assert audit.meets is None


def test_a_summer_meeting_is_kept_in_london_time(client: Client, council: Council, audit: Audit) -> None:
    signed_in(client, council.auditor).post(f"/audits/{audit.ref}/book/", GOOD | {"meets_1": "6", "meets_2": "2027"})
    audit.refresh_from_db()
    assert audit.meets == datetime(2027, 6, 18, 9, 30, tzinfo=UTC)


def test_others_do_not_book(client: Client, council: Council, audit: Audit) -> None:
    address = f"/audits/{audit.ref}/book/"
    for person, status in ((council.keyworker, 403), (council.other_auditor, 404), (council.qa_officer, 403)):
        assert signed_in(client, person).get(address).status_code == status
        assert client.post(address, GOOD).status_code == status
    begun = open_audit(council, number=2)
    assert signed_in(client, council.auditor).post(f"/audits/{begun.ref}/book/", GOOD).status_code == 409


def test_the_invitation_names_the_people_and_nothing_of_the_child(client: Client, council: Council) -> None:
    audit = booked_audit(council)
    reply = signed_in(client, council.keyworker).get(f"/audits/{audit.ref}/invitation.ics")
    [event] = Calendar.from_ical(reply.content).walk("VEVENT")
    assert event["DTSTART"].dt == MET
    assert str(event["LOCATION"]) == "Room 4"
    assert council.case.person_id not in reply.content.decode()
    assert signed_in(client, council.manager).get(f"/audits/{audit.ref}/invitation.ics").status_code in (403, 404)
    unbooked = allocated_audit(council, number=2)
    assert signed_in(client, council.auditor).get(f"/audits/{unbooked.ref}/invitation.ics").status_code == 409


def test_the_pack_holds_every_question_and_the_keyworker_says_the_file_is_ready(
    client: Client, council: Council
) -> None:
    audit = booked_audit(council)
    address = f"/audits/{audit.ref}/prepare/"
    signed_in(client, council.keyworker)
    with at_most(12):
        pack = text(client.get(address))
    assert "Does it rest on an accurate, up-to-date chronology" in pack
    assert "The file is checked and up to date" in pack
    assert client.post(address)["Location"] == address
    assert "said on Mon 16 Nov" in text(client.get(address))
    signed_in(client, council.auditor)
    assert "The file is checked and up to date" not in text(client.get(address))
    assert client.post(address).status_code == 403
    assert client.get(f"/audits/{audit.ref}/").status_code == 200
