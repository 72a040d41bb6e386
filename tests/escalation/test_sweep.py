"""The sweep: each deadline and level told once, never early, never after it is done, and caught up after days off."""

from __future__ import annotations

import json
import time
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from audits.follow_up import actions, closing, replan
from audits.models import Action, Audit, LastingCheck
from escalation.concerns import concern
from escalation.models import Breach, Step
from escalation.steps import acting, moving
from escalation.steps.kinds import re_audits
from escalation.sweep import Swept, sweep_deadlines
from people import trail
from people.models import Membership, Notice, User
from people.roles import Role
from standards.grades import Grade
from tests.escalation.build import add_action, agreed_audit, finalised_audit
from tests.escalation.walk import LATER, do, fresh, opened, step, to_qa_check, told
from tests.factories import CaseFactory, Council, UserFactory

DUE = date(2026, 11, 23)
"""The fifth working day after the meeting on Monday 16 November: when an immediate action is due."""


def at(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 9, 0, tzinfo=UTC)


def run(on: date) -> Swept:
    return sweep_deadlines(on=on, at=at(on))


@pytest.fixture
def audit(council: Council) -> Audit:
    """A good audit with one immediate action: nothing but that action can be late."""
    audit = finalised_audit(council, grade=Grade.GOOD)
    add_action(audit)
    closing.record_supervision(audit, by=council.manager, at=LATER, on=LATER.date(), discussed="What the move meant.")
    return closing.confirm_on_file(audit, by=council.keyworker, at=LATER, on=LATER.date())


def levels(record: Step | Action) -> list[int]:
    return list(record.breaches.order_by("level").values_list("level", flat=True))


def test_on_the_day_it_is_due_nothing_is_told(audit: Audit) -> None:
    assert run(DUE) == Swept(0, 0, 0)


@pytest.mark.parametrize(
    ("on", "reached"),
    [
        (date(2026, 11, 24), [1]),
        (date(2026, 11, 27), [1]),
        (date(2026, 11, 29), [1]),
        (date(2026, 11, 30), [1, 5]),
        (date(2026, 12, 4), [1, 5]),
        (date(2026, 12, 7), [1, 5, 10]),
        (date(2026, 12, 18), [1, 5, 10]),
        (date(2026, 12, 21), [1, 5, 10, 20]),
        (date(2027, 1, 20), [1, 5, 10, 20]),
    ],
)
def test_each_level_is_reached_on_its_working_day_and_caught_up_after_days_off(
    audit: Audit, on: date, reached: list[int]
) -> None:
    assert run(on) == Swept(len(reached), 1, len(reached))
    assert levels(audit.actions.get()) == reached
    assert run(on) == Swept(0, 0, 0)


def test_swept_each_day_each_level_is_told_once_and_by_name(audit: Audit, council: Council) -> None:
    found = [run(DUE + timedelta(days=day)) for day in range(60)]
    assert sum(one.notices for one in found) == 4
    to = Breach.objects.order_by("level").values_list("level", "told__name")
    assert list(to) == [
        (1, "Amara Whitlock"),
        (5, "Marguerite Osei"),
        (10, "Leona Bhandari"),
        (20, "Piotr Hargreaves"),
    ]
    assert Notice.objects.filter(key__startswith="late:").count() == 4
    assert trail.verify().ok


def test_done_it_is_told_to_nobody_and_returned_it_is_told_again_only_of_what_was_not(
    audit: Audit, council: Council
) -> None:
    run(date(2026, 11, 24))
    action = do(audit.actions.get(), at=at(date(2026, 11, 25)))
    assert run(date(2026, 12, 7)).breaches == 0
    actions.send_back_action(
        action, by=council.qa_officer, at=at(date(2026, 12, 7)), why="May is missing.", version=action.version
    )
    run(date(2026, 12, 8))
    assert levels(action) == [1, 5, 10]


def test_a_new_date_is_a_new_deadline(audit: Audit, council: Council) -> None:
    run(date(2026, 11, 24))
    action = fresh(audit.actions.get())
    new = date(2026, 12, 1)
    replan.extend_action(action, by=council.qa_officer, at=at(date(2026, 11, 24)), due_on=new, why="Snow.", version=1)
    assert run(new) == Swept(0, 0, 0)
    assert run(date(2026, 12, 2)) == Swept(1, 1, 1)
    assert list(Breach.objects.values_list("due_on", "level")) == [(DUE, 1), (new, 1)]


def test_an_action_of_an_audit_that_is_not_final_is_never_late(council: Council) -> None:
    add_action(agreed_audit(council))
    assert run(date(2026, 12, 21)).breaches == 0


