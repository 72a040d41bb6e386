"""The meeting without scripts: a whole step saved by one button, and the screen passed from hand to hand."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from audits.meeting import lifecycle
from audits.models import Audit, Mark, Note
from standards.models import Criterion
from tests.audits.meeting.pages import signed_in, text
from tests.factories import MET, Council, agreed_audit, open_audit


@pytest.fixture(autouse=True)
def on_the_day(settings: Any) -> None:
    settings.TODAY = MET.date()


@pytest.fixture
def audit(council: Council) -> Audit:
    return open_audit(council)


def url(audit: Audit, rest: str = "") -> str:
    return f"/audits/{audit.ref}/meeting/{rest}"


def first_point(audit: Audit) -> int:
    return Criterion.objects.get(section__standard__standard_set=audit.standard_set, code="1.1").pk


def form_of(client: Client, audit: Audit, step: str) -> dict[str, str]:
    """What a browser would send of a step, untouched."""
    fields = client.get(url(audit), {"step": step}).context["desk"]
    sent = {}
    for point in fields.points:
        sent |= {point.key: point.value, f"{point.key}-seen": point.seen, f"{point.key}-was": point.was}
    for field in fields.fields:
        sent |= {f"{field.key}-choice": field.choice, field.key: field.text, f"{field.key}-was": field.was}
    return sent


def test_a_step_is_saved_in_one_go_and_only_what_was_touched(client: Client, council: Council, audit: Audit) -> None:
    lifecycle.record_note(audit, by=council.auditor, at=MET, slug="s1-worried", text="Two\nlines.", version=0)
    signed_in(client, council.keyworker)
    sent = form_of(client, audit, "1") | {"s1-needs": "More visits.\r\nSoon.", f"c{first_point(audit)}": "evidenced"}
    sent["s1-worried"] = "Two\r\nlines."
    lifecycle.record_note(audit, by=council.auditor, at=MET, slug="s1-worried", text="Changed since.", version=1)
    reply = client.post(url(audit, "step/1/"), sent)
    assert (reply.status_code, reply["Location"]) == (302, url(audit) + "?step=1")
    assert Note.objects.get(slug="s1-needs").text == "More visits.\nSoon."
    assert Note.objects.get(slug="s1-worried").text == "Changed since."
    assert Mark.objects.get().value == "evidenced"
    assert "Saved" in text(client.get(reply["Location"]))


def test_two_who_wrote_in_one_box_see_both_and_the_second_press_keeps_theirs(
    client: Client, council: Council, audit: Audit
) -> None:
    signed_in(client, council.keyworker)
    sent = form_of(client, audit, "record") | {"childs-eye": "Mine.", "feedback-choice": "given"}
    lifecycle.record_note(audit, by=council.auditor, at=MET, slug="childs-eye", text="Theirs.", version=0)
    page = client.post(url(audit, "step/record/"), sent)
    assert page.status_code == 409
    assert "Theirs." in text(page)
    assert ">Mine.</textarea>" in text(page).replace("> ", ">")
    assert Note.objects.get(slug="feedback").choice == "given"
    desk = page.context["desk"]
    again = sent | {f"{field.key}-was": field.was for field in desk.fields}
    assert client.post(url(audit, "step/record/"), again).status_code == 302
    assert Note.objects.get(slug="childs-eye").text == "Mine."


def test_a_box_too_long_comes_back_with_every_word(client: Client, council: Council, audit: Audit) -> None:
    signed_in(client, council.keyworker)
    page = client.post(url(audit, "step/1/"), form_of(client, audit, "1") | {"s1-needs": "word " * 2_001})
    assert page.status_code == 422
    assert "10,005 characters" in text(page)
    assert text(page).count("word word") > 900


def test_outside_the_meeting_a_step_is_refused(client: Client, council: Council) -> None:
    audit = agreed_audit(council)
    reply = signed_in(client, council.auditor).post(url(audit, "step/1/"), {})
    assert reply.status_code == 409
    assert "Reopen it first" in text(reply)


def test_a_screen_is_passed_by_signing_out_and_back_to_the_step(client: Client, council: Council, audit: Audit) -> None:
    reply = signed_in(client, council.auditor).post(url(audit, "pass/"), {"step": "3"})
    assert reply.status_code == 302
    assert reply["Location"] == reverse("account_login", query={"next": url(audit) + "?step=3"})
    assert "_auth_user_id" not in client.session


def test_keys_are_turned_off_and_on_for_oneself(client: Client, council: Council, audit: Audit) -> None:
    signed_in(client, council.auditor).post(url(audit, "keys/"), {"on": "0", "step": "2"})
    assert 'data-keys="off"' in text(client.get(url(audit)))
    client.post(url(audit, "keys/"), {"on": "1", "step": "2"})
    assert 'data-keys="on"' in text(client.get(url(audit)))
    assert 'data-keys="on"' in text(signed_in(client, council.keyworker).get(url(audit)))
