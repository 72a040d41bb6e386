"""Along the ladder: acknowledged, recorded, signed, completed, checked, re-audited or decided, by the right hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from audits.follow_up import actions, closing, replan
from audits.models import Action, Audit
from audits.record import withdrawal
from escalation.concerns import concern
from escalation.models import Escalation, Step
from escalation.steps import acting
from escalation.steps.kinds import re_audits
from escalation.sweep import sweep_deadlines
from people import absence, trail
from people.models import Notice, User
from people.roles import Role
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused
from standards.grades import Grade
from tests.conftest import NOW, TODAY
from tests.escalation.build import finalised_audit
from tests.escalation.steps.listing import waiting_for
from tests.escalation.walk import (
    LATER,
    all_done,
    check,
    do,
    fresh,
    opened,
    step,
    to_qa_check,
    told,
)
from tests.factories import Council, UserFactory, met_and_signed


def inadequate(council: Council) -> Escalation:
    return opened(finalised_audit(council, grade=Grade.INADEQUATE))


def requires_improvement(council: Council) -> Escalation:
    return opened(finalised_audit(council, grade=Grade.REQUIRES_IMPROVEMENT))


def raised(council: Council, spoken_to: User | None = None) -> Escalation:
    """A safeguarding concern in an audit that is final and good."""
    return concern.raise_concern(
        finalised_audit(council, grade=Grade.GOOD),
        by=council.auditor,
        at=LATER,
        why="He was alone at home last night.",
        spoken_to=spoken_to or council.manager,
        spoken=LATER - timedelta(minutes=20),
    )


def states_of(escalation: Escalation) -> dict[str, str]:
    return dict(escalation.steps.values_list("slug", "state"))


def test_an_inadequate_is_acknowledged_by_the_head_of_service_alone(council: Council) -> None:
    escalation = inadequate(council)
    for by in (council.manager, council.qa_officer, council.other_head_of_service, council.assistant_director):
        with pytest.raises(NotAllowed, match="Marguerite Osei acknowledges this"):
            acting.acknowledge_step(step(escalation, "acknowledge"), by=by, at=LATER)
    done = acting.acknowledge_step(
        step(escalation, "acknowledge"), by=council.head_of_service, at=LATER, words=" Read. "
    )
    assert (done.state, done.done_by, done.done_at, done.words) == ("done", council.head_of_service, LATER, "Read.")
    with pytest.raises(NotNow, match="is now “done”"):
        acting.acknowledge_step(step(escalation, "acknowledge"), by=council.head_of_service, at=LATER)


@pytest.mark.parametrize("who", ["manager", "head_of_service"])
def test_a_requires_improvement_is_acknowledged_by_the_manager_or_above(council: Council, who: str) -> None:
    escalation = requires_improvement(council)
    with pytest.raises(NotAllowed):
        acting.acknowledge_step(step(escalation, "acknowledge"), by=council.other_manager, at=LATER)
    assert acting.acknowledge_step(step(escalation, "acknowledge"), by=getattr(council, who), at=LATER).state == "done"


def test_the_head_of_service_signs_once_every_immediate_action_is_done(council: Council) -> None:
    escalation = inadequate(council)
    immediate = escalation.audit.actions.get(kind=Action.Kind.IMMEDIATE)
    with pytest.raises(NotNow, match="an immediate action is not done"):
        acting.sign_step(step(escalation, "immediate_actions"), by=council.head_of_service, at=LATER)
    do(immediate)
    with pytest.raises(NotAllowed, match="You did part of this yourself"):
        acting.sign_step(step(escalation, "immediate_actions"), by=council.manager, at=LATER)
    for by in (council.qa_officer, council.other_head_of_service):
        with pytest.raises(NotAllowed, match="Head of Service signs"):
            acting.sign_step(step(escalation, "immediate_actions"), by=by, at=LATER)
    acting.sign_step(step(escalation, "immediate_actions"), by=council.head_of_service, at=LATER, words="Seen.")
    immediate = fresh(immediate)
    assert (immediate.state, immediate.countersigned_by) == (Action.State.DONE, council.head_of_service)
    assert actions.verify_action(immediate, by=council.qa_officer, at=LATER, version=immediate.version).verified_at


def test_supervision_is_done_when_nothing_is_left_to_do(council: Council) -> None:
    escalation = inadequate(council)
    with pytest.raises(NotNow, match="2 actions are still to do"):
        acting.complete_step(step(escalation, "supervision"), by=council.manager, at=LATER)
    all_done(escalation.audit)
    for by in (council.head_of_service, council.qa_officer, council.other_manager):
        with pytest.raises(NotAllowed, match="Devinder Halloran says that this is done"):
            acting.complete_step(step(escalation, "supervision"), by=by, at=LATER)
    assert acting.complete_step(step(escalation, "supervision"), by=council.manager, at=LATER).state == "done"
    assert states_of(escalation)["qa_check"] == "waiting"


def test_the_qa_check_begins_once_all_before_it_are_done_and_is_due_in_five_working_days(council: Council) -> None:
    qa_check = to_qa_check(finalised_audit(council, grade=Grade.INADEQUATE), council)
    assert (qa_check.state, qa_check.owner, qa_check.due_on) == ("open", council.qa_officer, date(2026, 11, 25))
    assert told(f"{qa_check.ref}:opened:2026-11-18") == {"Amara Whitlock"}


@pytest.mark.parametrize(
    ("checked", "due"), [(date(2027, 2, 15), date(2027, 2, 16)), (date(2027, 2, 16), date(2027, 2, 17))]
)
def test_a_step_that_opens_on_the_day_it_is_due_has_until_the_next_working_day(
    council: Council, checked: date, due: date
) -> None:
    qa_check = to_qa_check(finalised_audit(council, grade=Grade.INADEQUATE), council)
    at = datetime.combine(checked, time(9), tzinfo=UTC)
    acting.confirm_step(qa_check, by=council.qa_officer, at=at, words="Chronology and supervision read on Mosaic.")
    re_audit = step(qa_check.escalation, "re_audit")
    assert (re_audit.state, re_audit.due_on) == ("open", due)


def test_after_a_requires_improvement_the_check_is_due_at_the_next_panel(council: Council) -> None:
    qa_check = to_qa_check(finalised_audit(council, grade=Grade.REQUIRES_IMPROVEMENT), council)
    assert qa_check.due_on == date(2026, 11, 30)


def test_several_qa_officers_are_all_told_and_the_first_by_name_owns(council: Council) -> None:
    UserFactory.create(name="Aaron Beck", roles=(Role.QA_OFFICER,))
    qa_check = to_qa_check(finalised_audit(council, grade=Grade.REQUIRES_IMPROVEMENT), council)
    assert qa_check.owner is not None
    assert qa_check.owner.name == "Aaron Beck"
    assert told(f"{qa_check.ref}:opened:2026-11-18") == {"Aaron Beck", "Amara Whitlock"}


def test_a_requires_improvement_finishes_with_the_check_and_the_hold_is_lifted(council: Council) -> None:
    audit = finalised_audit(council, grade=Grade.REQUIRES_IMPROVEMENT)
    qa_check = to_qa_check(audit, council)
    with pytest.raises(Refused, match="Write a sentence"):
        acting.confirm_step(qa_check, by=council.qa_officer, at=LATER, words=" ")
    acting.confirm_step(qa_check, by=council.qa_officer, at=LATER, words="Chronology and supervision read on Mosaic.")
    escalation = audit.escalations.get()
    assert (escalation.state, escalation.finished) == ("finished", LATER)
    assert not audit.holds.filter(lifted=None).exists()
    assert told(f"{escalation.ref}:finished") == {
        "Niamh Okonkwo",
        "Devinder Halloran",
        "Amara Whitlock",
        "Marguerite Osei",
    }
    assert closing.close_audit(audit, by=council.qa_officer, at=LATER).state == Audit.State.CLOSED
    assert trail.verify().ok


def test_where_the_head_of_service_acted_the_assistant_director_agrees(council: Council) -> None:
    audit = finalised_audit(council, grade=Grade.GOOD)
    raised = concern.raise_concern(
        audit, by=council.auditor, at=LATER, why="Not seen.", spoken_to=council.manager, spoken=LATER
    )
    safe = step(raised, "make_safe")
    assert not waiting_for(council.assistant_director).exists()
    acting.record_made_safe(safe, by=council.head_of_service, at=LATER, acted="She is with her aunt.")
    with pytest.raises(NotAllowed, match="You did part of this"):
        acting.sign_step(safe, by=council.head_of_service, at=LATER)
    assert [one.slug for one in waiting_for(council.assistant_director)] == ["make_safe"]
    assert acting.sign_step(safe, by=council.assistant_director, at=LATER).done_by == council.assistant_director


def test_the_check_is_not_made_by_whoever_took_part(council: Council) -> None:
    council.auditor.memberships.create(role=Role.QA_OFFICER, starts_on=date(2025, 1, 1))
    qa_check = to_qa_check(finalised_audit(council, grade=Grade.REQUIRES_IMPROVEMENT), council)
    with pytest.raises(NotAllowed, match="You took part in this audit"):
        acting.confirm_step(qa_check, by=council.auditor, at=LATER, words="Read.")
    for by in (council.manager, council.head_of_service, council.assistant_director):
        with pytest.raises(NotAllowed, match="The QA Officer makes this check"):
            acting.confirm_step(qa_check, by=by, at=LATER, words="Read.")
    assert acting.confirm_step(qa_check, by=council.head_of_qa, at=LATER, words="Read.").done_by == council.head_of_qa


def test_the_check_waits_for_every_action_to_be_checked(council: Council) -> None:
    audit = finalised_audit(council, grade=Grade.REQUIRES_IMPROVEMENT)
    escalation = opened(audit)
    acting.acknowledge_step(step(escalation, "acknowledge"), by=council.manager, at=LATER)
    all_done(audit)
    acting.complete_step(step(escalation, "actions"), by=council.manager, at=LATER)
    with pytest.raises(NotNow, match="2 actions wait to be checked"):
        acting.confirm_step(step(escalation, "qa_check"), by=council.qa_officer, at=LATER, words="Read.")
    for action in audit.actions.all():
        check(action, council)
    acting.confirm_step(step(escalation, "qa_check"), by=council.qa_officer, at=LATER, words="Read.")


def test_sent_back_the_work_is_open_again_and_keeps_a_date_that_is_later(council: Council) -> None:
    qa_check = to_qa_check(finalised_audit(council, grade=Grade.REQUIRES_IMPROVEMENT), council)
    with pytest.raises(Refused, match="Write a sentence"):
        acting.send_back_step(qa_check, by=council.qa_officer, at=LATER, why="")
    again = acting.send_back_step(
        qa_check, by=council.qa_officer, at=LATER, why="The visit of 12 November is not on Mosaic."
    )
    assert (again.slug, again.state, again.due_on, again.first_due_on) == (
        "actions",
        "open",
        date(2026, 12, 16),
        date(2026, 12, 16),
    )
    assert told(f"{again.ref}:reopened:2026-11-18") == {"Devinder Halloran"}
    assert states_of(qa_check.escalation) == {"acknowledge": "done", "actions": "open", "qa_check": "waiting"}
    later = LATER + timedelta(days=14)
    acting.complete_step(step(qa_check.escalation, "actions"), by=council.manager, at=later)
    assert step(qa_check.escalation, "qa_check").due_on == date(2026, 12, 31)


def to_re_audit(council: Council, *, at: datetime = LATER) -> Step:
    """An Inadequate whose check is done: the re-audit is open."""
    qa_check = to_qa_check(finalised_audit(council, grade=Grade.INADEQUATE), council, at=at)
    acting.confirm_step(qa_check, by=council.qa_officer, at=at, words="Read on Mosaic.")
    return step(qa_check.escalation, "re_audit")


def test_the_re_audit_keeps_the_date_it_had_from_the_start(council: Council) -> None:
    re_audit = to_re_audit(council)
    assert (re_audit.state, re_audit.owner, re_audit.due_on) == ("open", council.qa_officer, date(2027, 2, 16))


def test_begun_after_its_date_it_is_due_the_next_working_day(council: Council) -> None:
    late = datetime(2027, 3, 5, 10, 0, tzinfo=UTC)
    re_audit = to_re_audit(council, at=late)
    assert (re_audit.due_on, re_audit.first_due_on) == (date(2027, 3, 8), date(2027, 2, 16))


def test_the_qa_officer_begins_it_with_another_auditor_from_outside_the_team(council: Council) -> None:
    re_audit = to_re_audit(council)
    with pytest.raises(NotAllowed):
        re_audits.begin(re_audit, by=council.head_of_service, at=LATER)
    again = re_audits.begin(re_audit, by=council.qa_officer, at=LATER)
    assert (again.ref, again.re_audit_of, again.case) == ("QC-2702-001", re_audit.escalation.audit, council.case)
    assert (again.auditor, again.keyworker) == (council.other_auditor, council.keyworker)
    assert step(re_audit.escalation, "re_audit").owner == council.other_auditor
    with pytest.raises(NotNow, match="The re-audit is QC-2702-001"):
        re_audits.begin(re_audit, by=council.qa_officer, at=LATER)
    withdrawal.withdraw_audit(again, by=council.qa_officer, at=LATER, why="The keyworker has left.")
    assert re_audits.begin(re_audit, by=council.qa_officer, at=LATER).ref == "QC-2702-002"


def test_where_the_case_has_closed_the_director_decides(council: Council) -> None:
    re_audit = to_re_audit(council)
    council.case.closed_on = date(2026, 11, 20)
    council.case.save()
    with pytest.raises(NotNow, match="The Assistant Director decides"):
        re_audits.begin(re_audit, by=council.qa_officer, at=LATER)


def re_audit_signed(re_audit: Step, council: Council, grade: str) -> Audit:
    """The re-audit is begun, met and signed with this grade."""
    again = re_audits.begin(re_audit, by=council.qa_officer, at=LATER)
    return met_and_signed(again, grade=grade, at=datetime(2027, 2, 1, 10, 0, tzinfo=UTC))


@pytest.mark.parametrize("grade", [Grade.REQUIRES_IMPROVEMENT, Grade.GOOD, Grade.OUTSTANDING])
def test_a_better_re_audit_finishes_it_when_signed(council: Council, grade: str) -> None:
    re_audit = to_re_audit(council)
    again = re_audit_signed(re_audit, council, grade)
    closed = step(re_audit.escalation, "re_audit")
    assert (closed.state, closed.done_by) == ("done", again.auditor)
    assert again.ref in closed.words
    escalation = Escalation.objects.get(pk=re_audit.escalation_id)
    assert escalation.state == "finished"
    assert not escalation.audit.holds.filter(lifted=None, cause__startswith="inadequate").exists()


def test_a_re_audit_that_is_voided_leaves_the_case_waiting_for_another(council: Council) -> None:
    again = re_audit_signed(to_re_audit(council), council, Grade.GOOD)
    later = datetime(2027, 2, 2, 9, 0, tzinfo=UTC)
    withdrawal.void_audit(again, by=council.head_of_qa, at=later, why="Another child’s file was looked at.")
    escalation = Escalation.objects.get(audit=again.re_audit_of)
    waits = step(escalation, "re_audit")
    assert (escalation.state, waits.state, waits.owner, waits.words) == ("open", "open", council.qa_officer, "")
    assert (waits.due_on, waits.done_by) == (date(2027, 5, 2), None)
    assert escalation.audit.holds.filter(lifted=None).count() == 1
    assert Notice.objects.filter(to=council.qa_officer, subject__contains="needs its re-audit again").exists()
    third = re_audits.begin(waits, by=council.qa_officer, at=later)
    met_and_signed(third, grade=Grade.GOOD, at=datetime(2027, 5, 3, 10, 0, tzinfo=UTC))
    assert Escalation.objects.get(pk=escalation.pk).state == "finished"


def test_with_its_re_audit_withdrawn_the_step_is_the_qa_officers_again(council: Council) -> None:
    waits = to_re_audit(council)
    again = re_audits.begin(waits, by=council.qa_officer, at=LATER)
    assert step(waits.escalation, "re_audit").owner == council.other_auditor
    withdrawal.withdraw_audit(again, by=council.qa_officer, at=LATER, why="The keyworker has left.")
    sweep_deadlines(on=LATER.date(), at=LATER)
    assert step(waits.escalation, "re_audit").owner == council.qa_officer


def test_whose_action_a_deputy_did_signs_no_step_over_it(council: Council, settings: Any) -> None:
    settings.TODAY = TODAY
    audit = finalised_audit(council, grade=Grade.INADEQUATE)
    action = audit.actions.get(kind="immediate")
    head, deputy = council.head_of_service, council.other_head_of_service
    replan.reassign_action(action, by=council.qa_officer, at=NOW, owner=head, why="He has it.", version=action.version)
    named = absence.name_deputy(person=head, deputy=deputy, starts_on=TODAY, ends_on=TODAY, by=head, at=NOW)
    absence.agree_to_stand_in(named, by=deputy, at=NOW)
    action.refresh_from_db()
    actions.complete_action(action, by=deputy, at=NOW, evidence="Seen on Mosaic.", version=action.version)
    with pytest.raises(NotAllowed, match="You did part of this yourself"):
        acting.sign_step(step(opened(audit), "immediate_actions"), by=head, at=NOW)


def test_a_re_audit_no_better_waits_for_the_assistant_director(council: Council) -> None:
    re_audit = to_re_audit(council)
    again = re_audit_signed(re_audit, council, Grade.INADEQUATE)
    waiting = step(re_audit.escalation, "re_audit")
    assert (waiting.state, waiting.owner) == ("open", council.assistant_director)
    assert told(f"{waiting.ref}:decide:2027-02-01") == {"Leona Bhandari"}
    assert opened(again).path == "inadequate"
    for by in (council.head_of_service, council.qa_officer, council.executive_director):
        with pytest.raises(NotAllowed, match="The Assistant Director decides"):
            acting.decide_step(waiting, by=by, at=LATER, why="Enough.")
    with pytest.raises(Refused, match="Write a sentence"):
        acting.decide_step(waiting, by=council.assistant_director, at=LATER, why="")
    acting.decide_step(waiting, by=council.assistant_director, at=LATER, why="It goes on under the new audit.")
    assert Escalation.objects.get(pk=re_audit.escalation_id).state == "finished"


def test_a_concern_is_acknowledged_by_whoever_was_spoken_to_and_the_child_made_safe_by_two(council: Council) -> None:
    escalation = raised(council)
    with pytest.raises(NotAllowed):
        acting.acknowledge_step(step(escalation, "acknowledge"), by=council.qa_officer, at=LATER)
    acting.acknowledge_step(step(escalation, "acknowledge"), by=council.manager, at=LATER)
    with pytest.raises(NotNow, match="what was done is not recorded"):
        acting.sign_step(step(escalation, "make_safe"), by=council.head_of_service, at=LATER)
    with pytest.raises(Refused, match="Write a sentence") as refusal:
        acting.record_made_safe(step(escalation, "make_safe"), by=council.manager, at=LATER, acted="")
    assert refusal.value.field == "acted"
    acting.record_made_safe(
        step(escalation, "make_safe"), by=council.manager, at=LATER, acted="He is with his aunt tonight."
    )
    assert told(f"{escalation.ref}/make_safe:recorded:{LATER:%H%M%S}:2026-11-18") == {"Marguerite Osei"}
    with pytest.raises(NotAllowed, match="You did part of this yourself"):
        acting.sign_step(step(escalation, "make_safe"), by=council.manager, at=LATER)
    acting.sign_step(step(escalation, "make_safe"), by=council.head_of_service, at=LATER, words="I spoke to the aunt.")
    assert Escalation.objects.get(pk=escalation.pk).state == "finished"
    assert not escalation.audit.holds.filter(lifted=None).exists()


def test_a_head_of_service_who_made_the_child_safe_does_not_sign_it_too(council: Council) -> None:
    escalation = raised(council, spoken_to=council.head_of_service)
    make_safe = step(escalation, "make_safe")
    acting.record_made_safe(make_safe, by=council.head_of_service, at=LATER, acted="I went myself.")
    assert told(f"{escalation.ref}/make_safe:recorded:{LATER:%H%M%S}:2026-11-18") == {"Leona Bhandari"}
    with pytest.raises(NotAllowed, match="You did part of this yourself"):
        acting.sign_step(make_safe, by=council.head_of_service, at=LATER)


def test_the_database_itself_refuses_a_doer_who_closes(council: Council) -> None:
    make_safe = step(raised(council), "make_safe")
    make_safe.acted_at, make_safe.acted_by, make_safe.acted = LATER, council.manager, "Done."
    make_safe.state, make_safe.done_at, make_safe.done_by = Step.State.DONE, LATER, council.manager
    with pytest.raises(IntegrityError, match="step_doer_not_closer"), transaction.atomic():
        make_safe.save()


def test_a_step_is_closed_only_in_its_own_way(council: Council) -> None:
    escalation = inadequate(council)
    with pytest.raises(NotNow, match="is closed in another way"):
        acting.acknowledge_step(step(escalation, "immediate_actions"), by=council.head_of_service, at=LATER)
    with pytest.raises(NotNow, match="not started"):
        acting.confirm_step(step(escalation, "qa_check"), by=council.qa_officer, at=LATER, words="Read.")
    with pytest.raises(NotNow, match="not started"):
        acting.decide_step(step(escalation, "re_audit"), by=council.assistant_director, at=LATER, why="Enough.")
