"""Work that is sent back: why stands wherever its manager looks, and no date comes nearer by it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from audits.follow_up import actions
from audits.models import Action, Audit
from audits.record.withdrawal import void_audit
from escalation.models import Escalation, Step
from escalation.steps import acting, moving
from escalation.steps.kinds import re_audits
from people.models import Notice
from standards.grades import Grade
from tests.audits.meeting.pages import signed_in, text
from tests.conftest import NOW, TODAY
from tests.escalation.build import finalised_audit
from tests.escalation.walk import LATER, fresh, step, to_qa_check
from tests.factories import MET, Council, met_and_signed
from tests.work import page, rows, work

WHY = "The visit of 12 November is not on Mosaic."


@pytest.fixture(autouse=True)
def fixed_day(settings: Any) -> None:
    settings.TODAY = TODAY


@pytest.fixture
def audit(council: Council) -> Audit:
    return finalised_audit(council, grade=Grade.REQUIRES_IMPROVEMENT)


@pytest.fixture
def sent_back(audit: Audit, council: Council) -> Step:
    return acting.send_back_step(to_qa_check(audit, council), by=council.qa_officer, at=LATER, why=WHY)


def test_the_manager_reads_what_is_missing_on_every_page_where_they_look(
    client: Client, council: Council, audit: Audit, sent_back: Step
) -> None:
    signed_in(client, council.manager)
    said = f"Sent back by Amara Whitlock on Wed 18 Nov: “{WHY}”"
    assert said in text(client.get(f"/escalations/{audit.ref}/"))
    assert said in text(client.get(f"/escalations/{audit.ref}/actions/complete/"))
    for address in (f"/audits/{audit.ref}/follow-up/", f"/audits/{audit.ref}/"):
        shown = text(client.get(address))
        assert "Sent back by Amara Whitlock on Wednesday 18 November 2026:" in shown
        assert WHY in shown
    assert f"sent back: {WHY}" in page(council.manager)
    mail = Notice.objects.get(key=f"{sent_back.ref}:reopened:2026-11-18")
    assert "says what is missing: it stands on its page" in mail.body
    assert "until Wednesday 16 December 2026" in mail.body


def test_done_again_with_nothing_changed_the_qa_officer_reads_the_reason_beside_it(
    client: Client, council: Council, audit: Audit, sent_back: Step
) -> None:
    acting.complete_step(sent_back, by=council.manager, at=LATER)
    signed_in(client, council.qa_officer)
    assert WHY in text(client.get(f"/escalations/{audit.ref}/"))
    for act in ("confirm", "reopen"):
        shown = text(client.get(f"/escalations/{audit.ref}/qa_check/{act}/"))
        assert f"Sent back by Amara Whitlock on Wed 18 Nov: “{WHY}”" in shown
    signed_in(client, council.manager)
    assert "Sent back by" not in text(client.get(f"/audits/{audit.ref}/follow-up/"))


def test_whoever_may_not_open_the_escalation_reads_no_reason(client: Client, council: Council, sent_back: Step) -> None:
    audit = sent_back.escalation.audit
    for user in (council.other_manager, council.reader, council.administrator):
        for address in (f"/audits/{audit.ref}/follow-up/", f"/audits/{audit.ref}/", f"/escalations/{audit.ref}/"):
            assert WHY not in text(signed_in(client, user).get(address))


def test_each_send_back_of_one_day_is_told(council: Council, audit: Audit, sent_back: Step) -> None:
    acting.complete_step(sent_back, by=council.manager, at=LATER)
    acting.send_back_step(
        step(sent_back.escalation, "qa_check"), by=council.qa_officer, at=LATER, why="June is not there."
    )
    keys = Notice.objects.filter(key__startswith=f"{sent_back.ref}:reopened", to=council.manager)
    assert keys.count() == 2
    begins = Notice.objects.filter(key__contains="/qa_check:opened", to=council.qa_officer)
    assert begins.count() == 2, "each time that it is said to be done again"


def test_an_action_that_came_back_says_why_in_the_lists(client: Client, council: Council, audit: Audit) -> None:
    action = fresh(audit.actions.get(kind=Action.Kind.IMMEDIATE))
    actions.complete_action(action, by=council.manager, at=LATER, evidence="Entry of 17 November.", version=1)
    actions.send_back_action(fresh(action), by=council.qa_officer, at=LATER, why="June is not there.", version=2)
    signed_in(client, council.manager)
    for address in (f"/audits/{audit.ref}/follow-up/", f"/audits/{audit.ref}/", f"/escalations/{audit.ref}/", "/"):
        assert "June is not there." in text(client.get(address))
    assert fresh(action).due_on == action.due_on == action.first_due_on


# Dates


def due(escalation: Escalation, slug: str) -> tuple[date | None, date | None]:
    now = step(escalation, slug)
    return now.due_on, now.first_due_on


def test_what_is_late_already_gets_five_working_days(council: Council) -> None:
    late = MET + timedelta(days=40)
    qa_check = to_qa_check(finalised_audit(council, grade=Grade.REQUIRES_IMPROVEMENT), council, at=late)
    acting.send_back_step(qa_check, by=council.qa_officer, at=late, why=WHY)
    assert due(qa_check.escalation, "actions") == (date(2027, 1, 5), date(2026, 12, 16))


def test_an_inadequates_month_of_supervision_is_not_cut_short(council: Council) -> None:
    qa_check = to_qa_check(finalised_audit(council, grade=Grade.INADEQUATE), council)
    acting.send_back_step(qa_check, by=council.qa_officer, at=LATER, why=WHY)
    assert due(qa_check.escalation, "supervision") == (date(2026, 12, 16), date(2026, 12, 16))


def test_more_time_for_the_check_outlives_a_send_back(council: Council) -> None:
    qa_check = to_qa_check(finalised_audit(council, grade=Grade.INADEQUATE), council)
    first, until = qa_check.due_on, date(2026, 12, 22)
    assert first is not None
    moving.extend_step(qa_check, by=council.head_of_qa, at=LATER, was=first, due_on=until, why="Amara is on leave.")
    acting.send_back_step(step(qa_check.escalation, "qa_check"), by=council.qa_officer, at=LATER, why=WHY)
    acting.complete_step(step(qa_check.escalation, "supervision"), by=council.manager, at=LATER + timedelta(days=1))
    assert due(qa_check.escalation, "qa_check") == (until, first)


def test_a_voided_re_audit_brings_no_date_nearer(council: Council) -> None:
    qa_check = to_qa_check(finalised_audit(council, grade=Grade.INADEQUATE), council)
    acting.confirm_step(qa_check, by=council.qa_officer, at=LATER, words="Read.")
    re_audit, until = step(qa_check.escalation, "re_audit"), date(2027, 5, 14)
    assert re_audit.due_on is not None
    moving.extend_step(
        re_audit, by=council.head_of_qa, at=LATER, was=re_audit.due_on, due_on=until, why="The court sits in May."
    )
    again = re_audits.begin(step(qa_check.escalation, "re_audit"), by=council.qa_officer, at=LATER)
    again = met_and_signed(again, grade=Grade.GOOD, at=datetime(2027, 2, 1, 10, 0, tzinfo=UTC))
    void_audit(again, why="The wrong child.", by=council.head_of_qa, at=datetime(2027, 2, 2, 9, 0, tzinfo=UTC))
    assert due(qa_check.escalation, "re_audit") == (until, date(2027, 2, 16))


def test_the_row_of_my_work_keeps_its_date(council: Council, audit: Audit, sent_back: Step) -> None:
    asked = "Complete the actions, supervision and the file entry"
    assert (asked, audit.ref, date(2026, 12, 16)) in rows(council.manager)
    assert work(council.manager, NOW).groups
