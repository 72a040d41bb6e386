"""Forms of an audit and what comes of it that stand on a page only once something else has happened: each state as
people bring it about, then undone."""

from __future__ import annotations

import re
from datetime import timedelta

from audits.family import answers as family_answers
from audits.family import asking
from audits.meeting import grading, lifecycle
from audits.meeting import set_aside as meeting_set_aside
from audits.models import Case, LastingCheck
from escalation.steps.kinds import re_audits
from people.models import User
from standards import standard_sets
from standards.grades import Grade
from standards.models import Criterion
from tests.audits.family import families
from tests.conftest import NOW, TODAY
from tests.escalation import walk as escalation_walk
from tests.escalation.build import finalised_audit
from tests.factories import (
    EARLY,
    CaseFactory,
    add_action,
    booked_audit,
    mark_alone,
    met_and_signed,
    open_audit,
)
from tests.hostile.walker import Walker, in_state, post, undone
from tests.world import World

WHY = "The plan is a week old, and she has moved."


@in_state
def a_standard_is_set_aside(walk: Walker, world: World) -> None:
    audit = world.ours.open_audit
    meeting_set_aside.propose_aside(audit, 2, by=world.council.auditor, at=NOW, why=WHY)
    walk.press("keyworker", "audit-aside-confirm", f"/audits/{audit.ref}/meeting/?step=2")
    walk.see("auditor", f"/audits/{audit.ref}/meeting/?step=2")


def both_propose(world: World, number: int, *grades: str) -> str:
    audit = world.ours.open_audit
    for person, grade in zip((world.council.keyworker, world.council.auditor), grades, strict=True):
        grading.propose_grade(audit, number, by=person, at=NOW, grade=grade, words=WHY)
    return f"/audits/{audit.ref}/meeting/?step={number}"


@in_state
def a_grade_is_offered(walk: Walker, world: World) -> None:
    room = both_propose(world, 2, Grade.GOOD, Grade.INADEQUATE)
    walk.press("auditor", "audit-offer", room)
    walk.see("keyworker", room)


@in_state
def a_grade_is_referred(walk: Walker, world: World) -> None:
    room = both_propose(world, 2, Grade.GOOD, Grade.INADEQUATE)
    walk.see("auditor", room.replace("?step=2", "end/"))
    walk.press("auditor", "audit-refer", room)
    advice = room.replace("meeting/?step=2", "advice/2/")
    walk.press("head_of_qa", "audit-advice", advice)
    walk.see("head_of_qa", advice)
    walk.see("head_of_qa", f"{advice}rule/")


@in_state
def a_question_is_brought_in(walk: Walker, world: World) -> None:
    council = world.council
    audit = open_audit(council, number=61, at=NOW, case=CaseFactory.create(keyworker=council.keyworker, category="EH"))
    asked = standard_sets.criteria_of_set(audit.standard_set.pk, audit.standard_set.file_hash)
    other = next(pk for pk, (_, categories) in asked.items() if categories and "EH" not in categories)
    room = f"/audits/{audit.ref}/meeting/?step={Criterion.objects.get(pk=other).section.standard.number}"
    walk.press("auditor", "audit-question", room)
    walk.see("auditor", room)


@in_state
def a_meeting_pauses(walk: Walker, world: World) -> None:
    walk.press("auditor", "audit-pause", f"/audits/{world.ours.open_audit.ref}/meeting/pause/")
    walk.see("auditor", f"/audits/{world.ours.open_audit.ref}/meeting/")


@in_state
def a_plan_is_written(walk: Walker, world: World) -> None:
    ref = world.ours.open_audit.ref
    walk.see("auditor", f"/audits/{ref}/meeting/pin/")
    add_action(world.ours.open_audit, [1], at=NOW)
    walk.see("auditor", f"/audits/{ref}/plan/")
    walk.see("auditor", f"/audits/{ref}/plan/1/")


@in_state
def both_come_with_their_own_marks(walk: Walker, world: World) -> None:
    council = world.council
    audit = booked_audit(council, number=51, case=CaseFactory.create(keyworker=council.keyworker, category="CLA"))
    walk.see("auditor", f"/audits/{audit.ref}/own/")
    walk.see("keyworker", f"/audits/{audit.ref}/prepare/")
    for person in (council.auditor, council.keyworker):
        mark_alone(audit, person, at=NOW - timedelta(days=2))
    audit = lifecycle.open_meeting(audit, by=council.auditor, at=NOW - timedelta(hours=1), why=EARLY)
    for person in (council.auditor, council.keyworker):
        grading.propose_grade(audit, 2, by=person, at=NOW, grade=Grade.GOOD, words=WHY)
    walk.see("auditor", f"/audits/{audit.ref}/meeting/?step=marks")


