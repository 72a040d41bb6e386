"""Subject access: all that is held about a child or a worker, nothing of anybody else's, by the Head of QA alone."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import models
from django.test import Client

from audits.meeting import grading
from audits.models import Action, Audit, Case, Mark, Note, Proposal
from audits.overview import spot_views
from people import trail
from people.models import Notice, TrailEntry, User
from qualitycounts.base.refusals import NotAllowed, Refused
from qualitycounts.subject_access.answer import answer_request
from qualitycounts.subject_access.held import pointers, walked_models
from qualitycounts.subject_access.values import BLACKED_OUT, About
from qualitycounts.subject_access.views import page_of
from tests.conftest import NOW, TODAY
from tests.factories import CaseFactory, Council, finalised_audit, open_audit
from tests.people.handed import confirm

CANARY = "Zinnia sang to the other child"
OWN = "Marigold walked to this child"
ABOUT_NOBODY = {
    "people": {"Service", "Team", "Heartbeat", "PasswordAsk"},
    "standards": {
        *("StandardSet", "GradeDescriptor", "SmartQuestion", "Indicator", "Standard", "Section", "Criterion"),
        *("StandardDraft", "StandardSetDraft", "Tool"),
    },
    "audits": {"WorkerSay"},
    "reporting": {"Theme"},
    "account": {"EmailConfirmation"},
}
"""Models that hold nothing of a person who can be told; what workers say of an audit names nobody on purpose."""


def say(audit: Audit, words: str) -> None:
    """Put words into whatever two people wrote in an audit."""
    for model, field, way in ((Note, "text", "audit"), (Action, "what", "audit"), (Mark, "seen", "audit")):
        model._default_manager.filter(**{way: audit}).update(**{field: words})  # type: ignore[attr-defined]
    Proposal.objects.filter(judgement__audit=audit).update(words=words)


@pytest.fixture
def two_audits(council: Council) -> tuple[Audit, Audit]:
    """One audit of the council's case, and one of a child of another worker, each with words of its own."""
    ours = finalised_audit(council, standards={2: "requires_improvement"})
    theirs = finalised_audit(council, number=2, case=CaseFactory.create(keyworker=council.other_keyworker))
    say(ours, OWN)
    say(theirs, CANARY)
    return ours, theirs


def test_every_model_is_reached_from_a_child_or_a_worker_or_holds_nobody() -> None:
    reached = {pointing for start in (Case, User) for pointing in all_pointing(start)}
    unsaid = [
        model._meta.label
        for model in walked_models()
        if model not in reached and model.__name__ not in ABOUT_NOBODY.get(model._meta.app_label, set())
    ]
    assert unsaid == []


def all_pointing(start: type[models.Model]) -> set[type[models.Model]]:
    """Every model that points at this one, however far."""
    reached, waiting = {start}, [start]
    while waiting:
        for pointing, _ in pointers(waiting.pop()):
            if pointing not in reached:
                reached.add(pointing)
                waiting.append(pointing)
    return reached


def test_a_childs_copy_has_all_of_theirs_and_nothing_of_another_childs(
    council: Council, two_audits: tuple[Audit, Audit]
) -> None:
    ours, theirs = two_audits
    spot_views.open_case(
        by=council.assistant_director, at=NOW, kind="spot", number=ours.case.person_id, why="A look at this file."
    )
    number = council.case.person_id
    with trail.acting(by=council.qa_officer, at=NOW) as act:
        act.add("cases.looked_at", theirs.case, content={"lines": [f"Sister of {number}", CANARY]})
    copied = answer_request(number=number, why="Request 2026/1.", by=council.head_of_qa, at=NOW)
    page = page_of(copied)
    kinds = {record.kind for record in copied.records}
    assert {"Case", "Audit", "Judgement", "Proposal", "Note", "Action", "Viewing", "Trail entry"} <= kinds
    assert OWN in page
    assert "A look at this file." in page
    assert f"Sister of {number}" in page, "a line elsewhere that names the child"
    assert [words for words in (CANARY, theirs.case.person_id, theirs.ref) if words in page] == []
    values = {(record.kind, value.label): value for record in copied.records for value in record.values}
    assert {values["Case", label].about for label in ("Age", "Gender", "Ethnicity", "Disability")} == {About.SUBJECT}
    assert values["Case", "Keyworker"].about == values["Case", "Worker name"].about == About.OTHERS
    assert values["Note", "Text"].about == About.READ
    entry = TrailEntry.objects.get(act="subject_access.answered")
    assert (entry.by, entry.ref, entry.why) == (council.head_of_qa, number, "Request 2026/1.")
    assert trail.verify().ok


