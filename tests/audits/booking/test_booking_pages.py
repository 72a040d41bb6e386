"""Booking the meeting, its invitation, and the keyworker's preparation."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from icalendar import Calendar

from audits.allocation import allocate, reassign
from audits.booking import book as booking_book
from audits.models import Audit, SelfCheck
from audits.record import withdrawal
from audits.reminders import before_meeting
from people import notices
from people.models import Notice, TrailEntry, User
from people.roles import Role
from tests.audits.meeting.pages import at_most, signed_in, text
from tests.conftest import NOW
from tests.factories import (
    MET,
    Council,
    UserFactory,
    allocated_audit,
    booked_audit,
    finalised_audit,
    open_audit,
)

HOUR = timedelta(hours=1)
GOOD = {"meets_0": "18", "meets_1": "12", "meets_2": "2026", "time": "10:30", "place": "Room 4"}
GOOD |= {"anyway": "2026-12-18T10:30:00+00:00"}
"""A day in the month after the audit's: the page asks, and this says that it is meant."""


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
        ({"time": "half ten"}, "Enter a time like 10:30 or 2:30pm."),
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
    asked = GOOD | {"meets_1": "6", "meets_2": "2027", "anyway": "2027-06-18T10:30:00+01:00"}
    signed_in(client, council.auditor).post(f"/audits/{audit.ref}/book/", asked)
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
    checked = {"checked_on_0": "13", "checked_on_1": "11", "checked_on_2": "2026"}
    for wrong, says in (
        ({}, "Enter the day."),
        ({"checked_on_0": "17"}, "still to come"),
        ({"checked_on_1": "9"}, "more than a month ago"),
    ):
        reply = client.post(address, {**checked, **wrong} if wrong else {})
        assert (reply.status_code, says in text(reply)) == (422, True), says
    assert client.post(address, checked)["Location"] == address
    assert "that the file is up to date, checked on Fri 13 Nov 2026" in text(client.get(address))
    signed_in(client, council.auditor)
    assert "The file is checked and up to date" not in text(client.get(address))
    assert client.post(address).status_code == 403
    assert client.get(f"/audits/{audit.ref}/").status_code == 200


def entries(person: User) -> list[tuple[str, str, str]]:
    """What goes into a person's diary, in its order: the method, the entry's name, and the day and time in London."""
    found = []
    for notice in Notice.objects.filter(to=person).exclude(calendar="").order_by("pk"):
        calendar = Calendar.from_ical(notice.calendar)
        [event] = calendar.walk("VEVENT")
        assert council_number not in notice.calendar
        assert calendar.walk("VTIMEZONE")[0]["TZID"] == "Europe/London"
        assert {str(one) for one in event["ATTENDEE"]} >= {f"mailto:{person.email}"}
        found.append((str(calendar["METHOD"]), str(event["UID"]), f"{event['DTSTART'].dt:%d %b %H:%M}"))
    return found


council_number = "500"
"""How the numbers of children begin in these tests: none stands in a diary."""


def test_both_diaries_follow_the_booking_its_change_and_its_end(council: Council, mailoutbox: list[Any]) -> None:
    audit = allocated_audit(council)
    at, summer = MET - timedelta(days=8), datetime(2027, 6, 18, 9, 30, tzinfo=UTC)
    booking_book.book_meeting(audit, by=council.auditor, at=at, meets=MET, place="Room 4")
    booking_book.book_meeting(audit, by=council.auditor, at=at + HOUR, meets=summer, place="Room 5")
    name = f"{audit.ref}-{council.auditor.pk}@quality-counts"
    free = UserFactory.create(roles=(Role.AUDITOR,))
    reassign.reassign_auditor(audit, auditor=free, why="A course", by=council.qa_officer, at=at + 2 * HOUR)
    expected = [("REQUEST", name, "16 Nov 10:00"), ("REQUEST", name, "18 Jun 10:30"), ("CANCEL", name, "18 Jun 10:30")]
    assert entries(council.auditor) == expected
    assert entries(council.keyworker) == expected
    assert entries(free) == []
    audit = booking_book.book_meeting(Audit.objects.get(), by=free, at=at + 3 * HOUR, meets=MET, place="Room 4")
    withdrawal.withdraw_audit(audit, why="Closed", by=council.qa_officer, at=at + 4 * HOUR)
    assert [method for method, _, _ in entries(free)] == ["REQUEST", "CANCEL"]
    numbers = [int(re.findall(r"SEQUENCE:(\d+)", one.calendar)[0]) for one in Notice.objects.exclude(calendar="")]
    assert len(set(numbers)) == 5
    notices.deliver_outbox(at=at + 5 * HOUR)
    mail = next(one for one in mailoutbox if "is booked" in one.subject)
    assert "REQUEST" in [part.get_param("method") for part in mail.message().walk()]