def test_a_step_and_its_actions_missed_on_one_day_are_one_notice(council: Council) -> None:
    audit = finalised_audit(council, grade=Grade.INADEQUATE)
    escalation = opened(audit)
    acting.acknowledge_step(step(escalation, "acknowledge"), by=council.head_of_service, at=at(date(2026, 11, 17)))
    assert run(date(2026, 11, 24)) == Swept(2, 2, 1)
    notice = Notice.objects.get(key__startswith="late:")
    assert notice.to == council.qa_officer
    late = "Inadequate, 1 working day late, with Devinder Halloran"
    assert notice.subject == f"{late}: Immediate actions and action 1 of {audit.ref}"
    assert "with Devinder Halloran: its action is not done." in notice.body
    assert "due on Monday 23 November 2026 and still open, with Devinder Halloran" in notice.body
    assert notice.link == f"/escalations/{audit.ref}/"
    assert council.case.person_id not in notice.body


def test_steps_climb_too_and_never_after_they_are_done(council: Council) -> None:
    escalation = opened(finalised_audit(council, grade=Grade.INADEQUATE))
    acknowledge = step(escalation, "acknowledge")
    assert run(date(2026, 11, 17)) == Swept(0, 0, 0)
    assert run(date(2026, 11, 18)) == Swept(1, 1, 1)
    assert told(f"late:{acknowledge.ref}:2026-11-17:1") == {"Amara Whitlock"}
    acting.acknowledge_step(acknowledge, by=council.head_of_service, at=at(date(2026, 11, 19)))
    run(date(2026, 12, 31))
    assert levels(acknowledge) == [1]


def test_a_child_s_safety_goes_to_the_director_the_next_working_day(council: Council) -> None:
    audit = finalised_audit(council, grade=Grade.GOOD)
    friday = at(date(2026, 11, 20))
    raised = concern.raise_concern(
        audit, by=council.auditor, at=friday, why="Alone last night.", spoken_to=council.manager, spoken=friday
    )
    assert run(date(2026, 11, 22)) == Swept(0, 0, 0)
    run(date(2026, 11, 23))
    assert told(f"late:{raised.ref}/acknowledge:2026-11-20:1") == {"Leona Bhandari"}
    run(date(2026, 11, 24))
    assert told(f"late:{raised.ref}/acknowledge:2026-11-20:2") == {"Piotr Hargreaves"}
    assert told(f"late:{raised.ref}/make_safe:2026-11-23:1") == {"Leona Bhandari"}


def test_every_qa_officer_is_told_and_the_first_by_name_is_written_down(audit: Audit, council: Council) -> None:
    UserFactory.create(name="Aaron Beck", roles=(Role.QA_OFFICER,))
    assert run(date(2026, 11, 24)) == Swept(1, 1, 2)
    assert Breach.objects.get().told == User.objects.get(name="Aaron Beck")


def test_what_a_qa_officer_owns_is_told_to_the_head_of_qa(council: Council) -> None:
    qa_check = to_qa_check(finalised_audit(council, grade=Grade.INADEQUATE), council)
    run(date(2026, 11, 26))
    assert told(f"late:{qa_check.ref}:2026-11-25:1") == {"Yusuf Lindqvist"}


def test_where_nobody_holds_a_level_whoever_stands_above_is_told(audit: Audit, council: Council) -> None:
    Membership.objects.filter(role=Role.HEAD_OF_SERVICE).delete()
    council.qa_officer.left_on = date(2026, 11, 23)
    council.qa_officer.save()
    run(date(2026, 11, 30))
    assert list(Breach.objects.order_by("level").values_list("told__name", flat=True)) == [
        "Yusuf Lindqvist",
        "Leona Bhandari",
    ]


def test_an_action_whose_owner_left_is_told_to_qa_officer_and_head_of_service_once(
    audit: Audit, council: Council
) -> None:
    council.manager.left_on = date(2026, 11, 20)
    council.manager.save()
    assert run(date(2026, 11, 19)) == Swept(0, 0, 0)
    assert run(date(2026, 11, 20)) == Swept(0, 0, 2)
    assert run(date(2026, 11, 21)) == Swept(0, 0, 0)
    told_of = {notice.to: notice.subject for notice in Notice.objects.filter(key__startswith="gone:")}
    subject = "1 step or action of Devinder Halloran wants another owner"
    assert told_of == dict.fromkeys((council.qa_officer, council.head_of_service), subject)


def test_a_step_whose_owner_left_is_told_too_and_can_be_given_to_another(council: Council) -> None:
    escalation = opened(finalised_audit(council, grade=Grade.REQUIRES_IMPROVEMENT))
    council.manager.is_active = False
    council.manager.save()
    run(date(2026, 11, 17))
    assert {notice.subject for notice in Notice.objects.filter(key__startswith="gone:")} == {
        "3 steps or actions of Devinder Halloran want another owner"
    }
    moving.hand_step_over(
        step(escalation, "actions"),
        by=council.qa_officer,
        at=at(date(2026, 11, 17)),
        owner=council.head_of_service,
        why="Devinder has left.",
    )


