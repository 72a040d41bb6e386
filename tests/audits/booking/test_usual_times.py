"""Booking that a person would make: what is odd is asked about, what is proposed is free, a call has its address."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from audits.booking import book as booking_book
from audits.booking import usual_times
from audits.models import Audit, Leave
from people.models import Absence
from people.roles import Role
from qualitycounts.base.clock import LONDON
from qualitycounts.base.refusals import Refused
from tests.audits.meeting.pages import text
from tests.factories import MET, CaseFactory, Council, UserFactory, allocated_audit

DECEMBER = date(2026, 12, 1)


@pytest.fixture
def audit(council: Council, settings: Any) -> Audit:
    """One of December, to be booked on a Monday in November; another meeting in Room 4 on Monday the 7th at ten."""
    settings.TODAY = MET.date()
    other = allocated_audit(council, number=2, case=CaseFactory.create(keyworker=council.keyworker))
    meets = datetime(2026, 12, 7, 10, tzinfo=UTC)
    booking_book.book_meeting(other, by=council.auditor, at=MET, meets=meets, place="Room 4")
    made = allocated_audit(council, auditor=UserFactory.create(name="Helena Marchetti", roles=(Role.AUDITOR,)))
    Audit.objects.update(month=DECEMBER)
    return Audit.objects.get(pk=made.pk)


def odd(audit: Audit, day: int, hour: int, minute: int = 0, place: str = "", month: int = 12) -> list[str]:
    meets = datetime(2026, month, day, hour, minute, tzinfo=LONDON)
    return usual_times.what_is_odd(audit, meets=meets, place=place)


def test_what_a_person_would_not_book_is_said_a_sentence_each(audit: Audit, council: Council) -> None:
    assert odd(audit, 8, 10) == []
    assert odd(audit, 25, 10) == ["Friday 25 December is Christmas Day."]
    assert odd(audit, 5, 10) == ["Saturday 5 December is at a weekend."]
    assert odd(audit, 8, 7, 59) == ["A meeting at 07:59 is not over between 08:00 and 18:00."]
    assert odd(audit, 8, 8) == odd(audit, 8, 16) == []
    assert len(odd(audit, 8, 16, 1)) == len(odd(audit, 8, 23)) == 1
    assert odd(audit, 30, 10, month=11) == ["That is not in December 2026, the month of this audit."]
    clash = "Niamh Okonkwo has another meeting then (QC-2611-002, Mon 7 Dec at 10:00)."
    assert odd(audit, 7, 11, 59) == odd(audit, 7, 8, 1) == [clash]
    assert odd(audit, 7, 12) == odd(audit, 7, 8) == []
    free = allocated_audit(council, number=3, case=CaseFactory.create(keyworker=council.other_keyworker))
    free.month, free.auditor = DECEMBER, audit.auditor
    assert odd(free, 7, 10, place="room 4") == ["Room 4 is taken then (QC-2611-002, Mon 7 Dec at 10:00)."]
    assert odd(free, 7, 10, place="Room 5") == []
    Leave.objects.create(user=audit.auditor, starts_on=date(2026, 12, 8), ends_on=date(2026, 12, 9))
    Absence.objects.create(
        person=council.keyworker,
        deputy=council.manager,
        starts_on=date(2026, 12, 9),
        ends_on=date(2026, 12, 10),
        named_at=MET,
        named_by=council.manager,
    )
    assert odd(audit, 8, 10) == ["Helena Marchetti is away on Tuesday 8 December."]
    assert len(odd(audit, 9, 10)) == 2
    assert odd(audit, 11, 10) == []


def test_only_the_time_that_was_asked_about_is_let_through(audit: Audit) -> None:
    christmas = datetime(2026, 12, 25, 10, tzinfo=LONDON)
    with pytest.raises(Refused, match=r"Christmas Day\. Book it anyway\?"):
        usual_times.check_usual(audit, meets=christmas, place="", anyway="")
    answer = usual_times.answer_of(christmas)
    usual_times.check_usual(audit, meets=christmas, place="", anyway=answer)
    with pytest.raises(Refused):
        usual_times.check_usual(audit, meets=christmas + timedelta(days=1), place="", anyway=answer)


def test_what_is_proposed_is_free_and_usual_and_fills_the_form(audit: Audit, council: Council, client: Client) -> None:
    Leave.objects.create(user=audit.auditor, starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 4))
    times = usual_times.free_times(audit, None, at=MET)
    assert len(times) == usual_times.MOST
    assert all(usual_times.what_is_odd(audit, meets=moment, place="") == [] for moment in times)
    assert times[0].date() == date(2026, 12, 7)
    assert times[0].hour != 9, "Niamh has another meeting then"
    late = usual_times.free_times(audit, None, at=datetime(2027, 1, 11, 9, tzinfo=UTC))
    assert late[0].date() == date(2027, 1, 12), "its month is over: in the next weeks"
    assert audit.auditor is not None
    client.force_login(audit.auditor)
    page = text(client.get(f"/audits/{audit.ref}/book/", {"at": times[1].isoformat()}))
    assert f'value="{times[1].day}"' in page
    assert "Both of you are free" in page


def test_the_page_asks_books_and_gives_the_address_of_the_call(audit: Audit, client: Client) -> None:
    assert audit.auditor is not None
    client.force_login(audit.auditor)
    address = f"/audits/{audit.ref}/book/"
    asked = {"meets_0": "25", "meets_1": "12", "meets_2": "2026", "time": "10:30", "place": "On a call"}
    asked["link"] = "https://teams.example.com/l/meetup-join/19%3ameeting"
    refused = client.post(address, asked)
    assert (refused.status_code, "Friday 25 December is Christmas Day. Book it anyway?" in text(refused)) == (422, True)
    assert 'name="anyway" value="2026-12-25T10:30:00+00:00"' in text(refused)
    assert client.post(address, asked | {"link": "javascript:alert(1)", "meets_0": "18"}).status_code == 422
    assert client.post(address, asked | {"anyway": "2026-12-25T10:30:00+00:00"}).status_code == 302
    audit.refresh_from_db()
    assert audit.link == asked["link"]
    assert asked["link"] in text(client.get(f"/audits/{audit.ref}/"))