@in_state
def an_action_lasts(walk: Walker, world: World) -> None:
    council = world.council
    case = CaseFactory.create(keyworker=council.keyworker)
    audit = finalised_audit(council, grade=Grade.REQUIRES_IMPROVEMENT, number=52, case=case)
    action = audit.actions.get(kind="supervision")
    escalation_walk.do(action, at=NOW)
    escalation_walk.check(action, council, at=NOW)
    LastingCheck.objects.filter(action=action).update(due_on=TODAY)
    walk.press("team_manager", "action-lasted", f"/actions/{action.ref}/lasted/")
    LastingCheck.objects.filter(action=action).update(sampled=True)
    walk.see("head_of_qa", f"/actions/{action.ref}/lasted/look/")


@in_state
def an_action_is_done(walk: Walker, world: World) -> None:
    ref = world.ours.audit.ref
    walk.press("team_manager", "action-do", f"/actions/{ref}-1/done/")
    walk.see("head_of_qa", f"/actions/{ref}-1/return/")
    walk.press("head_of_service", "action-countersign", f"/actions/{ref}-1/")
    walk.see("head_of_qa", f"/actions/{ref}-1/")


@in_state
def all_is_done(walk: Walker, world: World) -> None:
    council = world.council
    audit = finalised_audit(council, grade=Grade.GOOD, number=53, case=CaseFactory.create(keyworker=council.keyworker))
    escalation_walk.all_done(audit, at=NOW)
    walk.see("team_manager", f"/audits/{audit.ref}/follow-up/")
    walk.see("head_of_qa", f"/audits/{audit.ref}/follow-up/")


@in_state
def an_escalation_goes_its_way(walk: Walker, world: World) -> None:
    council = world.council
    for number in (54, 55):
        case = CaseFactory.create(keyworker=council.keyworker)
        audit = finalised_audit(council, grade=Grade.INADEQUATE, number=number, case=case)
    walk.see("head_of_service", "/escalations/")
    steps = f"/escalations/{audit.ref}/"
    walk.see("head_of_service", f"{steps}acknowledge/acknowledge/")
    with undone(walk.clients["head_of_service"]):
        walk.press("head_of_service", "escalation-acknowledge", f"{steps}acknowledge/acknowledge/")
        escalation_walk.all_done(audit, at=NOW)
        walk.press("head_of_service", "escalation-sign", f"{steps}immediate_actions/sign/")
        walk.see("team_manager", f"{steps}supervision/complete/")
    checks = escalation_walk.to_qa_check(audit, council, at=NOW)
    walk.see("qa_officer", f"{steps}qa_check/reopen/")
    walk.press("qa_officer", "escalation-confirm", f"{steps}qa_check/confirm/")
    again = escalation_walk.step(checks.escalation, "re_audit")
    walk.see("head_of_qa", steps)
    again = re_audits.begin(again, by=council.head_of_qa, at=NOW)
    met_and_signed(again, grade=Grade.INADEQUATE, at=NOW)
    walk.see("assistant_director", f"{steps}re_audit/decide/")
    Case.objects.filter(pk=case.pk).update(closed_on=TODAY)
    walk.see("head_of_qa", f"{steps}end/")


@in_state
def an_exercise_is_revealed(walk: Walker, world: World) -> None:
    exercise = world.values["exercise"]
    for role in ("head_of_service", "principal_social_worker", "panel_member"):
        walk.press(role, "calibration-one", f"/panel/calibration/{exercise}/")
    walk.press("head_of_qa", "calibration-reveal", f"/panel/calibration/{exercise}/")
    walk.see("head_of_qa")