def test_reminders_come_ten_and_two_working_days_before_and_once_each(council: Council) -> None:
    audit = allocated_audit(council)
    meets = datetime(2026, 12, 18, 10, 30, tzinfo=UTC)
    booking_book.book_meeting(audit, by=council.auditor, at=MET, meets=meets, place="Room 4")

    def told(day: date) -> list[str]:
        at = datetime.combine(day, time(7), tzinfo=UTC)
        found = before_meeting.reminders_due(day, at)
        notices.tell_all(found)
        return sorted(one.to.name for one in found if ":remind:" in one.key)

    both = sorted([council.auditor.name, council.keyworker.name])
    assert told(date(2026, 12, 3)) == []
    assert told(date(2026, 12, 4)) == both
    assert told(date(2026, 12, 15)) == []
    booking_book.confirm_file_checked(audit, by=council.keyworker, at=MET)
    assert told(date(2026, 12, 16)) == both
    assert told(date(2026, 12, 17)) == told(date(2026, 12, 18)) == []
    last = Notice.objects.filter(to=council.keyworker, key__contains="remind").latest("pk")
    assert "nothing more to do" in last.body
    late = booked_audit(council, number=2)
    assert [
        one.key
        for one in before_meeting.reminders_due(date(2026, 11, 13), MET - timedelta(days=3))
        if late.ref in one.key
    ] == []


def test_a_meeting_that_nobody_books_is_brought_back_to_its_auditor_and_then_told_to_qa(council: Council) -> None:
    audit = allocated_audit(council)
    in_november = {date(2026, 11, 16): set(), date(2026, 11, 17): {council.auditor}}
    in_november |= {date(2026, 11, 23): {council.auditor}, date(2026, 11, 24): {council.auditor, council.qa_officer}}
    for day, people in in_november.items():
        at = datetime.combine(day, time(7), tzinfo=UTC)
        assert {one.to for one in before_meeting.reminders_due(day, at)} == people
    notices.tell_all(before_meeting.reminders_due(date(2026, 11, 24), MET))
    assert before_meeting.reminders_due(date(2026, 11, 25), MET) == []
    booking_book.book_meeting(audit, by=council.auditor, at=MET, meets=MET + timedelta(days=2), place="Room 4")
    assert [one.key for one in before_meeting.reminders_due(date(2026, 11, 16), MET) if "unbooked" in one.key] == []
    assert Notice.objects.get(to=council.qa_officer, key__contains="unbooked").link == f"/audits/{audit.ref}/"


def test_what_the_keyworker_noted_is_theirs_alone(client: Client, council: Council) -> None:
    audit = booked_audit(council)
    page, own = f"/audits/{audit.ref}/prepare/", f"/audits/{audit.ref}/prepare/own/"
    noted = {"i1": "partly", "i2": "evidenced", "words": "A marmalade cat."}
    assert signed_in(client, council.keyworker).post(own, noted)["Location"] == page
    kept = SelfCheck.objects.get()
    assert (kept.answers, kept.words) == ({"1": "partly", "2": "evidenced"}, "A marmalade cat.")
    assert "A marmalade cat." in text(client.get(page))
    wrong = client.post(own, {"i1": "good", "words": "Kept on the page"})
    assert (wrong.status_code, "Kept on the page" in text(wrong)) == (422, True)
    assert "marmalade" not in str(TrailEntry.objects.values_list("content", flat=True))
    for person in (council.auditor, council.qa_officer):
        signed_in(client, person)
        for address in (page, f"/audits/{audit.ref}/", f"/audits/{audit.ref}/pack/", f"/audits/{audit.ref}/history/"):
            assert "marmalade" not in text(client.get(address))
    assert signed_in(client, council.auditor).post(own, noted).status_code == 403


def test_the_auditor_s_pack_is_for_the_auditor_alone(client: Client, council: Council) -> None:
    first = finalised_audit(council, grade="requires_improvement", auditor=council.other_auditor)
    Audit.objects.filter(pk=first.pk).update(month=date(2026, 5, 1))
    audit = booked_audit(council, number=2)
    page = f"/audits/{audit.ref}/pack/"
    signed_in(client, council.auditor)
    with at_most(14):
        shown = text(client.get(page))
    for words in (council.case.person_id, first.ref, "Bring the chronology up to date", "Requires improvement"):
        assert words in shown
    assert signed_in(client, council.keyworker).get(page).status_code == 403
    assert signed_in(client, council.other_auditor).get(page).status_code == 404


def test_moved_and_moved_back_both_hear_of_each_and_twice_the_same_is_once(council: Council) -> None:
    audit = allocated_audit(council)
    thursday, friday = NOW + timedelta(days=3), NOW + timedelta(days=4)
    for minutes, meets in enumerate((thursday, thursday, friday, thursday)):
        at = NOW + timedelta(minutes=minutes)
        audit = booking_book.book_meeting(audit, by=council.auditor, at=at, meets=meets, place="Room 4")
    told = Notice.objects.filter(to=council.keyworker, key__contains=":booked:").order_by("made")
    assert ["Thursday" in one.subject for one in told] == [True, False, True]
    assert all(one.calendar for one in told)


def test_given_away_and_given_back_the_auditor_hears_that_it_is_theirs(council: Council) -> None:
    audit = allocated_audit(council)
    allocate.notify_chairs(audit, at=NOW)
    first = council.auditor
    for hours, auditor in ((1, council.other_auditor), (2, first)):
        fresh = Audit.objects.get(pk=audit.pk)
        reassign.reassign_auditor(
            fresh, auditor=auditor, why="As agreed.", by=council.qa_officer, at=NOW + timedelta(hours=hours)
        )
    subjects = Notice.objects.filter(to=first).order_by("made", "pk").values_list("subject", flat=True)
    assert "is yours" in list(subjects)[-1]
