"""The entry for the child's file keeps each way it has read, and says when the file has an older one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.test import Client

from audits.follow_up import actions, case_note, closing, replan
from audits.models import Action, Audit
from people import council_settings, trail
from standards.grades import Grade
from tests.audits.meeting.pages import at_most, signed_in, text
from tests.conftest import NOW, TODAY
from tests.escalation.build import finalised_audit
from tests.escalation.walk import fresh
from tests.factories import Council


def test_each_turn_of_an_action_is_a_version(client: Client, council: Council, settings: Any) -> None:
    settings.TODAY = TODAY
    audit = finalised_audit(council, grade=Grade.REQUIRES_IMPROVEMENT)
    assert [one.number for one in case_note.versions(audit)] == [1]
    action = fresh(audit.actions.get(kind=Action.Kind.IMMEDIATE))
    actions.complete_action(action, by=council.manager, at=NOW, evidence="Chronology, page 2.", version=1)
    actions.send_back_action(fresh(action), by=council.qa_officer, at=NOW, why="June is missing.", version=2)
    replan.extend_action(
        fresh(action), by=council.qa_officer, at=NOW, due_on=TODAY + timedelta(days=7), why="He was away.", version=3
    )
    kept = case_note.versions(audit)
    assert [one.number for one in kept] == [4, 3, 2, 1]
    assert "Evidence: Chronology, page 2." in kept[2].text
    assert "Monday 30 November 2026" in kept[0].text
    assert kept[0].text == case_note.text(Audit.objects.get(pk=audit.pk))
    with trail.acting(by=council.manager, at=NOW) as act:
        again = case_note.store_case_note(act, audit)
    assert again == kept[0]

    assert "Now: to do." in kept[0].text
    assert "Evidence: " not in kept[0].text

    closing.confirm_on_file(audit, by=council.keyworker, at=NOW, on=TODAY)
    signed_in(client, council.keyworker)
    page = f"/audits/{audit.ref}/note/"
    assert "has changed since" not in text(client.get(page))
    later = NOW + timedelta(hours=1)
    actions.complete_action(
        fresh(action), by=council.manager, at=later, evidence="Chronology, pages 2 and 3.", version=4
    )
    with at_most(16):
        said = text(client.get(page))
    assert "It has changed since it was put on the file" in said
    assert "put version 4 on the file" in said
    assert said.count("Version ") == 5
    assert "Now: done on Monday 23 November 2026 by Devinder Halloran." in case_note.text(audit)
    assert said.count("How it has read") == 1
    old = text(client.get(f"{page}?version=1"))
    assert "This is version 1" in old
    assert "Chronology, page" not in old
    assert "This is version" not in text(client.get(f"{page}?version=99"))


def test_a_check_asks_for_no_new_paste_and_a_supervision_does(council: Council, settings: Any) -> None:
    settings.TODAY = TODAY
    audit = finalised_audit(council, grade=Grade.REQUIRES_IMPROVEMENT)
    action = fresh(audit.actions.get(kind=Action.Kind.IMMEDIATE))
    actions.complete_action(action, by=council.manager, at=NOW, evidence="Chronology, page 2.", version=1)
    closing.confirm_on_file(audit, by=council.keyworker, at=NOW, on=TODAY)
    later = NOW + timedelta(hours=1)
    actions.verify_action(fresh(action), by=council.qa_officer, at=later, version=2)
    audit = Audit.objects.get(pk=audit.pk)
    assert not case_note.has_changed(audit)
    closing.record_supervision(audit, by=council.manager, at=later, on=TODAY, discussed="What the move meant.")
    assert case_note.has_changed(audit)
    assert "Talked through on Monday 23 November 2026, recorded by Devinder Halloran." in case_note.text(audit)
    for number, (value, grades, case) in enumerate((("case", False, True), ("none", False, False))):
        change = {"value": value, "why": "Asked by the child’s advocate.", "number": number}
        council_settings.change(case_note.GRADES, by=council.head_of_qa, at=later, **change)
        said = case_note.text(audit)
        assert ("\nGrades\n" in said, "The case as a whole was graded" in said) == (grades, case)
        assert "How we will know:" in said
