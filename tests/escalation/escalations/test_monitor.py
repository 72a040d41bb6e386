"""The monitor: every Requires improvement and Inadequate that is not closed, what comes next, and its silence."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from audits.follow_up import actions, closing
from audits.models import Action
from escalation import ladder
from escalation.escalations import monitor
from escalation.models import Escalation
from escalation.steps import acting as steps_acting
from people import trail
from standards.grades import Grade
from tests.audits.meeting.pages import at_most, signed_in, text
from tests.conftest import NOW, TODAY
from tests.escalation.build import finalised_audit
from tests.escalation.walk import fresh, opened, step
from tests.factories import MET, CaseFactory, Council


@pytest.fixture(autouse=True)
def on_the_day(settings: Any) -> None:
    settings.TODAY = TODAY


def test_silence_counts_from_the_last_thing_that_happened(council: Council) -> None:
    audit = finalised_audit(council, grade=Grade.INADEQUATE)
    finalised_audit(council, grade=Grade.GOOD, number=2, case=CaseFactory.create(keyworker=council.keyworker))

    def row() -> monitor.MonitorRow:
        [found] = monitor.monitor_rows(monitor.monitored_escalations(council.qa_officer), on=TODAY)
        return found

    assert (row().title, row().days_left, row().silent) == ("Acknowledge", -4, 5)
    steps_acting.acknowledge_step(
        step(opened(audit), "acknowledge"), by=council.head_of_service, at=MET + timedelta(days=1)
    )
    assert (row().title, row().silent) == ("Immediate actions", 4)
    action = fresh(audit.actions.get(kind=Action.Kind.IMMEDIATE))
    actions.complete_action(action, by=council.manager, at=MET + timedelta(days=2), evidence="Page 2.", version=1)
    assert row().silent == 3
    closing.record_supervision(audit, by=council.manager, at=NOW, on=TODAY, discussed="The chronology.")
    assert row().silent == 0
    with trail.acting(by=None, at=NOW) as act:
        ladder.end_escalation(act, Escalation.objects.get(), why="The panel regraded it.")
    assert (row().title, row().step) == ("Ready to be closed", None)


def test_qa_and_the_assistant_director_read_it_and_it_asks_the_same_for_many(client: Client, council: Council) -> None:
    page = "/escalations/monitor/"
    for who, status in ((council.head_of_service, 403), (council.assistant_director, 200), (council.qa_officer, 200)):
        assert signed_in(client, who).get(page).status_code == status
    for number in range(1, 12):
        case = CaseFactory.create(keyworker=council.keyworker)
        finalised_audit(council, grade=Grade.REQUIRES_IMPROVEMENT, number=number, case=case)
        if number in (1, 11):
            with at_most(13):
                said = text(client.get(page))
    assert said.count("5 working days </span>") == 11
    assert "QC-2611-003" in text(client.get(f"{page}?step=acknowledge&path=requires_improvement"))
    assert '<option value="safeguarding"' not in said
    assert "Take out a filter" in text(client.get(f"{page}?path=inadequate"))
