"""Grading by plain forms: refusals bring the page back with the words, and the QA Team answers on a page of its own."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from audits.meeting import grading, lifecycle
from audits.models import Audit, Judgement
from people.models import Notice
from standards.models import Criterion
from tests.audits.meeting.pages import signed_in, text
from tests.factories import MET, Council, agree, open_audit


@pytest.fixture(autouse=True)
def on_the_day(settings: Any) -> None:
    settings.TODAY = MET.date()


@pytest.fixture
def audit(council: Council) -> Audit:
    return open_audit(council)


def url(audit: Audit, act: str, number: int = 2) -> str:
    return f"/audits/{audit.ref}/meeting/grades/{number}/{act}/"


def page(client: Client, audit: Audit, number: int = 2) -> str:
    return text(client.get(f"/audits/{audit.ref}/meeting/?step={number}"))


def grade(audit: Audit, number: int = 2) -> Judgement:
    return audit.judgements.get(number=number)


def differ(audit: Audit, council: Council) -> None:
    """Both have proposed, two grades apart."""
    grading.propose_grade(audit, 2, by=council.auditor, at=MET, grade="inadequate", words="Nothing since May.")
    grading.propose_grade(audit, 2, by=council.keyworker, at=MET, grade="good", words="Her voice is there.")


def mark_missing(audit: Audit, council: Council) -> None:
    """One point of standard 2 is not evidenced, so Good asks for a reason."""
    point = Criterion.objects.get(section__standard__standard_set=audit.standard_set, code="2.6")
    lifecycle.record_mark(
        audit, by=council.auditor, at=MET, criterion=point.pk, value="not_evidenced", seen="", version=0
    )


def test_each_chair_sees_what_it_can_do_at_every_turn(client: Client, council: Council, audit: Audit) -> None:
    signed_in(client, council.auditor)
    reply = client.post(url(audit, "propose"), {"grade": "inadequate", "words": "Nothing since May."})
    assert reply["Location"] == f"/audits/{audit.ref}/meeting/?step=2#a-grade"
    assert "See or change what you proposed" in page(client, audit)
    signed_in(client, council.keyworker)
    assert "Propose and reveal" in page(client, audit)
    client.post(url(audit, "propose"), {"grade": "good", "words": "Her voice is there."})
    assert "Tomasz then enters the grade you come to" in page(client, audit)
    signed_in(client, council.auditor)
    assert "You are two grades apart." in page(client, audit)
    client.post(url(audit, "offer"), {"grade": "requires_improvement"})
    assert "Niamh has to confirm" in page(client, audit)
    signed_in(client, council.keyworker)
    assert "Confirm Requires improvement" in page(client, audit)
    client.post(url(audit, "confirm"), {"grade": "requires_improvement"})
    assert "Agreed:" in page(client, audit)
    assert grade(audit).state == Judgement.State.AGREED
    client.post(url(audit, "propose"), {"grade": "good"})
    assert "Earlier proposals" in page(client, audit)
    assert "Round 1: you Good" in page(client, audit)


def test_a_grade_without_its_reason_comes_back_with_what_was_chosen(
    client: Client, council: Council, audit: Audit
) -> None:
    differ(audit, council)
    mark_missing(audit, council)
    reply = signed_in(client, council.auditor).post(url(audit, "offer"), {"grade": "good", "clash_why": " "})
    assert reply.status_code == 422
    assert "<title>Error: Assessment and analysis" in text(reply)
    assert "To keep Good, say why" in text(reply)
    assert "6. Chronology and genogram" in text(reply)
    assert 'value="good" aria-describedby="offer-good-d" data-pick="2" checked' in text(reply)
    assert client.post(url(audit, "offer"), {"grade": "good", "clash_why": "It is a small gap."}).status_code == 302
    assert "Why it stands: It is a small gap." in page(signed_in(client, council.keyworker), audit)


def test_no_grade_chosen_keeps_the_words(client: Client, council: Council, audit: Audit) -> None:
    reply = signed_in(client, council.auditor).post(url(audit, "propose"), {"words": "Nothing since May."})
    assert reply.status_code == 422
    assert "Choose the grade you propose." in text(reply)
    assert ">Nothing since May.</textarea>" in text(reply)


def test_a_grade_changed_under_the_page_is_not_confirmed(client: Client, council: Council, audit: Audit) -> None:
    differ(audit, council)
    grading.offer_grade(audit, 2, by=council.auditor, at=MET, grade="requires_improvement")
    reply = signed_in(client, council.keyworker).post(url(audit, "confirm"), {"grade": "good"})
    assert reply.status_code == 409
    assert "The auditor has changed the grade to Requires improvement" in text(reply)
    assert "Confirm Requires improvement" in text(reply)


def test_a_standard_is_set_aside_by_both_chairs_and_brought_back(
    client: Client, council: Council, audit: Audit
) -> None:
    signed_in(client, council.auditor)
    refused = client.post(url(audit, "set-aside", 4), {"why": " "})
    assert refused.status_code == 422
    assert "Say why this standard does not apply" in text(refused)
    assert client.post(url(audit, "set-aside", 4), {"why": "She has left care."}).status_code == 302
    assert "You propose that this standard does not apply" in page(client, audit, 4)
    assert grade(audit, 4).applies

    shown = page(signed_in(client, council.keyworker), audit, 4)
    assert "Tomasz proposes that this standard does not apply" in shown
    assert "She has left care." in shown
    assert "Tomasz asks to set it aside" in shown
    assert "proposes to set" in text(client.get(f"/audits/{audit.ref}/meeting/end/"))
    assert client.post(url(audit, "set-aside/confirm", 4), {"why": "She has left care."}).status_code == 302
    assert not grade(audit, 4).applies
    assert "say so to Tomasz" in page(client, audit, 4)
    signed_in(client, council.auditor).post(url(audit, "bring-back", 4))
    assert grade(audit, 4).applies


def test_the_other_chair_says_no_and_nothing_was_lost(client: Client, council: Council, audit: Audit) -> None:
    agree(audit, 4, "good")
    signed_in(client, council.keyworker).post(url(audit, "set-aside", 4), {"why": "She has left care."})
    assert "Niamh proposes that" in page(signed_in(client, council.auditor), audit, 4)
    assert client.post(url(audit, "set-aside/decline", 4)).status_code == 302
    assert (grade(audit, 4).applies, grade(audit, 4).grade, grade(audit, 4).aside_why) == (True, "good", "")


def test_the_qa_team_is_asked_answers_and_rules(client: Client, council: Council, audit: Audit) -> None:
    differ(audit, council)
    mark_missing(audit, council)
    signed_in(client, council.keyworker).post(url(audit, "refer"))
    assert "The QA Team answers within 2 working days." in page(client, audit)
    assert Notice.objects.filter(to=council.qa_officer, link=f"/audits/{audit.ref}/advice/2/").exists()

    address = f"/audits/{audit.ref}/advice/2/"
    question = text(signed_in(client, council.qa_officer).get(address))
    assert "Nothing since May." in question
    assert "Her voice is there." in question
    assert "6. Chronology and genogram" in question
    assert client.post(address, {"advice": ""}).status_code == 422
    assert client.post(f"{address}rule/", {"grade": "good", "why": "It is good."}).status_code == 409
    assert client.post(address, {"advice": "Look at the school’s letters."})["Location"] == address
    assert "Look at the school’s letters." in page(signed_in(client, council.auditor), audit)

    signed_in(client, council.qa_officer)
    assert "Rule on the grade" in text(client.get(address))
    assert "All three views are kept" in text(client.get(f"{address}rule/")).replace("all three", "All three")
    kept = client.post(f"{address}rule/", {"grade": "", "why": "The letters show it."})
    assert kept.status_code == 422
    assert "The letters show it." in text(kept)
    client.post(f"{address}rule/", {"grade": "requires_improvement", "why": "The letters show it."})
    assert grade(audit).state == Judgement.State.RULED
    assert "Ruled by the QA Team" in page(signed_in(client, council.keyworker), audit)
    assert "Propose again" not in page(client, audit)


def test_only_the_qa_team_outside_the_audit_advises_and_only_when_asked(
    client: Client, council: Council, audit: Audit
) -> None:
    address = f"/audits/{audit.ref}/advice/2/"
    assert signed_in(client, council.auditor).get(address).status_code == 403
    assert signed_in(client, council.qa_officer).get(address).status_code == 409
    assert client.get(f"/audits/{audit.ref}/advice/9/").status_code == 404
    assert client.get("/audits/QC-9999-001/advice/2/").status_code == 404
