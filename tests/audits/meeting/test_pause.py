"""A meeting paused and taken up another day: nothing is written meanwhile, and nothing is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from audits.meeting import grading, lifecycle, pause
from audits.models import Audit, Note
from people import trail
from people.models import Notice
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused
from tests.audits.meeting.pages import SCRIPT, signed_in, text
from tests.factories import MET, Council, booked_audit, open_audit

LATER = MET + timedelta(days=3)


@pytest.fixture(autouse=True)
def on_the_day(settings: Any) -> None:
    settings.TODAY = MET.date()


@pytest.fixture
def audit(council: Council) -> Audit:
    return open_audit(council)


def test_everything_waits_and_goes_on_where_it_was(council: Council, audit: Audit) -> None:
    lifecycle.record_note(audit, by=council.keyworker, at=MET, slug="s1-needs", text="One.", version=0)
    grading.propose_grade(audit, 2, by=council.auditor, at=MET, grade="good", words="Seen.")
    with pytest.raises(Refused, match="has passed"):
        pause.pause_meeting(audit, by=council.keyworker, at=MET, meets=MET)
    paused = pause.pause_meeting(audit, by=council.keyworker, at=MET, meets=LATER)
    assert (paused.state, paused.paused_by, paused.meets) == ("in_meeting", council.keyworker, LATER)
    assert Notice.objects.get(key__contains=":paused:").to == council.auditor
    for late in (
        lambda: lifecycle.record_note(audit, by=council.keyworker, at=MET, slug="s1-needs", text="Two.", version=1),
        lambda: grading.propose_grade(audit, 2, by=council.keyworker, at=MET, grade="good"),
        lambda: lifecycle.end_meeting(audit, by=council.auditor, at=MET),
        lambda: pause.pause_meeting(audit, by=council.auditor, at=MET),
    ):
        with pytest.raises(NotNow, match="paused"):
            late()
    with pytest.raises(NotAllowed):
        pause.resume_meeting(audit, by=council.qa_officer, at=LATER)
    resumed = pause.resume_meeting(audit, by=council.auditor, at=LATER)
    assert pause.resume_meeting(audit, by=council.keyworker, at=LATER).revision == resumed.revision
    assert grading.propose_grade(audit, 2, by=council.keyworker, at=LATER, grade="good").grade == "good"
    lifecycle.record_note(audit, by=council.keyworker, at=LATER, slug="s1-needs", text="Two.", version=1)
    acts = [entry.act for entry in trail.entries_about(audit)]
    assert acts.count("audit.paused") == acts.count("audit.resumed") == 1


def test_the_qa_team_answers_while_it_is_paused(council: Council, audit: Audit) -> None:
    for person, grade in ((council.auditor, "good"), (council.keyworker, "inadequate")):
        grading.propose_grade(audit, 2, by=person, at=MET, grade=grade)
    grading.refer_grade(audit, 2, by=council.auditor, at=MET, advisers=[council.qa_officer])
    pause.pause_meeting(audit, by=council.auditor, at=MET)
    grading.advise_on_grade(audit, 2, by=council.qa_officer, at=MET, advice="Look at May again.")
    assert (
        grading.rule_on_grade(audit, 2, by=council.qa_officer, at=LATER, grade="good", why="May is there.").grade
        == "good"
    )


def test_it_is_not_taken_up_without_a_keyworker_or_a_case(council: Council, audit: Audit) -> None:
    pause.pause_meeting(audit, by=council.auditor, at=MET)
    council.keyworker.left_on = MET.date()
    council.keyworker.save()
    with pytest.raises(NotNow, match="no keyworker now"):
        pause.resume_meeting(audit, by=council.auditor, at=LATER)
    with pytest.raises(NotNow, match="cannot be changed"):
        pause.pause_meeting(booked_audit(council, number=2), by=council.auditor, at=MET)


def test_its_pages(client: Client, council: Council, audit: Audit) -> None:
    home = f"/audits/{audit.ref}/meeting/"
    signed_in(client, council.keyworker)
    assert "Pause the meeting" in text(client.get(home + "pause/"))
    half = client.post(home + "pause/", {"meets_0": "3", "meets_1": "12", "meets_2": "2026", "time": ""})
    assert half.status_code == 422
    assert "Enter the time, too." in text(half)
    past = client.post(home + "pause/", {"meets_0": "3", "meets_1": "12", "meets_2": "2020", "time": "10:30"})
    assert past.status_code == 422
    when = {"meets_0": "3", "meets_1": "12", "meets_2": "2036", "time": "10:30"}
    assert client.post(home + "pause/", when)["Location"] == home
    page = text(client.get(home))
    assert "You go on Wednesday 3 December 2036 at 10:30" in page
    assert "Raise a safeguarding concern" in page
    note = client.post(home + "notes/s1-needs/", {"text": "One.", "version": 0}, **SCRIPT)  # type: ignore[arg-type]
    assert (note.status_code, Note.objects.exists()) == (409, False)
    assert client.get(home + "live/", {"seen": 0}).json()["why"] == "The meeting is paused."
    assert client.get(home + "pause/").status_code == 409
    assert client.post(home + "go-on/")["Location"] == home
    assert "Case description and history" in text(client.get(home))
