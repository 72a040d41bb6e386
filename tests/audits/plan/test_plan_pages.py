"""The plan's page: adding, changing and taking out actions, and the SMART checker beside the form."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from audits.meeting import lifecycle, pause
from audits.models import Action, Audit, PlanDraft
from tests.audits.meeting.pages import at_most, signed_in, text
from tests.conftest import NOW
from tests.factories import MET, Council, add_action, agree, agreed_audit, fill, finalised_audit, open_audit, signed

GOOD = {
    "numbers": "2",
    "what": "Bring the chronology up to date from May to today",
    "measure": "The chronology has an entry for each event since May",
    "outcome": "His carers understand what the move meant",
    "resources": "Half a day without duty, agreed",
    "who": "worker",
    "due_on_0": "4",
    "due_on_1": "12",
    "due_on_2": "2026",
}
NO_DATE = {"due_on_0": "", "due_on_1": "", "due_on_2": ""}


@pytest.fixture(autouse=True)
def on_the_day(settings: Any) -> None:
    settings.TODAY = MET.date()


@pytest.fixture
def audit(council: Council) -> Audit:
    audit = open_audit(council)
    agree(audit, 2, "requires_improvement")
    return audit


def url(audit: Audit, rest: str = "") -> str:
    return f"/audits/{audit.ref}/plan/{rest}"


def test_an_action_is_added_for_the_grade_that_lacks_one(client: Client, council: Council, audit: Audit) -> None:
    signed_in(client, council.keyworker)
    with at_most(20):
        page = text(client.get(url(audit)))
    assert 'id="for-2" name="numbers" type="checkbox" value="2" checked' in page
    assert "no action yet" in page
    assert "By Monday 23 November 2026, the 5th working day" in page
    reply = client.post(url(audit), GOOD)
    assert (reply.status_code, reply["Location"]) == (302, url(audit))
    action = Action.objects.get()
    assert (action.owner, action.due_on, action.kind) == (council.keyworker, date(2026, 12, 4), "supervision")
    assert "1 action" in text(client.get(url(audit)))


@pytest.mark.parametrize(("who", "due_on"), [("immediate", date(2026, 11, 23)), ("manager", date(2026, 12, 16))])
def test_without_a_date_it_is_the_latest_allowed(
    client: Client, council: Council, audit: Audit, who: str, due_on: date
) -> None:
    signed_in(client, council.auditor).post(url(audit), GOOD | NO_DATE | {"who": who})
    action = Action.objects.get()
    assert (action.owner, action.due_on) == (council.manager, due_on)


def test_somebody_else_may_carry_an_action_out_and_its_owner_sees_to_it(
    client: Client, council: Council, audit: Audit
) -> None:
    fill(audit, grade="requires_improvement")
    signed_in(client, council.auditor)
    school = GOOD | {"what": "Send the attendance record of this term", "carried_out_by": "the  school’s office"}
    refused = client.post(url(audit), school | NO_DATE | {"who": "immediate"})
    assert refused.status_code == 422
    assert "An immediate action is the responsible manager’s own." in text(refused)
    assert 'value="the  school’s office"' in refused.content.decode()
    assert client.post(url(audit), school | {"carried_out_by": "x" * 121}).status_code == 422
    by_whom = "Niamh Okonkwo, through the school’s office"
    assert f"<b>{by_whom}</b>, by" in text(client.post(url(audit, "check/"), school))
    assert PlanDraft.objects.get().carried_out_by == "the  school’s office"
    assert 'value="the  school’s office"' in client.get(url(audit)).content.decode()
    assert client.post(url(audit), school).status_code == 302
    action = Action.objects.get(carried_out_by="the school’s office")
    assert (action.owner, action.by_whom) == (council.keyworker, by_whom)
    assert by_whom in text(client.get(url(audit)))
    signed(lifecycle.end_meeting(audit, by=council.auditor, at=MET))
    assert f"{by_whom}, by Friday 4 December 2026" in text(client.get(f"/audits/{audit.ref}/"))
    assert f"{action.number}. {by_whom}, by Friday 4 December 2026: Send" in audit.case_notes.latest("pk").text
    assert "through the school’s office" in text(signed_in(client, council.keyworker).get("/actions/"))
    assert "Carried out by" in text(client.get(f"/actions/{action.ref}/"))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"measure": "Ongoing updates to the chronology, seen in supervision"}, "“Ongoing” cannot be checked."),
        ({"what": "Bring it up to date ASAP please"}, "“ASAP” says neither what nor when."),
        ({"numbers": ""}, "Say which grade this action is for."),
        ({"who": ""}, "Choose how soon, and who owns it."),
        ({"outcome": ""}, "Say what will be better for the child"),
        ({"due_on_1": "1", "due_on_2": "2027"}, "The latest date allowed is Wednesday 16 December 2026."),
        ({"due_on_0": "1", "due_on_1": "11"}, "Sunday 1 November 2026 has passed. Choose Monday 16 November or later."),
        ({"due_on_0": "x"}, "The due date must be in numbers"),
    ],
)
def test_what_is_not_smart_comes_back_as_typed(
    client: Client, council: Council, audit: Audit, wrong: dict[str, str], sentence: str
) -> None:
    reply = signed_in(client, council.auditor).post(url(audit), GOOD | wrong)
    assert reply.status_code == 422
    assert sentence.lower() in text(reply).lower()
    assert "There is a problem" in text(reply)
    assert (GOOD | wrong)["resources"] in text(reply)
    assert not Action.objects.exists()


def test_all_that_is_wrong_is_listed_at_once_each_with_its_field(
    client: Client, council: Council, audit: Audit
) -> None:
    wrong = {"measure": "Better recording of visits", "resources": "no idea", "due_on_1": "1", "due_on_2": "2027"}
    for more, problems in ({}, 3), ({"who": "", "numbers": ""}, 4):
        reply = signed_in(client, council.auditor).post(url(audit), GOOD | wrong | more)
        summary = text(reply).partition("There is a problem")[2].partition("<h1")[0]
        assert (reply.status_code, summary.count("<li>")) == (422, problems)
        assert "How we will know: “Better” cannot be checked." in summary
        assert "What the owner needs: Say what" in summary
        assert "<b>Measurable</b> not yet:" in text(reply)
    assert "Grade: Say which grade this action is for." in summary
    assert "How soon, and who: Choose how soon" in summary


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ({"due_on_0": "5"}, "Saturday 5 December 2026 is a Saturday: nobody is at work"),
        ({"due_on_1": "11", "due_on_0": "2"}, "Monday 2 November 2026 has passed."),
        ({"due_on_0": "31", "due_on_1": "2"}, "The due date must be a real date."),
        ({"due_on_2": "26"}, "The due date needs a year of 4 numbers"),
    ],
)
def test_a_date_is_remarked_on_as_it_is_typed(
    client: Client, council: Council, audit: Audit, day: dict[str, str], said: str
) -> None:
    shown = text(signed_in(client, council.auditor).post(url(audit, "check/"), GOOD | day, HTTP_HX_REQUEST="true"))
    due = shown.partition('id="due-say"')[2]
    assert said in due
    assert "Choose how soon, and" not in due
    assert "working days from the meeting" not in due


def test_the_checker_reads_along_and_saves_nothing(client: Client, council: Council, audit: Audit) -> None:
    signed_in(client, council.auditor)
    said = text(client.post(url(audit, "check/"), GOOD | NO_DATE | {"measure": "ASAP"}, HTTP_HX_REQUEST="true"))
    assert "5 of 6 are clear." in said
    assert "“ASAP” cannot be checked." in said
    assert "<b>Niamh Okonkwo</b>, by <b>Wednesday 16 December 2026</b>" in said
    assert "Checked by Devinder Halloran, because nobody checks their own action." in said
    assert 'id="due-say" hx-swap-oob="true"' in said
    empty = text(client.post(url(audit, "check/"), {}))
    assert "0 of 6 are clear." in empty
    assert "qc-state--no" not in empty
    assert not Action.objects.exists()


def test_an_action_is_changed_and_a_stale_change_is_refused(client: Client, council: Council, audit: Audit) -> None:
    add_action(audit, [2])
    signed_in(client, council.auditor)
    page = text(client.get(url(audit, "1/")))
    assert 'id="who-immediate" name="who" type="radio" value="immediate"' in page
    assert 'name="version" value="1"' in page
    assert client.post(url(audit, "1/"), GOOD | {"version": "1"}).status_code == 302
    assert Action.objects.get().part == Action.Part.WORKER
    stale = client.post(url(audit, "1/"), GOOD | {"version": "1", "outcome": "She sleeps well again"})
    assert stale.status_code == 409
    assert "She sleeps well again" in text(stale)
    assert client.get(url(audit, "9/")).status_code == 404


def test_an_action_is_taken_out(client: Client, council: Council, audit: Audit) -> None:
    add_action(audit, [2])
    signed_in(client, council.auditor)
    assert client.post(url(audit, "1/remove/"), {"version": "7"}).status_code == 409
    client.post(url(audit, "1/remove/"), {"version": "1"})
    assert Action.objects.get().state == Action.State.CANCELLED
    assert client.post(url(audit, "1/remove/"), {"version": "2"}).status_code == 404


def test_outside_the_meeting_the_plan_is_read(client: Client, council: Council) -> None:
    audit = finalised_audit(council, grade="inadequate")
    page = text(signed_in(client, council.manager).get(url(audit)))
    assert "Bring the chronology up to date" in page
    assert "Add this action" not in page
    assert client.post(url(audit), GOOD).status_code == 403
    assert signed_in(client, council.auditor).post(url(audit), GOOD).status_code == 409
    assert signed_in(client, council.other_auditor).get(url(audit)).status_code == 404


def begin(client: Client, audit: Audit, **more: str) -> str:
    return text(client.post(url(audit, "check/"), NO_DATE | more, HTTP_HX_REQUEST="true"))


def test_what_is_begun_is_kept_for_oneself_until_it_is_added(client: Client, council: Council, audit: Audit) -> None:
    signed_in(client, council.keyworker)
    said = begin(client, audit, what="Half an\r\naction", numbers="2", who="worker", due_on_0="4", due_on_1="12")
    assert "Not in the plan until you add it." in said
    with at_most(21):
        page = text(client.get(url(audit)))
    assert "Half an action</textarea>" in page
    assert "Clear what I typed" in page
    assert 'aria-describedby="who-worker-h" checked' in page
    assert "Half an" not in text(signed_in(client, council.auditor).get(url(audit)))
    ending = text(client.get(f"/audits/{audit.ref}/meeting/end/"))
    assert "Niamh has begun an action that is not in the plan." in ending
    signed_in(client, council.keyworker)
    assert "add it or clear it" in text(client.get(f"/audits/{audit.ref}/meeting/end/"))
    client.post(url(audit), GOOD)
    assert not PlanDraft.objects.exists()


def test_a_change_that_was_begun_is_kept_beside_the_action(client: Client, council: Council, audit: Audit) -> None:
    add_action(audit, [2])
    signed_in(client, council.auditor)
    begin(client, audit, number="1", version="1", what="Bring the genogram up to date")
    assert "Bring the genogram" in text(client.get(url(audit, "1/")))
    assert "Bring the genogram" not in text(client.get(url(audit)))
    assert client.post(url(audit, "clear/"), {"number": "1"})["Location"] == url(audit)
    assert "Bring the genogram" not in text(client.get(url(audit, "1/")))


def test_nothing_is_kept_without_words_or_while_the_meeting_is_paused(
    client: Client, council: Council, audit: Audit
) -> None:
    signed_in(client, council.auditor)
    begin(client, audit, numbers="2", who="worker")
    assert not PlanDraft.objects.exists()
    begin(client, audit, what="Visit him at school")
    begin(client, audit, what=" ")
    assert not PlanDraft.objects.exists()
    begin(client, audit, what="Visit him at school")
    too_long = client.post(url(audit, "check/"), {"what": "x" * 10_001}, HTTP_HX_REQUEST="true")
    assert (too_long.status_code, PlanDraft.objects.get().what) == (422, "Visit him at school")
    pause.pause_meeting(audit, by=council.auditor, at=NOW)
    paused = client.post(url(audit, "check/"), {"what": "Visit her"}, HTTP_HX_REQUEST="true")
    assert paused.status_code == 409
    assert "The meeting is paused" in text(paused)


def test_what_was_begun_and_not_added_goes_when_the_audit_is_final(council: Council) -> None:
    audit = agreed_audit(council)
    PlanDraft.objects.create(audit=audit, what="Half", written_at=NOW, written_by=council.auditor)
    signed(audit)
    assert not PlanDraft.objects.exists()


def test_the_plan_on_the_page_follows_the_other_chair(client: Client, council: Council, audit: Audit) -> None:
    signed_in(client, council.keyworker)
    page = text(client.get(url(audit)))
    ask = re.search(r'hx-get="([^"]+)"', page)
    assert ask is not None
    assert client.get(ask[1]).status_code == 204
    add_action(audit, [2])
    with at_most(9):
        fresh = text(client.get(ask[1]))
    assert "Bring the chronology up to date" in fresh
    assert "?key=1.1" in fresh
