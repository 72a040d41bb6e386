"""Whoever signs, checks or decides reads what they answer for on that page: actions, measures and evidence."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from audits.follow_up import actions, closing
from audits.models import Action, Audit
from escalation.concerns import concern
from escalation.models import Step
from escalation.steps import acting
from escalation.steps.step_kind import kind_of
from qualitycounts.base.refusals import Stale
from standards.grades import Grade
from tests.audits.meeting.pages import at_most, signed_in, text
from tests.conftest import NOW, TODAY
from tests.escalation.build import add_action, finalised_audit
from tests.escalation.walk import LATER, do, fresh, opened, step, to_qa_check
from tests.factories import Council, open_audit

MEASURE = "The chronology has an entry for each event since May"
EVIDENCE = "Chronology on Mosaic, entry of 17 November."


@pytest.fixture(autouse=True)
def fixed_day(settings: Any) -> None:
    settings.TODAY = TODAY


def test_the_head_of_service_reads_each_immediate_action_and_its_evidence_before_they_sign(
    client: Client, council: Council
) -> None:
    audit = finalised_audit(council, grade=Grade.INADEQUATE)
    do(audit.actions.get(kind=Action.Kind.IMMEDIATE))
    shown = text(signed_in(client, council.head_of_service).get(f"/escalations/{audit.ref}/immediate_actions/sign/"))
    assert "Bring the chronology up to date from May to today" in shown
    assert MEASURE in shown
    assert EVIDENCE in shown
    assert "Devinder Halloran, Wed 18 Nov at 10:00" in shown
    assert f"{audit.ref}-2" not in shown
    assert EVIDENCE in text(client.get(f"/escalations/{audit.ref}/"))


@pytest.mark.parametrize("act", ["confirm", "reopen"])
def test_the_qa_officer_reads_all_of_it_on_the_page_of_the_check(client: Client, council: Council, act: str) -> None:
    audit = finalised_audit(council, grade=Grade.REQUIRES_IMPROVEMENT)
    to_qa_check(audit, council)
    shown = text(signed_in(client, council.qa_officer).get(f"/escalations/{audit.ref}/qa_check/{act}/"))
    assert shown.count(MEASURE) == shown.count(EVIDENCE) == 2
    assert "Niamh Okonkwo, Wed 18 Nov at 10:00" in shown
    assert "What the move meant to him." in shown


def test_the_director_decides_with_the_re_audit_and_the_evidence_before_them(client: Client, council: Council) -> None:
    audit = finalised_audit(council, grade=Grade.INADEQUATE)
    acting.confirm_step(to_qa_check(audit, council), by=council.qa_officer, at=LATER, words="Read.")
    shown = text(signed_in(client, council.assistant_director).get(f"/escalations/{audit.ref}/re_audit/decide/"))
    assert shown.count(MEASURE) == shown.count(EVIDENCE) == 2


def test_whoever_agrees_that_a_child_is_safe_reads_the_concern_and_what_was_done(
    client: Client, council: Council
) -> None:
    audit = open_audit(council, at=NOW)
    spoken = NOW - timedelta(hours=1)
    raised = concern.raise_concern(
        audit, by=council.keyworker, at=NOW, why="He was alone.", spoken_to=council.manager, spoken=spoken
    )
    acting.record_made_safe(step(raised, "make_safe"), by=council.manager, at=NOW, acted="He is with his aunt.")
    shown = text(signed_in(client, council.head_of_service).get(f"/escalations/{raised.ref}/make_safe/sign/"))
    for words in ("He was alone.", "Spoken to: Devinder Halloran", "Devinder Halloran: “He is with his aunt.”"):
        assert words in shown
    assert MEASURE not in shown


def test_what_changed_since_the_page_was_opened_is_read_again_before_it_is_signed(
    client: Client, council: Council
) -> None:
    audit = finalised_audit(council, grade=Grade.INADEQUATE)
    action = do(audit.actions.get(kind=Action.Kind.IMMEDIATE))
    address = f"/escalations/{audit.ref}/immediate_actions/sign/"
    signed_in(client, council.head_of_service)
    assert 'name="seen" value="1.2"' in client.get(address).content.decode()
    actions.send_back_action(action, by=council.qa_officer, at=LATER, why="May is missing.", version=2)
    actions.complete_action(fresh(action), by=council.manager, at=LATER, evidence="Pages 2 and 3 of it.", version=3)
    reply = client.post(address, {"words": "Seen with her.", "seen": "1.2"})
    assert reply.status_code == 409
    shown = text(reply)
    for words in ("changed since you opened the page", "Pages 2 and 3 of it.", "Seen with her.", "“May is missing.”"):
        assert words in shown
    assert 'name="seen" value="1.4"' in reply.content.decode()
    assert client.post(address, {"words": "Seen with her.", "seen": "1.4"}).status_code == 302
    qa_check = to_qa_check_again(audit, council)
    with pytest.raises(Stale):
        acting.confirm_step(qa_check, by=council.qa_officer, at=LATER, words="Read.", seen="1.1,2.1")
    acting.confirm_step(
        qa_check, by=council.qa_officer, at=LATER, words="Read.", seen=kind_of(qa_check).version(qa_check)
    )


def to_qa_check_again(audit: Audit, council: Council) -> Step:
    """The rest of the way, where the immediate action is signed already."""

    escalation = opened(audit)
    acting.acknowledge_step(step(escalation, "acknowledge"), by=council.head_of_service, at=LATER)
    do(audit.actions.get(kind=Action.Kind.SUPERVISION))
    closing.record_supervision(audit, by=council.manager, at=LATER, on=LATER.date(), discussed="His school.")
    closing.confirm_on_file(audit, by=council.manager, at=LATER, on=LATER.date())
    acting.complete_step(step(escalation, "supervision"), by=council.manager, at=LATER)
    for action, by in zip(audit.actions.order_by("number"), (council.qa_officer, council.manager), strict=True):
        actions.verify_action(fresh(action), by=by, at=LATER, version=fresh(action).version)
    return step(escalation, "qa_check")


def test_the_keyworker_of_the_case_reads_the_evidence_in_the_timeline_and_a_reader_told_late_does_not(
    client: Client, council: Council
) -> None:
    audit = finalised_audit(council, grade=Grade.INADEQUATE)
    do(audit.actions.get(kind=Action.Kind.IMMEDIATE))
    for user, reads in ((council.keyworker, True), (council.qa_officer, True), (council.executive_director, False)):
        shown = signed_in(client, user).get(f"/escalations/{audit.ref}/")
        assert shown.status_code == 200
        assert (EVIDENCE in text(shown)) is reads


def test_the_page_asks_the_database_as_often_for_many_actions_as_for_one(client: Client, council: Council) -> None:
    audit = finalised_audit(council, grade=Grade.INADEQUATE)
    for _ in range(6):
        do(add_action(audit))
    do(audit.actions.get(number=1))
    signed_in(client, council.head_of_service)
    with at_most(30):
        client.get(f"/escalations/{audit.ref}/immediate_actions/sign/")
