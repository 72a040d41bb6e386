"""The sheet of one chair: marked from the booking on, seen by nobody else, and gone when it has done its work."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client

from audits.allocation import reassign
from audits.meeting import grading, lifecycle, own_marks
from audits.models import Audit, Mark, OwnMark
from audits.record import withdrawal
from audits.register.reallocation import cases_moved
from people import trail
from people.models import TrailEntry, User
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused, Stale
from standards.models import Criterion
from tests.audits.meeting.pages import SCRIPT, at_most, signed_in, text
from tests.factories import (
    BEFORE,
    EARLY,
    EVERY_FACT,
    MET,
    CaseFactory,
    Council,
    agreed_audit,
    allocated_audit,
    booked_audit,
    fill,
    mark_alone,
    open_audit,
    signed,
)


@pytest.fixture(autouse=True)
def before_the_meeting(settings: Any) -> None:
    settings.TODAY = BEFORE.date()


def criterion(code: str) -> int:
    return Criterion.objects.get(code=code).pk


def mark(audit: Audit, by: User, code: str = "2.6", **more: Any) -> OwnMark:
    said: Any = {"value": "partly", "seen": "page 4", "version": 0} | more
    return own_marks.save_own_mark(audit, criterion(code), by=by, at=BEFORE, **said)


def address(audit: Audit, rest: str = "") -> str:
    return f"/audits/{audit.ref}/own/{rest}"


# The rules


def test_each_chair_keeps_marks_pages_and_notes_of_their_own(council: Council) -> None:
    audit = booked_audit(council)
    mark(audit, council.auditor)
    own_marks.save_own_note(audit, criterion("2.6"), by=council.auditor, at=BEFORE, text="Ask about May.", version=0)
    mark(audit, council.keyworker, value="evidenced", seen="")
    mark(audit, council.keyworker, value="not_evidenced", seen="", version=1)
    rows = OwnMark.objects.order_by("saved_by__name").values_list("saved_by__name", "value", "seen", "note", "version")
    assert list(rows) == [
        ("Niamh Okonkwo", "not_evidenced", "", "", 2),
        ("Tomasz Adeyemi", "partly", "page 4", "Ask about May.", 1),
    ]
    assert not Mark.objects.exists()


def test_a_sheet_tells_nothing_by_the_trail_or_by_the_revision(council: Council) -> None:
    audit = booked_audit(council)
    entries, revision = TrailEntry.objects.count(), audit.revision
    mark(audit, council.auditor)
    audit.refresh_from_db()
    assert (TrailEntry.objects.count(), audit.revision) == (entries, revision)


def test_what_two_tabs_save_is_not_written_over_unseen(council: Council) -> None:
    audit = booked_audit(council)
    mark(audit, council.auditor)
    with pytest.raises(Stale) as refused:
        mark(audit, council.auditor, value="evidenced")
    assert refused.value.current == "Partly. page 4"
    own_marks.save_own_note(audit, criterion("2.6"), by=council.auditor, at=BEFORE, text="One.", version=0)
    with pytest.raises(Stale):
        own_marks.save_own_note(audit, criterion("2.6"), by=council.auditor, at=BEFORE, text="Two.", version=0)


@pytest.mark.parametrize(
    ("code", "said"), [("2.6", {"value": "splendid"}), ("2.6", {"seen": "x" * 10_001}), ("4.1", {})]
)
def test_a_mark_there_is_not_or_a_criterion_of_other_children_is_refused(
    council: Council, code: str, said: dict[str, str]
) -> None:
    audit = booked_audit(council, case=CaseFactory.create(keyworker=council.keyworker, category="CIN"))
    with pytest.raises(Refused):
        mark(audit, council.auditor, code, **said)


def test_there_is_a_sheet_from_the_booking_until_the_meeting_ends(council: Council) -> None:
    waiting = allocated_audit(council)
    with pytest.raises(NotNow, match="not booked yet"):
        mark(waiting, council.auditor)
    over = agreed_audit(council, number=2)
    with pytest.raises(NotNow, match="meeting is over"):
        mark(over, council.auditor)
    with pytest.raises(NotAllowed):
        mark(booked_audit(council, number=3), council.qa_officer)


def test_a_sheet_waits_while_nobody_sits_in_the_other_chair(client: Client, council: Council) -> None:
    audit = booked_audit(council)
    Audit.objects.filter(pk=audit.pk).update(keyworker=None)
    page = signed_in(client, council.auditor).get(address(audit))
    assert (page.status_code, "Nobody sits in the other chair" in text(page)) == (409, True)


def test_a_mark_stays_as_it_is_once_its_standard_is_open(council: Council) -> None:
    audit = open_audit(council)
    mark(audit, council.auditor)
    for person in (council.auditor, council.keyworker):
        mark(audit, person, "3.1")
        grading.propose_grade(audit, 2, by=person, at=MET, grade="good")
    with pytest.raises(NotNow, match="open now"):
        mark(audit, council.auditor, value="evidenced", version=1)
    with pytest.raises(NotNow, match="open now"):
        mark(audit, council.keyworker)
    assert mark(audit, council.auditor, "3.1", value="evidenced", version=1).version == 2


# What becomes of it


def test_both_sheets_are_deleted_once_both_have_signed(council: Council) -> None:
    audit = booked_audit(council)
    for person in (council.auditor, council.keyworker):
        mark(audit, person)
    audit = fill(lifecycle.open_meeting(audit, by=council.auditor, at=MET, why=EARLY), grade="good")
    audit = lifecycle.end_meeting(audit, by=council.auditor, at=MET)
    assert OwnMark.objects.count() == 2
    signed(audit)
    assert not OwnMark.objects.exists()


def test_both_sheets_are_deleted_with_an_audit_that_is_withdrawn(council: Council) -> None:
    audit = booked_audit(council)
    mark(audit, council.keyworker)
    withdrawal.withdraw_audit(audit, why="Drawn twice.", by=council.qa_officer, at=MET)
    assert not OwnMark.objects.exists()


def test_a_new_auditor_finds_nothing_of_the_one_before(council: Council) -> None:
    audit = booked_audit(council)
    for person in (council.auditor, council.keyworker):
        mark(audit, person)
    reassign.reassign_auditor(
        audit, auditor=council.other_auditor, why="Tomasz is away.", by=council.qa_officer, at=BEFORE
    )
    assert [row.saved_by for row in OwnMark.objects.all()] == [council.keyworker]


@pytest.mark.parametrize("somebody", [True, False])
def test_a_new_keyworker_finds_nothing_of_the_one_before(council: Council, somebody: bool) -> None:
    audit = booked_audit(council)
    for person in (council.auditor, council.keyworker):
        mark(audit, person)
    council.case.keyworker = council.other_keyworker if somebody else None
    council.case.save()
    with trail.acting(by=council.qa_officer, at=BEFORE) as act:
        cases_moved([council.case], act)
    assert [row.saved_by for row in OwnMark.objects.all()] == [council.auditor]


# The pages


def test_the_sheet_is_reached_from_the_audit_my_work_and_the_waiting_page(client: Client, council: Council) -> None:
    audit = booked_audit(council)
    for person in (council.auditor, council.keyworker):
        signed_in(client, person)
        for page in (f"/audits/{audit.ref}/", f"/audits/{audit.ref}/meeting/"):
            assert "Mark the sheet before you meet" in text(client.get(page)), (person, page)
            assert address(audit) in text(client.get(page))
    assert "Mark the sheet before you meet" in text(signed_in(client, council.auditor).get("/"))


def test_the_sheet_says_who_sees_it_and_shows_ones_own_words_alone(client: Client, council: Council) -> None:
    audit = booked_audit(council)
    mark(audit, council.auditor, seen="Chronology, June")
    own_marks.save_own_note(audit, criterion("2.6"), by=council.auditor, at=BEFORE, text="Ask about May.", version=0)
    page = text(signed_in(client, council.auditor).get(address(audit), {"step": "2"}))
    for words in ("Chronology, June", "Ask about May.", "1 of 13 marked", "sees none of this before you meet"):
        assert words in page
    assert "deleted once you have both signed" in page
    theirs = text(signed_in(client, council.keyworker).get(address(audit), {"step": "2"}))
    assert "Chronology, June" not in theirs
    assert "0 of 13 marked" in theirs
    for person in (council.qa_officer, council.head_of_qa, council.manager):
        assert signed_in(client, person).get(address(audit)).status_code in (403, 404)


def test_saving_a_field_of_the_sheet_is_cheap_and_answered_in_a_line(client: Client, council: Council) -> None:
    audit = booked_audit(council)
    signed_in(client, council.keyworker)
    point = criterion("2.6")
    client.get(address(audit), {"step": "2"})
    sends = [(f"mark/{point}/", {"value": "partly", "seen": "page 4"}), (f"notes/n{point}/", {"text": "Ask."})]
    for rest, said in sends:
        for version in range(2):
            with at_most(9):
                reply = client.post(address(audit, rest), said | {"version": version}, **SCRIPT)  # type: ignore[arg-type]
            assert (reply.status_code, reply.json()["version"]) == (200, version + 1)
    news = client.get(address(audit, "live/"), {"step": "2"}, **SCRIPT).json()  # type: ignore[arg-type]
    assert news["fields"][f"c{point}"][1:] == ["partly", "page 4", ""]
    assert news["fields"][f"n{point}"][1:] == ["", "Ask.", ""]


def test_the_sheet_is_small_and_asks_few_questions_however_much_is_marked(client: Client, council: Council) -> None:
    case = CaseFactory.create(keyworker=council.keyworker, category="CLA", **EVERY_FACT)
    audit = booked_audit(council, case=case)
    mark_alone(audit, council.keyworker)
    signed_in(client, council.keyworker)
    for step in "1234567":
        with at_most(12):
            page = client.get(address(audit), {"step": step})
        assert (page.status_code, len(page.content) < 90_000) == (200, True)
    assert "86 of 86 marked" in text(page)
    assert client.get(address(audit), {"step": "8"}).status_code == 422


def test_without_scripts_one_button_keeps_a_standard_and_goes_on(client: Client, council: Council) -> None:
    audit = booked_audit(council)
    signed_in(client, council.auditor)
    page = client.get(address(audit), {"step": "2"})
    desk = page.context["desk"]
    sent = {f"{point.key}-was": point.was for point in desk.points}
    sent |= {f"{field.key}-was": field.was for field in desk.fields}
    key = f"c{criterion('2.6')}"
    said = {key: "partly", f"{key}-seen": "page 4", f"n{key[1:]}": "Ask about May.", "next": "3"}
    reply = client.post(address(audit, "step/2/"), sent | said)
    assert (reply.status_code, reply["Location"]) == (302, f"{address(audit)}?step=3")
    kept = OwnMark.objects.get()
    assert (kept.value, kept.seen, kept.note) == ("partly", "page 4", "Ask about May.")
    again = client.post(address(audit, "step/2/"), sent | said | {key: "evidenced"})
    assert again.status_code == 409
    assert "What is saved now: Partly. page 4" in text(again)


@pytest.mark.parametrize("value", ["", *Mark.Value.values])
def test_the_marks_that_a_page_writes_out_are_those_there_are(value: str) -> None:
    page = render_to_string("audits/meeting/marks.html", {"point": {"key": "c1", "value": value}})
    offered = re.findall(r'value="(\w+)"( checked)?>\s*<span>([^<]+)<', page)
    assert [(each, word) for each, _, word in offered] == Mark.Value.choices
    assert [each for each, checked, _ in offered if checked] == ([value] if value else [])
