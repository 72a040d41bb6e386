"""The entry for the child's file keeps each way it has read, and says when the file has an older one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.test import Client

from audits import actions, case_note, follow_up, replan
from audits.models import Action, Audit
from people import trail
from standards.grades import Grade
from tests.audits.pages import at_most, signed_in, text
from tests.conftest import NOW, TODAY
from tests.escalation.build import finalised_audit
from tests.escalation.walk import fresh
from tests.factories import Council


def test_each_turn_of_an_action_is_a_version(client: Client, council: Council, settings: Any) -> None:
    settings.TODAY = TODAY
    audit = finalised_audit(council, grade=Grade.REQUIRES_IMPROVEMENT)
    assert [one.number for one in case_note.versions(audit)] == [1]
    action = fresh(audit.actions.get(kind=Action.Kind.IMMEDIATE))
    actions.do(action, by=council.manager, at=NOW, evidence="Chronology, page 2.", version=1)
    actions.send_back(fresh(action), by=council.qa_officer, at=NOW, why="June is missing.", version=2)
    replan.extend(
        fresh(action), by=council.qa_officer, at=NOW, due_on=TODAY + timedelta(days=7), why="He was away.", version=3
    )
    kept = case_note.versions(audit)
    assert [one.number for one in kept] == [4, 3, 2, 1]
    assert "Evidence: Chronology, page 2." in kept[2].text
    assert "Monday 30 November 2026" in kept[0].text
    assert kept[0].text == case_note.text(Audit.objects.get(pk=audit.pk))
    with trail.acting(by=council.manager, at=NOW) as act:
        again = case_note.keep(act, audit)
    assert again == kept[0]

    follow_up.put_on_file(audit, by=council.keyworker, at=NOW, on=TODAY)
    signed_in(client, council.keyworker)
    page = f"/audits/{audit.ref}/note/"
    assert "has changed since" not in text(client.get(page))
    later = NOW + timedelta(hours=1)
    actions.do(fresh(action), by=council.manager, at=later, evidence="Chronology, pages 2 and 3.", version=4)
    with at_most(16):
        said = text(client.get(page))
    assert "It has changed since it was put on the file" in said
    assert said.count("Version ") == 5
    assert said.count("How it has read") == 1
    old = text(client.get(f"{page}?version=1"))
    assert "This is version 1" in old
    assert "Chronology, page" not in old
    assert "This is version" not in text(client.get(f"{page}?version=99"))