@in_state
def a_family_is_asked(walk: Walker, world: World) -> None:
    council = world.council
    audit = booked_audit(council, number=55, case=CaseFactory.create(keyworker=council.keyworker))
    walk.see("keyworker", f"/family/{audit.ref}/")
    ask = families.named(audit, council.qa_officer, by=council.qa_officer)
    page = f"/family/{audit.ref}/{ask.number}/"
    walk.see("head_of_qa", f"/family/{audit.ref}/")
    walk.see("qa_officer", page)
    asking.say_consent(ask, consent="yes", by=council.qa_officer, at=NOW)
    walk.see("qa_officer", page)
    walk.see("qa_officer", f"{page}answers/")


@in_state
def a_family_said_something(walk: Walker, world: World) -> None:
    council, audit = world.council, world.ours.open_audit
    ask = families.agreed(audit, council)
    said = {ask.answers.get().question_id: (None, families.SAID)}
    family_answers.record_answers(ask, way="telephone", answers=said, by=council.qa_officer, at=NOW)
    walk.see("auditor", f"/audits/{audit.ref}/meeting/?step=record")


@in_state
def a_panel_sits(walk: Walker, world: World) -> None:
    panel = world.values["panel"]["ours"]
    audit = panel.reviews.get().audit.ref
    page = f"/panel/{panel.ref}/{audit}/"
    walk.press("head_of_qa", "panel-begin", f"/panel/{panel.ref}/")
    for role in ("head_of_service", "principal_social_worker"):
        walk.press(role, "panel-grades", page)
    walk.press("head_of_qa", "panel-reveal", page)
    walk.see("panel_member", page)
    walk.see("head_of_service", page)
    walk.press("head_of_qa", "panel-decide", page, outcome="upheld")
    walk.press("head_of_qa", "panel-minutes", f"/panel/{panel.ref}/minutes/")
    walk.see("head_of_qa", f"/panel/{panel.ref}/minutes/")


@in_state
def an_audit_is_held_and_given(walk: Walker, world: World) -> None:
    keep = f"/audits/{world.ours.audit.ref}/keep/"
    walk.press("head_of_qa", "audit-keep", keep)
    walk.see("head_of_qa", keep)
    walk.see("head_of_qa", "/audits/QC-2611-042/give/")
    walk.see("head_of_qa", "/audits/QC-2611-042/conflict/")
    walk.see("head_of_qa", "/audits/QC-2611-042/withdraw/")
    walk.see("auditor", f"/audits/{world.ours.open_audit.ref}/themes/2/")


@in_state
def a_look_is_taken(walk: Walker, world: World) -> None:
    walk.press("assistant_director", "viewing-new", "/views/new/", number="", case="", about="")
    walk.see("assistant_director")


@in_state
def a_concern_is_raised(walk: Walker, world: World) -> None:
    steps = f"/escalations/{world.ours.concern.ref}/"
    for step in world.ours.concern.steps.order_by("position"):
        for role in ("team_manager", "head_of_service", "assistant_director", "head_of_qa"):
            for act in ("record", "sign", "decide", "complete"):
                walk.see(role, f"{steps}{step.slug}/{act}/")
    for role in ("head_of_qa", "assistant_director"):
        walk.see(role, f"{steps}end/")


@in_state
def an_owner_has_left(walk: Walker, world: World) -> None:
    User.objects.filter(pk=world.council.manager.pk).update(left_on=TODAY)
    walk.see("head_of_service", "/escalations/owners/")
    walk.see("head_of_qa", "/escalations/owners/")


@in_state
def a_grade_stands_against_the_marks(walk: Walker, world: World) -> None:
    walk.press("auditor", "audit-sign", "/audits/QC-2611-043/sign/")
    walk.press("auditor", "audit-reopen", "/audits/QC-2611-043/sign/")
    walk.see("auditor", "/audits/QC-2611-043/meeting/")
    walk.see("auditor", "/audits/QC-2611-043/meeting/?step=2")
    walk.see("auditor", "/audits/QC-2611-043/themes/2/")
    walk.see("auditor", "/audits/QC-2611-043/meeting/?step=record")


@in_state
def a_family_answers_by_a_link(walk: Walker, world: World) -> None:
    ask = families.agreed(world.ours.open_audit, world.council)
    page = f"/family/{ask.audit.ref}/{ask.number}/"
    forms = {form.door: form for form in walk.see("qa_officer", page)}
    shown = post(walk.clients["qa_officer"], forms["family-link"].action, {}).content.decode()
    link = re.search(r"/tell-us/[^/\"<]+/", shown)
    assert link, "the link is shown once"
    walk.see("staff", link[0])
