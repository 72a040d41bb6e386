"""Keeping a step moving: passed up, given more time, given to another, asked for."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from escalation.concerns import concern
from escalation.models import Escalation, Step
from escalation.steps import acting, moving
from people import trail
from people.models import User
from people.roles import Role
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused, Stale
from standards.grades import Grade
from tests.escalation.build import finalised_audit
from tests.escalation.walk import LATER, do, opened, step, to_qa_check, told
from tests.factories import Council, UserFactory

ON = LATER.date()


@pytest.fixture
def escalation(council: Council) -> Escalation:
    return opened(finalised_audit(council, grade=Grade.INADEQUATE))


def passed(one: Step, by: User, to: User) -> Step:
    return moving.pass_step_up(
        one, by=by, at=LATER, to=to, reason="not_moving", why="The strategy discussion has not met."
    )


def test_a_step_goes_up_the_line_one_person_at_a_time(escalation: Escalation, council: Council) -> None:
    one = passed(step(escalation, "immediate_actions"), council.manager, council.head_of_service)
    assert (one.passed_to, one.owner, one.due_on) == (council.head_of_service, council.manager, date(2026, 11, 23))
    assert one.passed_why == "It is not moving. The strategy discussion has not met."
    assert told(f"{one.ref}:up:{council.head_of_service.pk}:2026-11-18") == {"Marguerite Osei", "Devinder Halloran"}
    one = passed(step(escalation, "immediate_actions"), council.head_of_service, council.assistant_director)
    one = passed(step(escalation, "immediate_actions"), council.assistant_director, council.executive_director)
    with pytest.raises(NotNow, match="nobody above"):
        passed(step(escalation, "immediate_actions"), council.executive_director, council.executive_director)
    assert [entry.act for entry in trail.entries_about(one)].count("step.passed_up") == 3


def test_two_clicks_pass_it_up_once(escalation: Escalation, council: Council) -> None:
    passed(step(escalation, "acknowledge"), council.head_of_service, council.assistant_director)
    with pytest.raises(Stale, match="passed this up since"):
        passed(step(escalation, "acknowledge"), council.head_of_service, council.assistant_director)


def test_whoever_it_came_to_may_act_on_it(escalation: Escalation, council: Council) -> None:
    with pytest.raises(NotAllowed):
        acting.acknowledge_step(step(escalation, "acknowledge"), by=council.assistant_director, at=LATER)
    passed(step(escalation, "acknowledge"), council.qa_officer, council.assistant_director)
    done = acting.acknowledge_step(step(escalation, "acknowledge"), by=council.assistant_director, at=LATER)
    assert done.done_by == council.assistant_director
    do(escalation.audit.actions.get(kind="immediate"))
    passed(step(escalation, "immediate_actions"), council.head_of_service, council.assistant_director)
    signed = acting.sign_step(step(escalation, "immediate_actions"), by=council.assistant_director, at=LATER)
    assert signed.done_by == council.assistant_director


def test_a_qa_step_goes_to_the_head_of_qa(council: Council) -> None:
    qa_check = to_qa_check(finalised_audit(council, grade=Grade.REQUIRES_IMPROVEMENT), council)
    assert moving.whom_next(qa_check, by=council.qa_officer, on=ON) == council.head_of_qa


def test_it_is_passed_up_by_those_it_concerns_with_a_reason(escalation: Escalation, council: Council) -> None:
    for by in (council.keyworker, council.other_manager, council.other_head_of_service, council.assistant_director):
        with pytest.raises(NotAllowed, match="can pass it up"):
            passed(step(escalation, "acknowledge"), by, council.assistant_director)
    one = step(escalation, "immediate_actions")
    with pytest.raises(Refused, match="Choose why"):
        moving.pass_step_up(one, by=council.manager, at=LATER, to=council.head_of_service, reason="tired", why="x")
    with pytest.raises(Refused, match="Write a sentence"):
        moving.pass_step_up(one, by=council.manager, at=LATER, to=council.head_of_service, reason="iro", why=" ")
    with pytest.raises(NotNow, match="not started"):
        passed(step(escalation, "qa_check"), council.qa_officer, council.head_of_qa)


@pytest.mark.parametrize("who", ["qa_officer", "head_of_service"])
def test_more_time_keeps_the_first_date_in_sight(escalation: Escalation, council: Council, who: str) -> None:
    one = step(escalation, "immediate_actions")
    was = date(2026, 11, 23)
    one = moving.extend_step(
        one, by=getattr(council, who), at=LATER, was=was, due_on=date(2026, 11, 30), why="The hospital asked."
    )
    assert (one.due_on, one.first_due_on) == (date(2026, 11, 30), was)
    assert told(f"{one.ref}:extended:2026-11-30:2026-11-18") == {"Devinder Halloran"}
    with pytest.raises(Stale, match="another date since"):
        moving.extend_step(one, by=council.qa_officer, at=LATER, was=was, due_on=date(2026, 12, 1), why="Again.")


def test_nobody_gives_themselves_more_time_nor_a_child_s_safety(escalation: Escalation, council: Council) -> None:
    one = step(escalation, "acknowledge")
    was = date(2026, 11, 17)
    with pytest.raises(NotAllowed, match="Nobody gives themselves"):
        moving.extend_step(one, by=council.head_of_service, at=LATER, was=was, due_on=date(2026, 11, 30), why="x")
    with pytest.raises(NotAllowed, match="QA Officer or the Head of Service"):
        moving.extend_step(one, by=council.assistant_director, at=LATER, was=was, due_on=date(2026, 11, 30), why="x")
    with pytest.raises(Refused, match="weekend"):
        moving.extend_step(one, by=council.qa_officer, at=LATER, was=was, due_on=date(2026, 11, 28), why="x")
    with pytest.raises(Refused, match="Choose a date after"):
        moving.extend_step(one, by=council.qa_officer, at=LATER, was=was, due_on=ON, why="x")
    concerned = concern.raise_concern(
        escalation.audit,
        by=council.keyworker,
        at=LATER,
        why="He was alone last night.",
        spoken_to=council.manager,
        spoken=LATER,
    )
    safety = step(concerned, "make_safe")
    with pytest.raises(NotAllowed, match="no more time for a child’s safety"):
        moving.extend_step(safety, by=council.qa_officer, at=LATER, was=ON, due_on=date(2026, 11, 30), why="x")


def test_given_to_another_manager_its_date_stays(escalation: Escalation, council: Council) -> None:
    other = UserFactory.create(name="Gareth Mistry", roles=(Role.TEAM_MANAGER,), team=council.north)
    one = step(escalation, "immediate_actions")
    assert set(moving.possible_owners(one, on=ON)) == {other, council.head_of_service}
    with pytest.raises(Refused, match="cannot take this step"):
        moving.hand_step_over(one, by=council.qa_officer, at=LATER, owner=council.keyworker, why="x")
    with pytest.raises(NotAllowed):
        moving.hand_step_over(one, by=council.manager, at=LATER, owner=other, why="x")
    one = moving.hand_step_over(one, by=council.head_of_service, at=LATER, owner=other, why="Devinder is away.")
    assert (one.owner, one.due_on) == (other, date(2026, 11, 23))
    with pytest.raises(NotNow, match="has this already"):
        moving.hand_step_over(one, by=council.head_of_service, at=LATER, owner=other, why="Devinder is away.")
    assert told(f"{one.ref}:owner:{other.pk}:2026-11-18") == {"Gareth Mistry", "Devinder Halloran"}


def test_who_may_hold_each_part(escalation: Escalation, council: Council) -> None:
    heads = set(moving.possible_owners(step(escalation, "acknowledge"), on=ON))
    assert heads == {council.other_head_of_service, council.assistant_director}
    assert set(moving.possible_owners(step(escalation, "qa_check"), on=ON)) == {council.head_of_qa}


def test_asking_is_once_a_day(escalation: Escalation, council: Council) -> None:
    one = step(escalation, "immediate_actions")
    moving.ask_owner(one, by=council.head_of_service, at=LATER)
    with pytest.raises(NotNow, match="asked Devinder Halloran today already"):
        moving.ask_owner(one, by=council.head_of_service, at=LATER)
    moving.ask_owner(one, by=council.head_of_service, at=LATER + timedelta(days=1))
    moving.ask_owner(one, by=council.qa_officer, at=LATER)
    with pytest.raises(NotAllowed, match="This waits for you"):
        moving.ask_owner(one, by=council.manager, at=LATER)
    with pytest.raises(NotAllowed):
        moving.ask_owner(one, by=council.keyworker, at=LATER)