def test_what_is_about_others_can_be_taken_out(council: Council, two_audits: tuple[Audit, Audit]) -> None:
    ours, theirs = two_audits
    say(ours, f"{council.auditor.name} rang about {theirs.case.person_id}.")
    number, by = council.case.person_id, council.head_of_qa
    marked = page_of(answer_request(number=number, why="Request 1.", by=by, at=NOW))
    assert f"<mark>{council.keyworker.name}" in marked
    assert f"names {council.auditor.name}, {theirs.case.person_id}" in marked
    taken = page_of(answer_request(number=number, why="Request 1.", black_out=True, by=by, at=NOW))
    assert f"{BLACKED_OUT} rang about {BLACKED_OUT}." in taken
    staff = set(User.objects.values_list("name", flat=True)) | {theirs.case.person_id, council.keyworker.email}
    assert [name for name in staff if name in taken] == []


def test_a_workers_copy_has_what_they_did_and_what_was_said_of_their_audits_and_they_are_told(
    council: Council, two_audits: tuple[Audit, Audit]
) -> None:
    ours, theirs = two_audits
    copied = answer_request(email=council.keyworker.email, why="Request 2.", by=council.head_of_qa, at=NOW)
    page = page_of(copied)
    assert [words for words in (council.keyworker.name, OWN, ours.ref, "Membership") if words not in page] == []
    assert [words for words in (CANARY, theirs.ref, theirs.case.person_id) if words in page] == []
    assert council.keyworker.password not in page
    cases = [value for record in copied.records if record.kind == "Case" for value in record.values]
    assert {value.about for value in cases if value.label != "Keyworker"} == {About.OTHERS}
    notice = Notice.objects.get(to=council.keyworker, subject__startswith="A copy of what is held about you")
    assert council.head_of_qa.name in notice.body


def test_grades_of_a_meeting_that_goes_on_are_withheld_and_said_to_be(council: Council) -> None:
    audit = open_audit(council)
    grading.propose_grade(audit, 1, grade="good", words=CANARY, by=council.auditor, at=NOW)
    copied = answer_request(number=council.case.person_id, why="Request 3.", by=council.head_of_qa, at=NOW)
    assert copied.withheld["judgement"] > 0
    assert CANARY not in page_of(copied)
    assert "Not in this copy yet" in page_of(copied)


def test_only_the_head_of_qa_answers_on_the_page_and_on_the_server(
    client: Client, council: Council, settings: Any
) -> None:
    settings.TODAY = TODAY
    number = council.case.person_id
    for other in (council.qa_officer, council.administrator, council.assistant_director, council.keyworker):
        with pytest.raises(NotAllowed):
            answer_request(number=number, why="Request 4.", by=other, at=NOW)
        client.force_login(other)
        assert client.post("/subject-access/", {"number": number, "why": "Request 4."}).status_code == 403
        with pytest.raises(CommandError):
            call_command("subject_access", "--person-id", number, "--by", other.email, "--why", "Request 4.")
    assert not TrailEntry.objects.filter(act="subject_access.answered").exists()
    for asked in ({}, {"number": number, "email": council.staff.email}, {"number": "1"}, {"email": "no@example.org"}):
        with pytest.raises(Refused):
            answer_request(why="Request 4.", by=council.head_of_qa, at=NOW, **asked)
    client.force_login(council.head_of_qa)
    asked = {"number": number, "why": "Request 4.", "others": "mark"}
    assert client.post("/subject-access/", asked).status_code == 302, "the password first"
    confirm(client)
    assert client.post("/subject-access/", {**asked, "why": ""}).status_code == 422
    answered = client.post("/subject-access/", asked)
    assert (answered.status_code, number in answered["Content-Disposition"]) == (200, False)
    assert answered["Content-Disposition"].startswith("attachment")
    said = StringIO()
    by = council.head_of_qa.email
    call_command("subject_access", "--person-id", number, "--by", by, "--why", "Request 4.", "--json", stdout=said)
    assert json.loads(said.getvalue())["records"][0]["kind"] == "Case"
