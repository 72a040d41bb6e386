"""Acting on an escalation by its pages: done once, refused with a sentence, kept where it is stale."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from escalation.concerns import concern
from escalation.models import Escalation
from escalation.steps import acting
from escalation.steps.kinds import re_audits
from people.models import User
from standards.grades import Grade
from tests.conftest import NOW, TODAY
from tests.escalation.build import finalised_audit
from tests.escalation.walk import LATER, all_done, check, opened, step, to_qa_check
from tests.factories import Council


@pytest.fixture(autouse=True)
def on_the_day(settings: Any) -> None:
    settings.TODAY = TODAY


@pytest.fixture
def escalation(council: Council) -> Escalation:
    return opened(finalised_audit(council, grade=Grade.INADEQUATE))


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def page_of(client: Client, user: User, address: str) -> str:
    client.force_login(user)
    reply = client.get(address)
    assert reply.status_code == 200
    return text(reply)


def test_acknowledging_by_its_page_and_twice(client: Client, council: Council, escalation: Escalation) -> None:
    address = f"/escalations/{escalation.ref}/acknowledge/acknowledge/"
    shown = page_of(client, council.head_of_service, f"/escalations/{escalation.ref}/")
    assert address in shown
    assert "I have read it and have it" in page_of(client, council.head_of_service, address)
    reply = client.post(address, {"words": "Read with Devinder. The visits come first."})
    assert (reply.status_code, reply["Location"]) == (302, f"/escalations/{escalation.ref}/")
    assert "By you: “Read with Devinder. The visits come first.”" in text(client.get(reply["Location"]))
    again = client.post(address, {"words": "Again."})
    assert again.status_code == 409
    assert "is now “done”" in text(again)
    assert step(escalation, "acknowledge").words == "Read with Devinder. The visits come first."


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        ("keyworker", "acknowledge/acknowledge", 403),
        ("manager", "acknowledge/acknowledge", 403),
        ("qa_officer", "acknowledge/acknowledge", 403),
        ("manager", "immediate_actions/sign", 403),
        ("head_of_service", "immediate_actions/sign", 409),
        ("head_of_service", "supervision/complete", 403),
        ("manager", "supervision/complete", 409),
        ("qa_officer", "qa_check/confirm", 409),
        ("qa_officer", "qa_check/reopen", 409),
        ("assistant_director", "re_audit/decide", 409),
        ("qa_officer", "re_audit/re-audit", 409),
        ("head_of_service", "re_audit/re-audit", 403),
        ("manager", "immediate_actions/more-time", 403),
        ("head_of_service", "acknowledge/sign", 403),
        ("head_of_service", "supervision/sign", 409),
        ("assistant_director", "acknowledge/pass-up", 403),
        ("manager", "immediate_actions/owner", 403),
        ("manager", "immediate_actions/ask", 403),
        ("head_of_service", "nothing/acknowledge", 404),
        ("other_head_of_service", "acknowledge/acknowledge", 404),
        ("staff", "acknowledge/acknowledge", 403),
        ("administrator", "acknowledge/acknowledge", 403),
    ],
)
def test_what_may_not_be_done_is_refused_with_a_sentence_and_changes_nothing(
    client: Client, council: Council, escalation: Escalation, who: str, path: str, status: int
) -> None:
    before = list(escalation.steps.values_list("slug", "state", "owner", "due_on"))
    client.force_login(getattr(council, who))
    reply = client.post(f"/escalations/{escalation.ref}/{path}/", {"words": "x", "why": "x"})
    assert reply.status_code == status
    assert list(escalation.steps.values_list("slug", "state", "owner", "due_on")) == before


def test_passing_it_up_names_whom_before_one_presses(client: Client, council: Council, escalation: Escalation) -> None:
    address = f"/escalations/{escalation.ref}/immediate_actions/pass-up/"
    shown = page_of(client, council.head_of_service, address)
    assert "It goes to <b>Leona Bhandari</b>" in shown
    assert client.post(address, {}).status_code == 422
    data = {"reason": "iro", "why": "The plan is disputed.", "to": council.assistant_director.pk}
    assert client.post(address, data).status_code == 302
    stale = client.post(address, data)
    assert stale.status_code == 409
    assert "Someone passed this up since you opened the page" in text(stale)
    shown = page_of(client, council.assistant_director, "/escalations/?show=yours")
    assert "Devinder Halloran, passed up to you" in shown
    shown = page_of(client, council.manager, f"/escalations/{escalation.ref}/")
    assert "It belongs in the IRO dispute process. The plan is disputed." in shown


def test_more_time_by_its_page(client: Client, council: Council, escalation: Escalation) -> None:
    address = f"/escalations/{escalation.ref}/immediate_actions/more-time/"
    assert 'name="was" value="2026-11-23"' in page_of(client, council.head_of_service, address)
    data = {"was": "2026-11-23", "due_on_0": "28", "due_on_1": "11", "due_on_2": "2026", "why": "The hospital asked."}
    refused = client.post(address, data)
    assert refused.status_code == 422
    assert "That is a weekend or a bank holiday." in text(refused)
    assert client.post(address, data | {"due_on_0": "30"}).status_code == 302
    assert client.post(address, data | {"due_on_0": "30"}).status_code == 409
    shown = page_of(client, council.keyworker, f"/escalations/{escalation.ref}/")
    assert "Due Monday 30 November 2026. First due Monday 23 November 2026." in shown


def test_giving_it_to_another_and_asking_by_their_pages(
    client: Client, council: Council, escalation: Escalation
) -> None:
    address = f"/escalations/{escalation.ref}/immediate_actions"
    client.force_login(council.qa_officer)
    assert client.post(f"{address}/ask/").status_code == 302
    assert client.post(f"{address}/ask/").status_code == 409
    assert "Marguerite Osei" in page_of(client, council.qa_officer, f"{address}/owner/")
    assert client.post(f"{address}/owner/", {"owner": council.keyworker.pk, "why": "x"}).status_code == 422
    data = {"owner": council.head_of_service.pk, "why": "Devinder is away."}
    assert client.post(f"{address}/owner/", data).status_code == 302
    assert step(escalation, "immediate_actions").owner == council.head_of_service


def test_the_whole_of_a_requires_improvement_by_its_pages(client: Client, council: Council) -> None:
    audit = finalised_audit(council, grade=Grade.REQUIRES_IMPROVEMENT)
    address = f"/escalations/{audit.ref}"
    client.force_login(council.manager)
    client.post(f"{address}/acknowledge/acknowledge/", {})
    all_done(audit)
    assert "Say that all of it is done" in page_of(client, council.manager, f"{address}/")
    assert client.post(f"{address}/actions/complete/", {}).status_code == 302
    shown = page_of(client, council.qa_officer, f"{address}/")
    assert "Not yet. 2 actions wait to be checked." in shown
    for action in audit.actions.all():
        check(action, council)
    client.force_login(council.qa_officer)
    assert client.post(f"{address}/qa_check/reopen/", {"why": "Where is the visit?"}).status_code == 302
    client.force_login(council.manager)
    assert client.post(f"{address}/actions/complete/", {}).status_code == 302
    client.force_login(council.qa_officer)
    assert client.post(f"{address}/qa_check/confirm/", {}).status_code == 422
    assert client.post(f"{address}/qa_check/confirm/", {"words": "Read on Mosaic."}).status_code == 302
    assert Escalation.objects.get(audit=audit).state == "finished"
    assert "Close this audit" in page_of(client, council.qa_officer, f"/audits/{audit.ref}/follow-up/")


def test_the_re_audit_is_begun_with_one_press_and_decided_by_the_director(client: Client, council: Council) -> None:
    qa_check = to_qa_check(finalised_audit(council, grade=Grade.INADEQUATE), council)
    acting.confirm_step(qa_check, by=council.qa_officer, at=LATER, words="Read.")
    address = f"/escalations/{qa_check.escalation.ref}"
    shown = page_of(client, council.qa_officer, f"{address}/")
    assert "Begin the re-audit" in shown
    assert "A better grade closes this when it is signed; otherwise the Assistant Director decides" in shown
    assert client.post(f"{address}/re_audit/re-audit/").status_code == 302
    again = re_audits.current(qa_check.escalation.audit)
    assert again is not None
    assert client.post(f"{address}/re_audit/re-audit/").status_code == 409
    shown = page_of(client, council.head_of_service, f"{address}/")
    assert f"{again.ref}, not booked yet, with Sunita Blackwood" in shown
    assert "Decide how it ends" in page_of(client, council.assistant_director, f"{address}/")
    client.force_login(council.assistant_director)
    assert client.post(f"{address}/re_audit/decide/", {}).status_code == 422
    assert client.post(f"{address}/re_audit/decide/", {"why": "The child has moved."}).status_code == 302
    assert Escalation.objects.get(pk=qa_check.escalation_id).state == "finished"


def test_a_child_is_made_safe_by_the_pages(client: Client, council: Council) -> None:
    audit = finalised_audit(council, grade=Grade.GOOD)
    concern.raise_concern(audit, by=council.auditor, at=NOW, why="Alone.", spoken_to=council.manager, spoken=NOW)
    address = f"/escalations/{audit.ref}/make_safe"
    client.force_login(council.manager)
    assert client.get(f"{address}/record/").status_code == 200
    assert client.post(f"{address}/record/", {}).status_code == 422
    assert client.post(f"{address}/record/", {"acted": "With his aunt."}).status_code == 302
    assert client.post(f"{address}/sign/", {}).status_code == 403
    assert client.get(f"{address}/more-time/").status_code == 403
    client.force_login(council.head_of_service)
    assert "Devinder Halloran: “With his aunt.”" in text(client.get(f"{address}/sign/"))
    assert client.post(f"{address}/sign/", {"words": "I rang the aunt."}).status_code == 302
    assert step(Escalation.objects.get(audit=audit), "make_safe").state == "done"
