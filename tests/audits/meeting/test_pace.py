"""The bar of a meeting: where the other is, how long it goes, what is done and what comes next; and who still types."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from audits.locking import topic_of
from audits.meeting import grading, lifecycle, pause
from audits.meeting.missing import missing_for_ending
from audits.meeting.pace import minutes_in_meeting
from audits.meeting.set_aside import propose_aside
from audits.models import Action, Audit
from people.models import User
from qualitycounts.base import live
from tests.audits.meeting.pages import SCRIPT, fill, signed_in, text
from tests.factories import MET, CaseFactory, Council, booked_audit, filled_audit, open_audit


@pytest.fixture(autouse=True)
def on_the_day(settings: Any) -> None:
    settings.TODAY = MET.date()


@pytest.fixture
def audit(council: Council) -> Audit:
    return open_audit(council)


def page(client: Client, audit: Audit, by: User, step: str = "2") -> Any:
    return signed_in(client, by).get(f"/audits/{audit.ref}/meeting/", {"step": step})


def next_act(client: Client, audit: Audit, by: User, step: str = "2") -> tuple[str, str]:
    act = page(client, audit, by, step).context["desk"].next_act
    return act.text, act.url


def test_a_meeting_left_open_overnight_counts_no_minutes(
    client: Client, council: Council, audit: Audit, settings: Any
) -> None:
    settings.TODAY = MET.date() + timedelta(days=2)
    shown = text(page(client, audit, council.auditor))
    assert "<b>over 10</b> h" in shown
    assert "</b> min" not in shown


def test_minutes_count_while_it_goes_on_and_stop_at_a_pause(council: Council, audit: Audit) -> None:
    def after(minutes: int) -> Any:
        return MET + timedelta(minutes=minutes)

    assert minutes_in_meeting(audit, at=after(0)) == 0
    assert minutes_in_meeting(audit, at=after(43)) == 43
    pause.pause_meeting(audit, by=council.auditor, at=after(30))
    assert minutes_in_meeting(audit, at=after(43)) == 30
    pause.resume_meeting(audit, by=council.auditor, at=after(1000))
    assert minutes_in_meeting(audit, at=after(1012)) == 42


def test_the_next_button_changes_with_the_state_of_the_step(client: Client, council: Council, audit: Audit) -> None:
    assert next_act(client, audit, council.auditor)[0].startswith("Mark ")
    fill(audit)
    assert next_act(client, audit, council.auditor) == ("Propose", "#a-grade")
    grading.propose_grade(audit, 2, by=council.auditor, at=MET, grade="good")
    assert next_act(client, audit, council.auditor) == ("Waiting for Niamh", "")
    assert next_act(client, audit, council.keyworker) == ("Propose and reveal", "#a-grade")
    grading.propose_grade(audit, 2, by=council.keyworker, at=MET, grade="inadequate")
    assert next_act(client, audit, council.auditor) == ("Enter the grade you agree", "#a-grade")
    assert next_act(client, audit, council.keyworker) == ("Waiting for Tomasz", "")
    grading.offer_grade(audit, 2, by=council.auditor, at=MET, grade="requires_improvement")
    assert next_act(client, audit, council.auditor) == ("Waiting for Niamh", "")
    assert next_act(client, audit, council.keyworker) == ("Confirm", "#a-grade")
    said = text(page(client, audit, council.keyworker, "5"))
    assert "1 yours to confirm" in said
    assert f'href="/audits/{audit.ref}/meeting/?step=2#a-grade"' in said
    grading.confirm_grade(audit, 2, by=council.keyworker, at=MET, grade="requires_improvement")
    act, url = next_act(client, audit, council.auditor)
    assert act.startswith("Next: Standard 3")
    assert url == f"/audits/{audit.ref}/meeting/?step=3"
    desk = page(client, audit, council.auditor).context["desk"]
    assert (desk.done, len(desk.graded_standards), desk.to_answer) == (1, 7, [])
    propose_aside(audit, 2, by=council.auditor, at=MET, why="The plan is a week old.")
    assert next_act(client, audit, council.keyworker) == ("Answer Tomasz", "#a-aside")


def test_the_steps_without_a_grade_say_what_is_missing_then_lead_on(
    client: Client, council: Council, audit: Audit
) -> None:
    assert next_act(client, audit, council.auditor, "record") == ("9 to fill in", "#sheet")
    fill(audit)
    assert next_act(client, audit, council.auditor, "record") == (
        "Next: Headline indicators",
        f"/audits/{audit.ref}/meeting/?step=indicators",
    )
    assert next_act(client, audit, council.auditor, "indicators")[0] == "Next: The case as a whole"


def test_on_both_sheets_one_proposes_then_agrees_then_goes_on(client: Client, council: Council, audit: Audit) -> None:
    assert next_act(client, audit, council.auditor, "marks") == ("Propose", "#a-propose")
    for by, grade in ((council.auditor, "good"), (council.keyworker, "outstanding")):
        grading.propose_grades(audit, dict.fromkeys(range(1, 8), (grade, "")), by=by, at=MET)
    assert next_act(client, audit, council.auditor, "marks") == ("Agree on the grades", "#a-agree")
    agreed = filled_audit(council, number=2, case=CaseFactory.create(keyworker=council.keyworker))
    assert next_act(client, agreed, council.auditor, "marks")[0] == "Next: Child’s record and feedback"


def test_each_sees_which_step_the_other_has_open(client: Client, council: Council, audit: Audit) -> None:
    page(client, audit, council.auditor, "3")
    said = text(page(client, audit, council.keyworker, "2"))
    assert 'href="?step=3">join</a>' in said
    page(client, audit, council.auditor, "record")
    news = signed_in(client, council.keyworker).get(f"/audits/{audit.ref}/meeting/live/", {"seen": audit.revision})
    assert (news.json()["place"], news.json()["place_in_words"]) == ("record", "Child’s record")


def test_neither_pauses_or_ends_it_over_what_the_other_types(
    client: Client, council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "TYPING", 60)
    audit = filled_audit(council)
    base = f"/audits/{audit.ref}/meeting/"
    signed_in(client, council.keyworker).get(f"{base}live/", {"typing": "s1-needs"})
    said = "Niamh is typing in “What needs to happen?”."
    signed_in(client, council.auditor)
    for rest in ("pause/", "end/"):
        assert said in text(client.get(f"{base}{rest}"))
        refused = client.post(f"{base}{rest}")
        assert refused.status_code == 422
        assert f"{said} Wait a moment until it is saved" in text(refused)
    note = audit.notes.get(slug="s1-works-well")
    words = {"text": "Saved.", "version": note.version}
    signed_in(client, council.keyworker).post(f"{base}notes/s1-works-well/", words, **SCRIPT)
    assert said not in text(signed_in(client, council.auditor).get(f"{base}end/"))
    signed_in(client, council.keyworker).get(f"{base}live/", {"typing": "s1-needs"})
    assert signed_in(client, council.auditor).post(f"{base}end/", {"now": "1"})["Location"].endswith("/sign/")
    live.note_typing(topic_of(audit), council.keyworker.pk, "")  # another test's audit may have the same key


def test_taken_up_on_a_later_day_it_lists_the_dates_that_have_passed(
    client: Client, council: Council, settings: Any
) -> None:
    audit = filled_audit(council, standards={2: "requires_improvement"})
    action = Action.objects.order_by("number")[0]
    later = MET + timedelta(days=14)
    pause.pause_meeting(audit, by=council.auditor, at=MET)
    pause.resume_meeting(audit, by=council.auditor, at=later)
    settings.TODAY = later.date()
    said = text(signed_in(client, council.auditor).get(f"/audits/{audit.ref}/meeting/end/"))
    assert "that date is before the meeting. Choose Monday 30 November" in said
    assert f'href="/audits/{audit.ref}/plan/{action.number}/"' in said
    assert "Nothing is missing" not in said
    assert [gap.step for gap in missing_for_ending(audit, on=date(2026, 11, 30)) if gap.blocks] == ["plan"]
    assert [gap.step for gap in missing_for_ending(audit, on=MET.date()) if gap.blocks] == []


def test_the_page_to_open_it_from_turns_by_itself(client: Client, council: Council) -> None:
    audit = booked_audit(council)
    address, asks = f"/audits/{audit.ref}/meeting/", {"HTTP_HX_REQUEST": "true"}
    signed_in(client, council.keyworker)
    assert f'hx-get="{address}"' in text(client.get(address))
    waits = client.get(address, **asks)
    assert (waits.status_code, waits.has_header("HX-Refresh")) == (204, False)
    lifecycle.open_meeting(audit, by=council.auditor, at=MET, why="We both have time.")
    assert client.get(address, **asks)["HX-Refresh"] == "true"


def test_what_is_missing_beside_a_step_is_never_stale(client: Client, council: Council, audit: Audit) -> None:
    before = page(client, audit, council.auditor, "record").context["desk"].keys["beside"]
    fill(audit)
    news = client.get(f"/audits/{audit.ref}/meeting/live/", {"seen": "1", "step": "record", "beside": before}).json()
    assert "is not filled in" not in news["parts"]["beside"]["html"]
