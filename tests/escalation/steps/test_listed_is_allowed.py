"""What the queue and My work ask of a person is what the rules let them do, and whoever may sign is asked to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from audits.follow_up import actions
from audits.models import Action
from escalation.models import Breach, Step
from escalation.steps.rights import has_right
from escalation.steps.step_kind import KINDS
from people.models import Absence, Membership, Notice, User
from people.roles import Role
from tests.escalation.build import finalised_audit
from tests.escalation.steps.listing import asked_of_nobody, disagreements, open_one_of_each, waiting_for
from tests.escalation.walk import LATER, do, opened, step
from tests.factories import MET, Council, UserFactory


def an_interim_head(council: Council) -> None:
    """The Head of Service holds the role to a last day that is still to come."""
    Membership.objects.filter(user=council.head_of_service, role=Role.HEAD_OF_SERVICE).update(ends_on=date(2027, 3, 31))


def a_head_to_come(council: Council) -> None:
    """Somebody is to be Head of the same service, from a day that is still to come."""
    coming = UserFactory.create()
    service = Membership.objects.get(user=council.head_of_service, role=Role.HEAD_OF_SERVICE).service
    Membership.objects.create(user=coming, role=Role.HEAD_OF_SERVICE, service=service, starts_on=date(2027, 6, 1))


def nothing_odd(council: Council) -> None:
    """As the council stands."""


def cover(person: User, deputy: User) -> None:
    """The person is away, and the deputy stands in."""
    Absence.objects.create(
        person=person,
        deputy=deputy,
        starts_on=MET.date(),
        ends_on=MET.date() + timedelta(days=90),
        named_at=MET,
        named_by=person,
        agreed_at=MET,
        agreed_by=deputy,
    )


def everybody_is_away(council: Council) -> None:
    """The line of the case is away, and others of another team and service stand in."""
    cover(council.manager, council.other_manager)
    cover(council.head_of_service, council.other_head_of_service)


def the_head_did_it(council: Council) -> None:
    """The immediate actions are the Head of Service's own."""
    Action.objects.filter(kind=Action.Kind.IMMEDIATE).update(owner=council.head_of_service)
    Action.objects.filter(kind=Action.Kind.IMMEDIATE, state=Action.State.DONE).update(done_by=council.head_of_service)


def passed_up(council: Council) -> None:
    """Each step came to the Head of Service, who is not its owner."""
    Step.objects.open().exclude(owner=council.head_of_service).update(
        passed_to=council.head_of_service, passed_at=MET, passed_by=council.qa_officer, passed_why="It stands still."
    )


def passed_to_the_director(council: Council) -> None:
    """Each step came to the Assistant Director."""
    Step.objects.open().update(
        passed_to=council.assistant_director, passed_at=MET, passed_by=council.head_of_qa, passed_why="It stands still."
    )


def told_to_all_above(council: Council) -> None:
    """Each step is late, and all above were told."""
    for row in Step.objects.open():
        for level, person in enumerate((council.head_of_service, council.assistant_director, council.manager)):
            due_on = LATER.date()
            Breach.objects.create(step=row, level=level, due_on=due_on, on=due_on + timedelta(days=1), told=person)


def the_owners_have_left(council: Council) -> None:
    """Managers and QA Officer left, and others hold their roles."""
    for role, gone in ((Role.TEAM_MANAGER, council.manager), (Role.QA_OFFICER, council.qa_officer)):
        UserFactory.create(roles=(role,), team=gone.team)
        User.objects.filter(pk=gone.pk).update(left_on=MET.date())


def an_auditor_checks(council: Council) -> None:
    """The auditor is of the QA Team too, and the checks are theirs."""
    Membership.objects.create(user=council.auditor, role=Role.QA_OFFICER, starts_on=date(2025, 1, 1))
    Step.objects.open().filter(slug="qa_check").update(owner=council.auditor)


SITUATIONS = [
    nothing_odd,
    an_interim_head,
    a_head_to_come,
    everybody_is_away,
    the_head_did_it,
    passed_up,
    passed_to_the_director,
    told_to_all_above,
    the_owners_have_left,
    an_auditor_checks,
]


@pytest.mark.parametrize("situation", SITUATIONS)
def test_of_every_kind_of_step_each_person_is_shown_what_they_may_do(
    council: Council, situation: Callable[[Council], None], settings: object
) -> None:
    settings.TODAY = LATER.date()  # type: ignore[attr-defined]
    open_one_of_each(council)
    situation(council)
    assert {(row.escalation.path, row.slug) for row in Step.objects.open().select_related("escalation")} >= set(KINDS)
    assert disagreements() == []
    assert asked_of_nobody() == []


@pytest.mark.parametrize("situation", [nothing_odd, an_interim_head, a_head_to_come])
def test_whoever_may_sign_that_a_child_is_safe_is_shown_it_and_nobody_else(
    council: Council, situation: Callable[[Council], None], settings: object
) -> None:
    settings.TODAY = LATER.date()  # type: ignore[attr-defined]
    situation(council)
    audit = finalised_audit(council, grade="inadequate")
    escalation = opened(audit)
    acted = step(escalation, "immediate_actions")
    for action in audit.actions.filter(kind=Action.Kind.IMMEDIATE):
        do(action)
    assert has_right(acted, council.head_of_service, "ready")
    assert disagreements() == []


@pytest.mark.parametrize("situation", [nothing_odd, an_interim_head, a_head_to_come])
def test_the_director_signs_where_the_head_did_the_action(
    council: Council, situation: Callable[[Council], None], settings: object
) -> None:
    settings.TODAY = LATER.date()  # type: ignore[attr-defined]
    situation(council)
    audit = finalised_audit(council, grade="inadequate")
    audit.actions.filter(kind=Action.Kind.IMMEDIATE).update(owner=council.head_of_service)
    for action in audit.actions.filter(kind=Action.Kind.IMMEDIATE):
        do(action)
    row = step(opened(audit), "immediate_actions")
    assert row.pk not in waiting_for(council.head_of_service).values_list("pk", flat=True)
    assert row.pk in waiting_for(council.assistant_director).values_list("pk", flat=True)
    assert disagreements() == []
    action = audit.actions.filter(kind=Action.Kind.IMMEDIATE).get()
    assert actions.next_checkers(action, on=LATER.date())[-1] == council.assistant_director


def test_a_deputy_is_told_of_what_opens_as_whoever_is_away(council: Council, settings: object) -> None:
    settings.TODAY = MET.date()  # type: ignore[attr-defined]
    deputy = UserFactory.create(roles=(Role.TEAM_MANAGER,))
    cover(council.head_of_service, deputy)
    audit = finalised_audit(council, grade="inadequate")
    notice = Notice.objects.get(to=deputy, key=f"{opened(audit).ref}:opened")
    assert f"for {council.head_of_service.name}, who is away" in notice.body
    assert Notice.objects.filter(to=council.head_of_service, key=notice.key).exists()
