"""The list of audits, the page of one, its note and its history: each person sees theirs and no more."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from audits.models import Audit
from audits.record import retention_hold
from tests.audits.meeting.pages import at_most, signed_in, text
from tests.conftest import NOW
from tests.factories import (
    MET,
    CaseFactory,
    Council,
    agreed_audit,
    allocated_audit,
    booked_audit,
    finalised_audit,
    open_audit,
)


@pytest.fixture(autouse=True)
def on_the_day(settings: Any) -> None:
    settings.TODAY = MET.date()


def several(council: Council, count: int) -> list[Audit]:
    """Audits of the keyworker's cases."""
    cases = [CaseFactory.create(keyworker=council.keyworker) for _ in range(count)]
    return [allocated_audit(council, number=number, case=case) for number, case in enumerate(cases, 1)]


@pytest.mark.parametrize("count", [1, 60])
def test_the_list_asks_few_questions_and_stays_small(client: Client, council: Council, count: int) -> None:
    several(council, count)
    for person in (council.qa_officer, council.auditor):
        signed_in(client, person)
        with at_most(8):
            page = client.get("/audits/")
        assert len(page.content) <= 60_000
        assert text(page).count('class="govuk-link" href="/audits/QC-') == min(count, 25)


def test_the_list_is_narrowed_by_state_and_month(client: Client, council: Council) -> None:
    first, *_ = several(council, 2)
    booked = booked_audit(council, number=9)
    signed_in(client, council.auditor)
    assert f"/audits/{booked.ref}/" in text(client.get("/audits/?state=booked&month=2026-11"))
    assert f"/audits/{first.ref}/" not in text(client.get("/audits/?state=booked&month=2026-11"))
    assert "No audit fits that" in text(client.get("/audits/?state=closed"))
    assert client.get("/audits/?state=x&month=2026-99&page=x").status_code == 200
    assert "No audit that you may open yet" in text(signed_in(client, council.other_auditor).get("/audits/"))


def test_managers_see_an_audit_and_its_grade_only_once_it_is_final(client: Client, council: Council) -> None:
    early, final = (
        agreed_audit(council),
        finalised_audit(council, number=2, grade="inadequate", case=CaseFactory.create(keyworker=council.keyworker)),
    )
    signed_in(client, council.manager)
    for rest in ("", "plan/", "history/", "note/"):
        assert client.get(f"/audits/{early.ref}/{rest}").status_code == 404
        assert client.get(f"/audits/{final.ref}/{rest}").status_code == 200
    listed = text(client.get("/audits/"))
    assert early.ref not in listed
    assert "qc-grade--inadequate" in listed
    assert signed_in(client, council.other_manager).get(f"/audits/{final.ref}/").status_code == 404
    assert signed_in(client, council.staff).get("/audits/").status_code == 403


def test_the_page_says_what_comes_next_for_each_chair(client: Client, council: Council) -> None:
    audit = allocated_audit(council)
    address = f"/audits/{audit.ref}/"
    assert "Book the meeting" in text(signed_in(client, council.auditor).get(address))
    assert "Get ready" in text(signed_in(client, council.keyworker).get(address))
    assert "It waits for the auditor and the keyworker." in text(signed_in(client, council.qa_officer).get(address))
    begun = open_audit(council, number=2)
    assert "Go to the meeting" in text(signed_in(client, council.keyworker).get(f"/audits/{begun.ref}/"))
    ended = agreed_audit(council, number=3, case=CaseFactory.create(keyworker=council.keyworker))
    assert "Read it through and sign" in text(client.get(f"/audits/{ended.ref}/"))


def test_the_final_page_reads_like_the_record_and_asks_few_questions(client: Client, council: Council) -> None:
    audit = finalised_audit(council, grade="requires_improvement")
    signed_in(client, council.keyworker)
    with at_most(24):
        page = text(client.get(f"/audits/{audit.ref}/"))
    assert "Requires improvement" in page
    assert "Tomasz Adeyemi proposed Requires improvement (“As we saw together.”)" in page
    assert "what stands here has exactly this sha256" in page


def test_the_note_is_ready_to_paste_under_its_heading(client: Client, council: Council) -> None:
    audit = finalised_audit(council)
    page = text(signed_in(client, council.keyworker).get(f"/audits/{audit.ref}/note/"))
    assert '<h1 class="govuk-heading-l">Audit Action Plan – November</h1>' in page
    assert "readonly" in page
    assert 'data-copy="note"' in page
    early = open_audit(council, number=2, case=CaseFactory.create(keyworker=council.keyworker))
    assert client.get(f"/audits/{early.ref}/note/").status_code == 409


def test_the_history_says_who_did_what_and_leaves_out_the_single_saves(client: Client, council: Council) -> None:
    audit = finalised_audit(council, grade="inadequate")
    signed_in(client, council.auditor)
    with at_most(10):
        page = text(client.get(f"/audits/{audit.ref}/history/"))
    assert "Booked the meeting" in page
    assert "Was second to propose: both grades were revealed" in page
    assert "Wrote a note" not in page
    assert "Wrote a note" in text(client.get(f"/audits/{audit.ref}/history/?show=all"))
    assert "Made it final" in page + text(client.get(f"/audits/{audit.ref}/history/?page=2"))


def test_each_reads_of_the_history_what_is_theirs_to_read(client: Client, council: Council) -> None:
    audit = finalised_audit(council, grade="inadequate")
    retention_hold.place_retention_hold(audit, why="A complaint is with the Ombudsman.", by=council.head_of_qa, at=NOW)
    address = f"/audits/{audit.ref}/history/?page=9"
    assert "Ombudsman" in text(signed_in(client, council.qa_officer).get(address))
    for chair in (council.auditor, council.keyworker):
        page = text(signed_in(client, chair).get(address))
        assert ("Made it final" in page, "Ombudsman" in page) == (True, False)
    page = text(signed_in(client, council.manager).get(address))
    assert ("Settled who does it" in page or "Added an action" in page, "Made it final" in page) == (True, False)
    assert signed_in(client, council.head_of_service).get(address).status_code == 404
    assert address.partition("?")[0] not in text(client.get(f"/audits/{audit.ref}/"))
