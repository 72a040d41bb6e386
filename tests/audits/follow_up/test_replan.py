"""The plan after the meeting: more time, another owner, cancelled, added in supervision."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from audits.follow_up import replan
from audits.models import Action, Audit
from people import trail
from people.roles import Role
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused, Stale
from standards.grades import Grade
from tests.escalation.build import finalised_audit
from tests.escalation.walk import LATER, do, fresh, told
from tests.factories import MET, Council, UserFactory

SMART = {
    "what": "Ask the school for its view of his days",
    "measure": "The school’s letter is on the file",
    "outcome": "His teachers know what helps him",
    "resources": "One telephone call, agreed",
}


@pytest.fixture
def audit(council: Council) -> Audit:
    return finalised_audit(council, grade=Grade.REQUIRES_IMPROVEMENT)


def immediate(audit: Audit) -> Action:
    return fresh(audit.actions.get(kind=Action.Kind.IMMEDIATE))


def worker_s(audit: Audit) -> Action:
    return fresh(audit.actions.get(kind=Action.Kind.SUPERVISION))


@pytest.mark.parametrize("who", ["qa_officer", "head_of_qa", "head_of_service"])
def test_more_time_keeps_the_first_date(audit: Audit, council: Council, who: str) -> None:
    by = getattr(council, who)
    action = replan.extend_action(
        immediate(audit), by=by, at=LATER, due_on=date(2026, 11, 30), why="The school is closed.", version=1
    )
    assert (action.due_on, action.first_due_on) == (date(2026, 11, 30), date(2026, 11, 23))
    assert told(f"{action.ref}:extended:1") == {"Devinder Halloran"}
    action = replan.extend_action(action, by=by, at=LATER, due_on=date(2026, 12, 1), why="Still closed.", version=2)
    assert (action.due_on, action.first_due_on) == (date(2026, 12, 1), date(2026, 11, 23))
    assert [entry.why for entry in trail.entries_about(action)][-2:] == ["The school is closed.", "Still closed."]


def test_nobody_gives_themselves_more_time(audit: Audit, council: Council) -> None:
    with pytest.raises(NotAllowed, match="Nobody gives themselves"):
        replan.extend_action(
            immediate(audit), by=council.manager, at=LATER, due_on=date(2026, 11, 30), why="x", version=1
        )
    for by in (council.keyworker, council.other_head_of_service, council.assistant_director, council.auditor):
        with pytest.raises(NotAllowed, match="QA Officer or the Head of Service"):
            replan.extend_action(immediate(audit), by=by, at=LATER, due_on=date(2026, 11, 30), why="x", version=1)


@pytest.mark.parametrize(
    ("due_on", "words"),
    [
        (date(2026, 11, 23), "after Monday 23 November"),
        (date(2026, 11, 28), "weekend or a bank holiday"),
        (date(2026, 12, 25), "weekend or a bank holiday"),
    ],
)
def test_a_new_date_is_later_and_a_working_day(audit: Audit, council: Council, due_on: date, words: str) -> None:
    with pytest.raises(Refused, match=words) as refusal:
        replan.extend_action(immediate(audit), by=council.qa_officer, at=LATER, due_on=due_on, why="Snow.", version=1)
    assert refusal.value.field == "due_on"
    assert immediate(audit).due_on == date(2026, 11, 23)


def test_a_second_click_does_not_extend_twice(audit: Audit, council: Council) -> None:
    replan.extend_action(
        immediate(audit), by=council.qa_officer, at=LATER, due_on=date(2026, 11, 30), why="Snow.", version=1
    )
    with pytest.raises(Stale):
        replan.extend_action(
            immediate(audit), by=council.qa_officer, at=LATER, due_on=date(2026, 12, 7), why="Snow.", version=1
        )


def test_given_to_another_its_date_stays_and_both_are_told(audit: Audit, council: Council) -> None:
    colleague = UserFactory.create(name="Hamza Brightly", team=council.north)
    action = replan.reassign_action(
        worker_s(audit), by=council.manager, at=LATER, owner=colleague, why="Niamh is on leave.", version=1
    )
    assert (action.owner, action.due_on) == (colleague, date(2026, 12, 16))
    assert told(f"{action.ref}:reassigned:1") == {"Hamza Brightly", "Niamh Okonkwo"}
    assert do(action).done_by == colleague


def test_only_someone_of_the_team_or_its_line_can_own_it(audit: Audit, council: Council) -> None:
    for action, wrong in ((worker_s(audit), council.other_keyworker), (immediate(audit), council.keyworker)):
        with pytest.raises(Refused, match="cannot own this action"):
            replan.reassign_action(action, by=council.manager, at=LATER, owner=wrong, why="x", version=1)
    names = list(replan.possible_owners(immediate(audit), on=LATER.date()).values_list("name", flat=True))
    assert names == ["Marguerite Osei"]


def test_who_may_give_it_to_another(audit: Audit, council: Council) -> None:
    other = UserFactory.create(name="Gareth Mistry", roles=(Role.TEAM_MANAGER,), team=council.north)
    for by in (council.keyworker, council.other_manager, council.other_head_of_service, council.auditor):
        with pytest.raises(NotAllowed):
            replan.reassign_action(immediate(audit), by=by, at=LATER, owner=other, why="x", version=1)
    for version, by in enumerate((council.head_of_service, council.qa_officer), 1):
        owner = other if version == 1 else council.manager
        assert (
            replan.reassign_action(immediate(audit), by=by, at=LATER, owner=owner, why="x", version=version).owner
            == owner
        )


def test_the_qa_officer_cancels_with_a_reason_and_it_stays_readable(audit: Audit, council: Council) -> None:
    for by in (council.manager, council.head_of_service, council.keyworker):
        with pytest.raises(NotAllowed, match="Only the QA Officer"):
            replan.cancel_action(immediate(audit), by=by, at=LATER, why="x", version=1)
    with pytest.raises(Refused, match="Say why"):
        replan.cancel_action(immediate(audit), by=council.qa_officer, at=LATER, why="", version=1)
    action = replan.cancel_action(
        immediate(audit), by=council.qa_officer, at=LATER, why="The case has moved to another council.", version=1
    )
    assert (action.state, action.ended_why) == ("cancelled", "The case has moved to another council.")


def test_an_action_agreed_in_supervision_is_added_beside_what_was_signed(audit: Audit, council: Council) -> None:
    action = replan.add_in_supervision(
        audit, by=council.manager, at=LATER, part="worker", due_on=date(2026, 12, 11), **SMART
    )
    assert (action.number, action.kind, action.owner) == (3, "supervision", council.keyworker)
    assert (action.agreed_in, action.due_on, action.first_due_on) == (
        "supervision",
        date(2026, 12, 11),
        date(2026, 12, 11),
    )
    assert told(f"{action.ref}:added:1") == {"Niamh Okonkwo"}
    with pytest.raises(NotNow, match="in the plan already"):
        replan.add_in_supervision(
            audit, by=council.manager, at=LATER, part="worker", due_on=date(2026, 12, 11), **SMART
        )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"measure": "Ongoing work"}, "measure"),
        ({"what": "Visit soon"}, "what"),
        ({"due_on": date(2026, 12, 19)}, "due_on"),
        ({"due_on": date(2026, 11, 17)}, "due_on"),
        ({"part": "auditor"}, "part"),
    ],
)
def test_it_must_be_smart_and_within_a_month(
    audit: Audit, council: Council, change: dict[str, object], field: str
) -> None:
    with pytest.raises(Refused) as refusal:
        replan.add_in_supervision(
            audit,
            by=council.manager,
            at=LATER,
            **({"part": "worker", "due_on": date(2026, 12, 18)} | SMART | change),  # type: ignore[arg-type]
        )
    assert refusal.value.field == field
    assert audit.actions.count() == 2


def test_only_the_case_s_managers_add_to_the_plan(audit: Audit, council: Council) -> None:
    for by in (council.keyworker, council.qa_officer, council.other_manager):
        with pytest.raises(NotAllowed, match="responsible manager"):
            replan.add_in_supervision(
                audit, by=by, at=MET + timedelta(days=1), part="worker", due_on=date(2026, 12, 11), **SMART
            )
