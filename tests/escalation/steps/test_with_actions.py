"""A step and its actions are one: signed once, moved together, and in time by the day on which they were done."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from audits.follow_up import actions, replan
from audits.models import Action, Audit, Viewing
from escalation.models import Step
from escalation.steps import acting, moving
from escalation.steps.kinds import re_audits
from people.models import Notice, TrailEntry
from qualitycounts.base.refusals import Refused
from standards.grades import Grade
from tests.audits.meeting.pages import signed_in, text
from tests.conftest import TODAY
from tests.escalation.build import add_action, finalised_audit
from tests.escalation.walk import LATER, do, fresh, opened, step, to_qa_check
from tests.factories import MET, Council, met_and_signed
from tests.work import rows

MORE = date(2026, 12, 4)
WHY = "The school is closed until Wednesday."


@pytest.fixture(autouse=True)
def fixed_day(settings: Any) -> None:
    settings.TODAY = TODAY


@pytest.fixture
def audit(council: Council) -> Audit:
    audit = finalised_audit(council, grade=Grade.INADEQUATE)
    add_action(audit)
    return audit


def signs(action: Action, council: Council) -> Action:
    return actions.countersign_action(
        fresh(action), by=council.head_of_service, at=LATER, version=fresh(action).version
    )


def test_the_last_signature_on_an_action_signs_the_step_and_one_row_asks_for_it(audit: Audit, council: Council) -> None:
    first, second = audit.actions.filter(kind=Action.Kind.IMMEDIATE).order_by("number")
    do(first)
    assert [what for what, _, _ in rows(council.head_of_service)] == ["Say that you have read it and have it"]
    signs(first, council)
    do(second)
    asked = [row for row in rows(council.head_of_service) if "sign" in row[0]]
    assert asked == [("Read the evidence and sign", audit.ref, date(2026, 11, 23))]
    signs(second, council)
    signed = step(opened(audit), "immediate_actions")
    assert (signed.state, signed.done_by) == (Step.State.DONE, council.head_of_service)
    assert TrailEntry.objects.filter(ref=signed.ref, act="step.signed").count() == 1
    assert not [row for row in rows(council.head_of_service) if "sign" in row[0]]


def test_the_signature_on_the_step_signs_each_action_and_tells_qa_once(audit: Audit, council: Council) -> None:
    for action in audit.actions.filter(kind=Action.Kind.IMMEDIATE):
        do(action)
    acting.sign_step(step(opened(audit), "immediate_actions"), by=council.head_of_service, at=LATER)
    assert not audit.actions.filter(kind=Action.Kind.IMMEDIATE, countersigned_at=None).exists()
    told = Notice.objects.get(key__startswith=f"{audit.ref}:actions_signed")
    assert (told.to, told.subject) == (council.qa_officer, f"{audit.ref}: 2 immediate actions signed, to be checked")


def test_a_later_date_of_the_step_moves_its_actions_and_the_other_way_round(audit: Audit, council: Council) -> None:
    escalation, was = opened(audit), date(2026, 11, 23)
    moving.extend_step(
        step(escalation, "immediate_actions"), by=council.qa_officer, at=LATER, was=was, due_on=MORE, why=WHY
    )
    immediate = audit.actions.filter(kind=Action.Kind.IMMEDIATE)
    assert set(immediate.values_list("due_on", "first_due_on")) == {(MORE, was)}
    assert audit.actions.get(kind=Action.Kind.SUPERVISION).due_on == date(2026, 12, 16)
    later, action = date(2026, 12, 9), fresh(immediate.order_by("number")[0])
    replan.extend_action(
        action,
        by=council.head_of_service,
        at=LATER,
        due_on=later,
        why="The interpreter is ill.",
        version=action.version,
    )
    moved = step(escalation, "immediate_actions")
    assert (moved.due_on, moved.first_due_on) == (later, was)
    for due_on, why, sentence in (
        (date(2026, 12, 10), "x", "what stood in the way"),
        (date(2028, 12, 29), WHY, "That is too far off. Choose Monday 11 January 2027"),
    ):
        with pytest.raises(Refused, match=sentence):
            moving.extend_step(moved, by=council.qa_officer, at=LATER, was=later, due_on=due_on, why=why)


def test_it_is_in_time_by_the_day_on_which_it_was_done(client: Client, audit: Audit, council: Council) -> None:
    action = fresh(audit.actions.filter(kind=Action.Kind.IMMEDIATE)[0])
    page = f"/actions/{action.ref}/done/"
    signed_in(client, council.manager)
    shown = text(client.get(page))
    assert "On which day was it done?" in shown
    typed = {"version": action.version, "evidence": "Visit recorded on Mosaic.", "done_on_1": "11", "done_on_2": "2026"}
    for day, sentence in (("24", "That day has not come yet."), ("13", "before the audit’s meeting on Monday 16")):
        refused = client.post(page, typed | {"done_on_0": day})
        assert refused.status_code == 422
        assert sentence in text(refused)
    assert client.post(page, typed | {"done_on_0": "18"}).status_code == 302
    done = fresh(action)
    assert (done.done_on, done.done_at and done.done_at.date()) == (date(2026, 11, 18), TODAY)
    signed_in(client, council.head_of_service)
    shown = text(client.get(f"/escalations/{audit.ref}/"))
    assert "Done Wed 18 Nov by Devinder Halloran, written down Mon 23 Nov" in shown
    do(audit.actions.filter(kind=Action.Kind.IMMEDIATE, state=Action.State.OPEN).get())
    shown = text(client.get(f"/escalations/{audit.ref}/immediate_actions/sign/"))
    assert "Wednesday 18 November 2026" in shown
    assert "Written down by Devinder Halloran, Mon 23 Nov at" in shown


def test_the_director_who_decides_can_read_both_audits_also_of_a_closed_case(
    client: Client, council: Council, settings: Any
) -> None:
    qa_check = to_qa_check(finalised_audit(council, grade=Grade.INADEQUATE), council)
    escalation = qa_check.escalation
    acting.confirm_step(qa_check, by=council.qa_officer, at=LATER, words="Read on Mosaic.")
    again = re_audits.begin(step(escalation, "re_audit"), by=council.qa_officer, at=LATER)
    met_and_signed(again, grade=Grade.INADEQUATE, at=MET + timedelta(days=5))
    case = escalation.audit.case
    case.closed_on = TODAY
    case.save()
    assert ("The re-audit is no better: decide how this ends", escalation.ref) in [
        row[:2] for row in rows(council.assistant_director)
    ]
    signed_in(client, council.assistant_director)
    address = f"/views/new/?audit={escalation.audit.ref}"
    assert address in text(client.get(f"/escalations/{escalation.ref}/"))
    assert client.get(f"/audits/{again.ref}/").status_code == 404
    Viewing.objects.create(
        kind="spot", case=case, why=WHY, read_on=TODAY, opened_at=LATER, opened_by=council.assistant_director
    )
    for page in (f"/audits/{escalation.audit.ref}/", f"/audits/{again.ref}/", f"/audits/{again.ref}/compare/"):
        assert client.get(page).status_code == 200
