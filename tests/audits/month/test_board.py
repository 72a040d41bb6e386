"""The board of the month: its groups add up, its lateness is that of the rules, and what is shown can be taken away."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from audits.booking import book as booking_book
from audits.models import Audit, Reminder, SavedView
from audits.month.board import GROUPS, board_rows, counted
from people.models import Notice, TrailEntry
from tests.conftest import TODAY
from tests.factories import (
    MET,
    CaseFactory,
    Council,
    agreed_audit,
    allocated_audit,
    booked_audit,
    finalised_audit,
)

NOVEMBER = date(2026, 11, 1)


@pytest.fixture(autouse=True)
def fixed_day(settings: Any) -> None:
    settings.TODAY = TODAY


@pytest.fixture
def month(council: Council) -> dict[str, Audit]:
    """An audit in each stage, all of November: two are late to be booked, one to be met, one to be signed."""

    def case(**more: Any) -> Any:
        return CaseFactory.create(keyworker=council.keyworker, **more)

    lone = allocated_audit(council, number=8, case=case())
    Audit.objects.filter(pk=lone.pk).update(auditor=None)
    coming = allocated_audit(council, number=7, case=case())
    booking_book.book_meeting(
        coming, by=council.auditor, at=MET, meets=datetime(2026, 11, 26, 14, tzinfo=UTC), place="Room 4"
    )
    return {
        "late": allocated_audit(council, number=1),
        "late_too": allocated_audit(council, number=2, case=case(person_id="712345")),
        "closed": allocated_audit(council, number=3, case=case(closed_on=TODAY)),
        "held": booked_audit(council, number=4, case=case()),
        "unsigned": agreed_audit(council, number=5, case=case()),
        "final": finalised_audit(council, number=6, case=case()),
        "coming": coming,
        "alone": lone,
    }


def client_of(council: Council) -> Client:
    client = Client()
    client.force_login(council.qa_officer)
    return client


def test_the_groups_part_the_month_and_late_cuts_across(month: dict[str, Audit]) -> None:
    rows = board_rows(NOVEMBER, on=TODAY)
    numbers = counted(rows)
    assert numbers[""] == sum(numbers[group] for group in GROUPS) == 8
    assert {group: numbers[group] for group in GROUPS if numbers[group]} == {
        "replace": 1,
        "alone": 1,
        "not-booked": 2,
        "booked": 2,
        "to-sign": 1,
        "finalised": 1,
    }
    late = {row.audit.number: row.days_late for row in rows if row.days_late}
    assert late == {1: 6, 2: 6, 4: 5, 5: 3}
    assert numbers["late"] == 4
    assert [row.audit.number for row in rows] == [3, 8, 1, 2, 4, 5, 7, 6]
    by_number = {row.audit.number: row for row in rows}
    stages = [(value.text, value.tone) for value in by_number[1].stages]
    assert stages == [("6 days late", "no"), ("–", ""), ("–", ""), ("–", "")]
    assert by_number[7].booked.text == "Thu 26 Nov, 14:00"
    assert by_number[7].prepared.text == "Niamh not yet"
    assert (by_number[4].met.text, by_number[4].met.lines) == ("5 days late", ["Not opened"])
    assert (by_number[5].signatures.text, by_number[5].signatures.lines) == ("3 days late", ["Neither yet"])
    assert by_number[6].signatures.grade == "good"


def test_each_count_leads_to_its_rows_and_its_queries_do_not_grow(month: dict[str, Audit], council: Council) -> None:
    client = client_of(council)
    with CaptureQueriesContext(connection) as few:
        page = client.get("/month/?month=2026-11")
    for count in page.context["board"].counts:
        shown = client.get(count["url"]).context["board"].rows
        assert len(shown) == count["number"], count
    html = page.content.decode()
    assert all(audit.ref in html for audit in month.values())
    assert "The case closed on Mon 23 Nov." in html
    assert "Run the draw for December 2026" in html, "what the month owes stands on top"
    client.force_login(council.head_of_service)
    assert client.get("/month/").status_code == 403
    for number in range(20, 30):
        allocated_audit(council, number=number, case=CaseFactory.create(keyworker=council.keyworker))
    client.force_login(council.qa_officer)
    with CaptureQueriesContext(connection) as many:
        client.get("/month/?month=2026-11")
    assert len(many) <= len(few) <= 16


def test_it_is_narrowed_by_words_and_a_number_stands_in_no_address(month: dict[str, Audit], council: Council) -> None:
    client = client_of(council)
    asked = client.post("/month/", {"month": "2026-11", "q": "712345"})
    assert asked.status_code == 200
    assert [row.audit.number for row in asked.context["board"].rows] == [2]
    assert "712345" not in asked.context["board"].xlsx + asked.context["board"].here
    led = client.post("/month/", {"month": "2026-11", "q": "okonkwo", "grade": "good"})
    assert led["Location"] == "/month/?month=2026-11&grade=good&q=okonkwo"
    assert [row.audit.number for row in client.get(led["Location"]).context["board"].rows] == [6]
    typed = client.get("/month/?month=2026-11&q=712345")
    assert "A case’s number does not go into an address" in typed.content.decode()
    assert len(typed.context["board"].rows) == 8


def test_what_is_shown_leaves_as_a_workbook_fit_for_a_mail_merge(month: dict[str, Audit], council: Council) -> None:
    answer = client_of(council).get("/month/board.xlsx?month=2026-11&show=late")
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content)))["Table"]  # type: ignore[attr-defined]
    head, *rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert len(rows) == 4
    first = dict(zip(head, rows[0], strict=True))
    assert (first["Audit"], first["Kind"], first["Category"]) == ("QC-2611-001", "By hand", "Child protection plan")
    assert first["Person number"] == month["late"].case.person_id
    assert first["Auditor’s e-mail"] == council.auditor.email
    assert first["Keyworker’s e-mail"] == council.keyworker.email
    assert first["Working days late"] == 6
    assert TrailEntry.objects.get(act="month.taken_away").ref == "2026-11"


def test_a_view_is_kept_by_name_and_is_ones_own(month: dict[str, Audit], council: Council) -> None:
    client = client_of(council)
    assert client.post("/month/views/", {"name": "", "show": "late"}).status_code == 422
    assert client.post("/month/views/", {"name": "Late"}).status_code == 422
    for show in ("late", "to-sign"):
        assert client.post("/month/views/", {"name": "Mine", "show": show, "month": "2026-11"}).status_code == 302
    view = SavedView.objects.get()
    assert (view.name, view.query) == ("Mine", "show=to-sign")
    assert "show=to-sign" in client.get("/month/").content.decode()
    other = Client()
    other.force_login(council.head_of_qa)
    forget = reverse("month-view-forget", args=[view.pk])
    assert other.post(forget).status_code == 404
    assert client.post(forget).status_code == 302
    assert not SavedView.objects.exists()


def test_one_is_reminded_at_once_and_the_minute_takes_it_back(month: dict[str, Audit], council: Council) -> None:
    client, late = client_of(council), month["late"]
    answer = client.post("/month/remind/", {"only": late.ref, "back": "month=2026-11&show=late"})
    assert answer["Location"] == "/month/?month=2026-11&show=late"
    page = client.get(answer["Location"]).content.decode()
    assert "1 reminder to Tomasz Adeyemi. You have a minute to take it back." in page
    assert "1st, Mon 23 Nov" in page
    assert "Take the reminders back" in page
    reminder = Reminder.objects.get()
    assert (reminder.to, reminder.stage, reminder.sent_by) == (council.auditor, "book", council.qa_officer)
    assert client.post("/month/remind/", {"only": late.ref}).status_code == 409
    client.post("/month/remind/undo/")
    assert not Reminder.objects.exists()
    assert not Notice.objects.filter(key__contains=":chase:").exists()


def test_those_ticked_are_looked_at_first_and_have_one_note(month: dict[str, Audit], council: Council) -> None:
    client = client_of(council)
    page = client.get("/month/?month=2026-11&tick=late")
    ticked = sorted(page.context["board"].ticked)
    assert ticked == ["QC-2611-001", "QC-2611-002", "QC-2611-004", "QC-2611-005"]
    shown = client.post("/month/remind/", {"remind": ticked, "back": "month=2026-11"})
    assert shown.status_code == 200
    assert "5 reminders: nothing is sent yet" in shown.content.decode()
    assert not Reminder.objects.exists()
    wrong = client.post("/month/remind/", {"remind": ticked, "send": "1", "note": "It is 712345."})
    assert wrong.status_code == 422
    assert "could be a child’s number" in wrong.content.decode()
    note = "Before the schools go back, please."
    assert client.post("/month/remind/", {"remind": ticked, "send": "1", "note": note}).status_code == 302
    assert Reminder.objects.count() == 5
    bodies = list(Notice.objects.filter(key__contains=":chase:").values_list("body", flat=True))
    assert len(bodies) == 5
    assert all(body.endswith(f"Amara Whitlock adds: {note}") for body in bodies)
    assert note in client.get(f"/audits/{ticked[0]}/").content.decode(), "what was sent stands on the audit"