def test_each_action_that_nobody_owns_is_told_also_the_one_that_comes_later(council: Council) -> None:
    for number, day in ((1, 17), (2, 19)):
        action = add_action(finalised_audit(council, number=number, grade=Grade.GOOD))
        Action.objects.filter(pk=action.pk).update(owner=None)
        run(date(2026, 11, day))
        run(date(2026, 11, day + 1))
        to_officer = Notice.objects.filter(key__startswith="gone:", to=council.qa_officer)
        assert to_officer.count() == number, "once for each"


def test_a_re_audit_s_step_follows_its_auditor(council: Council) -> None:
    qa_check = to_qa_check(finalised_audit(council, grade=Grade.INADEQUATE), council)
    acting.confirm_step(qa_check, by=council.qa_officer, at=LATER, words="Read.")
    again = re_audits.begin(step(qa_check.escalation, "re_audit"), by=council.qa_officer, at=LATER)
    other = UserFactory.create(name="Ines Marsh", roles=(Role.AUDITOR,))
    Audit.objects.filter(pk=again.pk).update(auditor=other)
    run(date(2026, 11, 19))
    assert step(qa_check.escalation, "re_audit").owner == other
    run(date(2026, 11, 20))
    assert trail.entries_about(step(qa_check.escalation, "re_audit")).filter(act="step.handed_over").count() == 1


def test_three_months_after_a_requires_improvement_closed_its_manager_is_asked_once(council: Council) -> None:
    qa_check = to_qa_check(finalised_audit(council, grade=Grade.REQUIRES_IMPROVEMENT), council)
    audit = qa_check.escalation.audit
    acting.confirm_step(qa_check, by=council.qa_officer, at=LATER, words="Read.")
    closing.close_audit(audit, by=council.qa_officer, at=at(date(2026, 11, 30)))
    LastingCheck.objects.all().delete()  # whether each action lasted is asked beside this
    assert run(date(2027, 2, 27)) == Swept(0, 0, 0)
    assert run(date(2027, 2, 28)) == Swept(0, 0, 1)
    assert run(date(2027, 3, 1)) == Swept(0, 0, 0)
    assert told(f"{audit.ref}:progress") == {"Devinder Halloran"}


def test_the_command_prints_what_it_did(audit: Audit) -> None:
    out = StringIO()
    call_command("sweep", "--on", "2026-11-24", "--json", stdout=out)
    assert json.loads(out.getvalue()) == {"breaches": 1, "escalated": 1, "notices": 1, "reminders": 0}
    out = StringIO()
    call_command("sweep", "--on", "2026-11-24", stdout=out)
    assert out.getvalue() == "breaches: 0\nescalated: 0\nnotices: 0\nreminders: 0\n"


def many(council: Council, audits: int, each: int) -> None:
    """Many open actions, written straight to the table: a tenth of them late, each with an open step."""
    cases = [CaseFactory.build(keyworker=council.keyworker) for _ in range(audits)]
    for case in cases:
        case.save()
    made = Audit.objects.bulk_create(
        [
            Audit(
                ref=f"QC-2609-{number:04}",
                month=date(2026, 9, 1),
                number=number,
                case=case,
                category="CIN",
                standard_set_id=Audit.objects.values_list("standard_set", flat=True)[0],
                state="finalised",
                grade="good",
                first_grade="good",
                met_on=date(2026, 9, 7),
                finalised_at=at(date(2026, 9, 7)),
                finalised_by=council.keyworker,
                auditor=council.auditor,
                keyworker=council.keyworker,
                responsible_manager=council.manager,
            )
            for number, case in enumerate(cases)
        ]
    )
    Action.objects.bulk_create(
        [
            Action(
                audit=one,
                number=number,
                kind="immediate",
                part="manager",
                owner=council.manager,
                what="x",
                due_on=DUE - timedelta(days=number % 10) if number % 10 == 1 else DUE + timedelta(days=60),
                first_due_on=DUE,
            )
            for one in made
            for number in range(each)
        ]
    )


def test_a_sweep_asks_the_same_of_the_database_for_one_late_action_and_for_many(
    audit: Audit, council: Council, django_assert_num_queries: Any
) -> None:
    run(DUE)
    with django_assert_num_queries(50, exact=False) as few:
        run(date(2026, 11, 24))
    many(council, 9, 20)
    duties = 5  # months in which an audit was finalised owe their report and sample: told once, however many
    with django_assert_num_queries(len(few) + duties + 2, exact=False):  # who of those reminded is away, and the mails
        assert run(date(2026, 11, 24)).breaches == 18


def test_ten_thousand_open_deadlines_are_swept_in_a_second_of_the_processor(audit: Audit, council: Council) -> None:
    many(council, 100, 100)
    started = time.process_time()
    assert run(date(2026, 11, 24)).breaches == 1001
    first = time.process_time() - started
    started = time.process_time()
    assert run(date(2026, 11, 24)) == Swept(0, 0, 0)
    again = time.process_time() - started
    assert min(first, again) < 1.0
