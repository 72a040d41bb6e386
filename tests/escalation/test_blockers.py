"""Whoever must act now is named wherever something waits, with what is missing; and nobody is told of themselves."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.test import Client

from audits.models import Action
from escalation.escalations import monitor
from escalation.sweep import sweep_deadlines
from people.models import Notice
from standards.grades import Grade
from tests.audits.meeting.pages import signed_in, text
from tests.escalation.build import finalised_audit
from tests.escalation.steps.test_owners import run
from tests.escalation.walk import do, opened, step
from tests.factories import Council

MOST_LATE = date(2026, 12, 21)
"""Twenty working days after the immediate actions are due."""


def test_with_all_done_and_the_head_s_signature_missing_the_head_is_named_and_the_next_above_told(
    client: Client, council: Council, settings: Any
) -> None:
    settings.TODAY = MOST_LATE
    audit = finalised_audit(council, grade=Grade.INADEQUATE)
    do(audit.actions.get(kind=Action.Kind.IMMEDIATE))
    sweep_deadlines(on=MOST_LATE, at=datetime(2026, 12, 21, 9, 0, tzinfo=UTC))
    late = Notice.objects.filter(key__startswith=f"late:{opened(audit).ref}/immediate_actions")
    assert {notice.to.name for notice in late} == {"Amara Whitlock", "Leona Bhandari", "Piotr Hargreaves"}
    assert {notice.subject for notice in late} == {
        f"Inadequate, 20 working days late, with Marguerite Osei: Immediate actions of {audit.ref}"
    }
    missing = "with Marguerite Osei: all of it is done, and only the signature is missing."
    assert all(missing in notice.body for notice in late)
    acknowledging = Notice.objects.filter(key__startswith=f"late:{opened(audit).ref}/acknowledge")
    assert "Marguerite Osei" not in {notice.to.name for notice in acknowledging}
    shown = text(signed_in(client, council.assistant_director).get(f"/escalations/{audit.ref}/"))
    assert "Now it waits for Marguerite Osei to sign: all of it is done, and only the signature is missing." in shown
    assert "Now it waits for Devinder Halloran: its action is not done" not in shown
    [row] = monitor.monitor_rows(monitor.monitored_escalations(council.qa_officer), on=MOST_LATE)
    assert (row.with_whom, row.missing) == ("Marguerite Osei", "it is not acknowledged yet")
    client.post(f"/escalations/{audit.ref}/immediate_actions/ask/")
    asked = signed_in(client, council.qa_officer).post(f"/escalations/{audit.ref}/immediate_actions/ask/", follow=True)
    assert "Asked. Marguerite Osei has been told." in text(asked)


def test_of_the_month_s_work_it_says_what_is_missing(council: Council) -> None:
    audit = finalised_audit(council, grade=Grade.REQUIRES_IMPROVEMENT)
    run(date(2026, 12, 17))
    late = Notice.objects.get(key__startswith=f"late:{step(opened(audit), 'actions').ref}")
    missing = "2 of 2 actions are not done, supervision is not recorded, the entry is not on the file"
    assert missing in late.body
    assert late.subject.startswith("Requires improvement, 1 working day late, with Devinder Halloran")
