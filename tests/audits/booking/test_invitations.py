"""Invitations that Outlook, Google and Apple take: each point of RFC 5545, 5546 and 6047 and of public reports.

They are read by a few lines of the tests' own, so that the library which writes them is not asked about itself.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, NamedTuple

import pytest
from django.test import Client

from audits.booking import book as booking_book
from audits.models import Audit
from audits.record import withdrawal
from people import notices
from people.models import Notice
from tests.audits.meeting.pages import signed_in
from tests.factories import MET, Council, allocated_audit

AT = MET - timedelta(days=8)
SUMMER = datetime(2027, 6, 18, 9, 30, tzinfo=UTC)


class Property(NamedTuple):
    """One line of a calendar: its name, its parameters and its value."""

    name: str
    params: dict[str, str]
    value: str


def properties(calendar: str, part: str = "VEVENT") -> list[Property]:
    """The lines of one part of a calendar, unfolded as RFC 5545, 3.1 has it."""
    lines = re.sub(r"\r\n[ \t]", "", calendar).split("\r\n")
    begins, ends = lines.index(f"BEGIN:{part}"), lines.index(f"END:{part}")
    read = []
    for line in lines[begins + 1 : ends]:
        head, _, value = re.match(r'((?:[^":]|"[^"]*")*)(:)(.*)', line).groups()  # type: ignore[union-attr]
        name, *params = re.findall(r'(?:[^";]|"[^"]*")+', head)
        named = dict(param.split("=", 1) for param in params)
        read.append(Property(name, {key: word.strip('"') for key, word in named.items()}, value))
    return read


def one(calendar: str, name: str) -> Property:
    """The one property of that name of the event."""
    (found,) = [prop for prop in properties(calendar) if prop.name == name]
    return found


def attendees(calendar: str) -> list[Property]:
    return [prop for prop in properties(calendar) if prop.name == "ATTENDEE"]


@pytest.fixture
def sent(council: Council, mailoutbox: list[Any]) -> list[EmailMessage]:
    """What the keyworker was mailed: booked, booked again for the summer, withdrawn."""
    audit = allocated_audit(council)
    booking_book.book_meeting(audit, by=council.auditor, at=AT, meets=MET, place="Room 4")
    link = "https://teams.example.com/l/1"
    moved = booking_book.book_meeting(
        audit, by=council.auditor, at=AT + timedelta(hours=1), meets=SUMMER, place="On a call", link=link
    )
    withdrawal.withdraw_audit(moved, why="Closed", by=council.qa_officer, at=AT + timedelta(hours=2))
    for notice in Notice.objects.filter(to=council.keyworker).exclude(calendar="").order_by("pk"):
        notices.message(notice).send()
    # as the mail server is handed them: Django writes line ends so
    return [message_from_bytes(mail.message().as_bytes(linesep="\r\n"), policy=default) for mail in mailoutbox]  # type: ignore[arg-type]


def calendar_of(mail: EmailMessage) -> str:
    """The calendar part beside the text."""
    (part,) = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    return part.get_payload(decode=True).decode()  # type: ignore[union-attr]


def test_it_is_a_part_beside_the_text_and_a_file_for_the_rest(sent: list[EmailMessage]) -> None:
    for mail, method in zip(sent, ("REQUEST", "REQUEST", "CANCEL"), strict=True):
        assert mail.get_content_type() == "multipart/mixed"
        alternative, file = mail.iter_parts()
        assert alternative.get_content_type() == "multipart/alternative"
        plain, calendar = alternative.iter_parts()  # type: ignore[union-attr]
        assert plain.get_content_type() == "text/plain"
        assert calendar.get_content_type() == "text/calendar"
        assert calendar.get_param("method") == method
        assert calendar.get_param("charset") == "utf-8"
        assert calendar.get_content_disposition() is None, "not only an attachment"
        assert (file.get_content_type(), file.get_filename()) == ("application/ics", "invite.ics")
        assert f"METHOD:{method}\r\n" in calendar_of(mail), "the part says the same method as what is in it"


def test_the_service_invites_and_both_can_accept(sent: list[EmailMessage], council: Council) -> None:
    for mail in sent:
        calendar = calendar_of(mail)
        organiser = one(calendar, "ORGANIZER")
        sender = str(mail["From"].addresses[0].addr_spec)
        assert organiser.value == f"mailto:{sender}", "the organiser is whoever the mail is from"
        assert organiser.value not in {prop.value for prop in attendees(calendar)}, "and none of those invited"
        assert {prop.value for prop in attendees(calendar)} == {
            f"mailto:{council.auditor.email}",
            f"mailto:{council.keyworker.email}",
        }
        for prop in attendees(calendar):
            assert prop.params["RSVP"] == "TRUE"
            assert (prop.params["ROLE"], prop.params["PARTSTAT"]) == ("REQ-PARTICIPANT", "NEEDS-ACTION")
        assert "Nobody reads what you answer" in one(calendar, "DESCRIPTION").value


def test_one_entry_is_moved_and_taken_out_by_its_name_and_a_rising_number(sent: list[EmailMessage]) -> None:
    calendars = [calendar_of(mail) for mail in sent]
    assert len({one(calendar, "UID").value for calendar in calendars}) == 1
    numbers = [int(one(calendar, "SEQUENCE").value) for calendar in calendars]
    assert numbers == sorted(set(numbers))
    assert max(numbers) < 2**31, "some calendars keep it in 31 bits"
    assert [one(calendar, "STATUS").value for calendar in calendars] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    for calendar in calendars:
        assert re.fullmatch(r"\d{8}T\d{6}Z", one(calendar, "DTSTAMP").value)


def test_the_hour_is_right_in_winter_and_summer_for_clients_that_know_no_zones(sent: list[EmailMessage]) -> None:
    winter, summer, _ = [calendar_of(mail) for mail in sent]
    for calendar, begins, ends in ((winter, "20261116T100000", "120000"), (summer, "20270618T103000", "123000")):
        start = one(calendar, "DTSTART")
        assert (start.params["TZID"], start.value) == ("Europe/London", begins)
        assert one(calendar, "DTEND").value.endswith(ends)
        assert ("TZID", {}, "Europe/London") in properties(calendar, "VTIMEZONE")
        offsets = {prop.value for part in ("STANDARD", "DAYLIGHT") for prop in properties(calendar, part)}
        assert {"+0000", "+0100"} <= offsets, "the zone's own rules go with it"


def test_lines_are_short_end_as_they_should_and_tell_nothing_of_the_child(
    sent: list[EmailMessage], council: Council
) -> None:
    for mail in sent:
        calendar = calendar_of(mail)
        assert calendar.endswith("END:VCALENDAR\r\n")
        assert "\n" not in calendar.replace("\r\n", "")
        assert all(len(line.encode()) <= 75 for line in calendar.split("\r\n"))
        assert calendar.count("BEGIN:VEVENT") == 1
        assert council.case.person_id not in calendar
        assert "/audits/QC-2611-001/" in one(calendar, "DESCRIPTION").value
    assert one(calendar_of(sent[1]), "URL").value == "https://teams.example.com/l/1"


def test_what_is_downloaded_invites_nobody(sent: list[EmailMessage], council: Council, client: Client) -> None:
    audit = Audit.objects.get()
    Audit.objects.update(state="booked", ended_at=None, ended_by=None)
    file = signed_in(client, council.keyworker).get(f"/audits/{audit.ref}/invitation.ics").content.decode()
    assert "METHOD:PUBLISH" in file
    assert attendees(file) == []
    assert one(file, "UID") == one(calendar_of(sent[0]), "UID"), "it is the same entry, and not a second one"
    assert date(2027, 6, 18).strftime("%Y%m%d") in one(file, "DTSTART").value
