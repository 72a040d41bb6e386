"""Doing and checking: an action's owner does it with evidence, and another person sees that it is done."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from audits.follow_up import actions, replan
from audits.models import Action, Audit
from people import trail
from people.models import Notice, User
from people.roles import Role
from qualitycounts.base.clock import day_of
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused, Stale
from standards.grades import Grade
from tests.escalation.build import agreed_audit, finalised_audit
from tests.escalation.walk import LATER, do, fresh, told
from tests.factories import Council, UserFactory

EVIDENCE = "Entry of 17 November on Mosaic."


@pytest.fixture
def audit(council: Council) -> Audit:
    """Requires improvement: one immediate action of the manager's, one of the worker's through supervision."""
    return finalised_audit(council, grade=Grade.REQUIRES_IMPROVEMENT)


def immediate(audit: Audit) -> Action:
    return fresh(audit.actions.get(kind=Action.Kind.IMMEDIATE))


def worker_s(audit: Audit) -> Action:
    return fresh(audit.actions.get(kind=Action.Kind.SUPERVISION))


def verify(action: Action, by: User) -> Action:
    return actions.verify_action(action, by=by, at=LATER, version=action.version)


def test_its_owner_does_it_with_evidence_and_the_qa_officer_checks_it(audit: Audit, council: Council) -> None:
    action = do(immediate(audit))
    assert (action.state, action.done_by, action.done_at) == (Action.State.DONE, council.manager, LATER)
    assert told(f"{action.ref}:done:1") == {"Amara Whitlock"}
    action = verify(action, council.qa_officer)
    assert (action.state, action.verified_by) == (Action.State.VERIFIED, council.qa_officer)
    assert [entry.act for entry in trail.entries_about(action)][-2:] == ["action.done", "action.verified"]


def test_only_the_owner_does_it(audit: Audit, council: Council) -> None:
    for by in (council.keyworker, council.qa_officer, council.head_of_service, council.other_manager):
        with pytest.raises(NotAllowed, match="Devinder Halloran owns this action"):
            actions.complete_action(immediate(audit), by=by, at=LATER, evidence=EVIDENCE, version=1)
    assert immediate(audit).state == Action.State.OPEN


def test_without_evidence_it_is_not_done(audit: Audit, council: Council) -> None:
    with pytest.raises(Refused, match="what shows that it is done") as refusal:
        actions.complete_action(immediate(audit), by=council.manager, at=LATER, evidence="  ", version=1)
    assert refusal.value.field == "evidence"


def test_a_second_click_is_told_that_it_is_done(audit: Audit, council: Council) -> None:
    do(immediate(audit))
    with pytest.raises(NotNow, match="done, to be checked"):
        actions.complete_action(immediate(audit), by=council.manager, at=LATER, evidence=EVIDENCE, version=1)
    assert Notice.objects.filter(key__contains=":done:").count() == 1


def test_before_the_audit_is_final_nothing_is_done(council: Council) -> None:
    audit = agreed_audit(council, grade=Grade.REQUIRES_IMPROVEMENT)
    with pytest.raises(NotNow, match="waiting for signatures"):
        actions.complete_action(worker_s(audit), by=council.keyworker, at=LATER, evidence=EVIDENCE, version=1)


def test_a_worker_s_action_is_checked_by_the_responsible_manager_alone(audit: Audit, council: Council) -> None:
    action = do(worker_s(audit))
    assert told(f"{action.ref}:done:1") == {"Devinder Halloran"}
    for by in (council.qa_officer, council.head_of_qa, council.head_of_service, council.other_manager, council.auditor):
        with pytest.raises(NotAllowed, match="Devinder Halloran, the responsible manager"):
            verify(action, by)
    assert verify(action, council.manager).verified_by == council.manager


def test_where_the_manager_has_left_another_manager_of_the_team_checks(audit: Audit, council: Council) -> None:
    action = do(worker_s(audit))
    council.manager.left_on = day_of(LATER)
    council.manager.save()
    new = UserFactory.create(name="Gareth Mistry", roles=(Role.TEAM_MANAGER,), team=council.north)
    with pytest.raises(NotAllowed, match="A manager of the team"):
        verify(fresh(action), council.other_manager)
    assert verify(fresh(action), new).state == Action.State.VERIFIED


def test_a_manager_s_own_action_through_supervision_is_the_qa_officer_s_to_check(
    audit: Audit, council: Council
) -> None:
    Action.objects.filter(pk=worker_s(audit).pk).update(part="manager", owner=council.manager)
    action = do(worker_s(audit))
    with pytest.raises(NotAllowed, match="Nobody checks their own"):
        verify(action, council.manager)
    assert verify(action, council.qa_officer).state == Action.State.VERIFIED


def test_the_database_itself_refuses_a_doer_who_checks(audit: Audit, council: Council) -> None:
    action = do(immediate(audit))
    action.verified_at, action.verified_by = LATER, council.manager
    with pytest.raises(IntegrityError, match="action_doer_not_checker"), transaction.atomic():
        action.save()


def test_an_inadequate_waits_for_the_head_of_service_first(council: Council) -> None:
    action = do(immediate(finalised_audit(council, grade=Grade.INADEQUATE)))
    assert told(f"{action.ref}:done:1") == {"Marguerite Osei"}
    with pytest.raises(NotNow, match="Head of Service signs this action first"):
        verify(action, council.qa_officer)
    for by in (council.other_head_of_service, council.qa_officer, council.assistant_director):
        with pytest.raises(NotAllowed, match="Head of Service of this case"):
            actions.countersign_action(action, by=by, at=LATER, version=2)
    action = actions.countersign_action(action, by=council.head_of_service, at=LATER, version=2)
    assert (action.state, action.countersigned_by) == (Action.State.DONE, council.head_of_service)
    assert told(f"{action.ref}:countersigned:2") == {"Amara Whitlock"}
    with pytest.raises(NotNow, match="signed already"):
        actions.countersign_action(action, by=council.head_of_service, at=LATER, version=3)
    assert verify(action, council.qa_officer).state == Action.State.VERIFIED


def test_a_head_of_service_whose_own_action_it_is_leaves_the_signature_to_the_director(council: Council) -> None:
    action = immediate(finalised_audit(council, grade=Grade.INADEQUATE))
    action = replan.reassign_action(
        action, by=council.qa_officer, at=LATER, owner=council.head_of_service, why="Devinder is away.", version=1
    )
    action = do(action)
    with pytest.raises(NotAllowed, match="Nobody checks their own"):
        actions.countersign_action(action, by=council.head_of_service, at=LATER, version=3)
    assert actions.countersign_action(action, by=council.assistant_director, at=LATER, version=3).countersigned_at


def test_other_audits_need_no_signature_of_a_head_of_service(audit: Audit, council: Council) -> None:
    action = do(immediate(audit))
    with pytest.raises(NotNow, match="needs no signature"):
        actions.countersign_action(action, by=council.head_of_service, at=LATER, version=2)


def test_sent_back_it_is_open_again_with_its_date_and_the_owner_is_told(council: Council) -> None:
    action = do(immediate(finalised_audit(council, grade=Grade.INADEQUATE)))
    action = actions.countersign_action(action, by=council.head_of_service, at=LATER, version=2)
    with pytest.raises(Refused, match="Say why"):
        actions.send_back_action(action, by=council.qa_officer, at=LATER, why=" ", version=3)
    action = actions.send_back_action(action, by=council.qa_officer, at=LATER, why="May is missing.", version=3)
    assert (action.state, action.returned_why, action.due_on) == ("open", "May is missing.", action.first_due_on)
    assert (action.done_by, action.countersigned_by) == (None, None)
    assert told(f"{action.ref}:returned:3") == {"Devinder Halloran"}
    assert do(action).returned_why == ""


def test_a_head_of_service_may_send_back_what_they_would_sign(council: Council) -> None:
    action = do(immediate(finalised_audit(council, grade=Grade.INADEQUATE)))
    with pytest.raises(NotAllowed):
        actions.send_back_action(action, by=council.other_head_of_service, at=LATER, why="No.", version=2)
    assert (
        actions.send_back_action(action, by=council.head_of_service, at=LATER, why="Dates, please.", version=2).state
        == "open"
    )


def test_what_is_checked_is_what_the_page_showed(audit: Audit, council: Council) -> None:
    action = do(immediate(audit))
    again = actions.send_back_action(action, by=council.qa_officer, at=LATER, why="Which file?", version=2)
    do(again)
    with pytest.raises(Stale, match="Someone changed this action"):
        actions.verify_action(fresh(action), by=council.qa_officer, at=LATER, version=2)


def test_checked_or_cancelled_is_the_end_of_it(audit: Audit, council: Council) -> None:
    action = verify(do(immediate(audit)), council.qa_officer)
    for act in (
        actions.verify_action,
        actions.send_back_action,
        replan.cancel_action,
        replan.extend_action,
        replan.reassign_action,
    ):
        more = {
            "send_back_action": {"why": "x"},
            "cancel_action": {"why": "x"},
            "extend_action": {"why": "x", "due_on": day_of(LATER)},
            "reassign_action": {"why": "x", "owner": council.head_of_service},
        }.get(act.__name__, {})
        with pytest.raises(NotNow):
            act(action, by=council.qa_officer, at=LATER, version=action.version, **more)  # type: ignore[operator]
    assert fresh(action).state == Action.State.VERIFIED


def test_the_page_offers_each_person_what_they_may_do(council: Council) -> None:
    audit = finalised_audit(council, grade=Grade.INADEQUATE)
    on = day_of(LATER)

    def offered(by: User) -> list[str]:
        action = immediate(audit)
        return [
            *actions.allowed(action, actions.CHECKS, by=by, on=on),
            *actions.allowed(action, replan.CHECKS, by=by, on=on),
        ]

    assert offered(council.manager) == ["do", "reassign"]
    assert offered(council.head_of_service) == ["extend", "reassign"]
    assert offered(council.qa_officer) == ["extend", "reassign", "cancel"]
    assert offered(council.keyworker) == []
    do(immediate(audit))
    assert offered(council.manager) == []
    assert offered(council.head_of_service) == ["countersign", "send_back"]
    assert offered(council.qa_officer) == ["send_back", "cancel"]
