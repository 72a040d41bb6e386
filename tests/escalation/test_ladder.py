"""What a grade opens: steps with owners and dates, a hold, and everyone told, in the transaction that finalises."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from audits.models import Audit, Hold
from audits.record import signing
from audits.signals import audit_graded
from escalation import ladder
from escalation.models import Escalation, Step
from escalation.steps.dates import panel_after
from people import trail
from people.models import Membership, Notice
from people.roles import Role
from qualitycounts.base.refusals import NotNow
from standards.grades import Grade
from tests import factories
from tests.escalation.build import finalised_audit
from tests.escalation.walk import opened, regrade, told
from tests.factories import MET, Council


def steps_of(escalation: Escalation) -> list[tuple[str, str, str, date | None]]:
    return [
        (step.slug, step.state, step.owner.name if step.owner else "", step.due_on)
        for step in escalation.steps.select_related("owner")
    ]


def test_an_inadequate_opens_three_steps_at_once_and_names_the_two_that_follow(council: Council) -> None:
    audit = finalised_audit(council, grade=Grade.INADEQUATE)
    escalation = opened(audit)
    assert (escalation.ref, escalation.path, escalation.state) == (audit.ref, "inadequate", "open")
    assert steps_of(escalation) == [
        ("acknowledge", "open", "Marguerite Osei", date(2026, 11, 17)),
        ("immediate_actions", "open", "Devinder Halloran", date(2026, 11, 23)),
        ("supervision", "open", "Devinder Halloran", date(2026, 12, 16)),
        ("qa_check", "waiting", "Amara Whitlock", None),
        ("re_audit", "waiting", "Amara Whitlock", date(2027, 2, 16)),
    ]
    assert Hold.objects.get(audit=audit, lifted=None).cause == f"inadequate:{audit.ref}"


def test_those_of_an_inadequate_are_told_once_with_what_is_theirs(council: Council) -> None:
    escalation = opened(finalised_audit(council, grade=Grade.INADEQUATE))
    assert told(f"{escalation.ref}:opened") == {
        "Marguerite Osei",
        "Devinder Halloran",
        "Niamh Okonkwo",
        "Amara Whitlock",
        "Leona Bhandari",
    }
    theirs = Notice.objects.get(key=f"{escalation.ref}:opened", to=council.manager)
    assert "Immediate actions, by Monday 23 November 2026; Supervision, by Wednesday 16 December 2026" in theirs.body
    assert "part of it is yours" in theirs.subject
    assert council.case.person_id not in theirs.body


def test_a_requires_improvement_opens_two_steps_and_the_check_waits(council: Council) -> None:
    escalation = opened(finalised_audit(council, grade=Grade.REQUIRES_IMPROVEMENT))
    assert steps_of(escalation) == [
        ("acknowledge", "open", "Devinder Halloran", date(2026, 11, 18)),
        ("actions", "open", "Devinder Halloran", date(2026, 12, 16)),
        ("qa_check", "waiting", "Amara Whitlock", None),
    ]
    assert told(f"{escalation.ref}:opened") == {
        "Devinder Halloran",
        "Marguerite Osei",
        "Niamh Okonkwo",
        "Amara Whitlock",
    }


@pytest.mark.parametrize("grade", [Grade.GOOD, Grade.OUTSTANDING])
def test_good_or_better_opens_nothing(council: Council, grade: str) -> None:
    audit = finalised_audit(council, grade=grade)
    assert not audit.escalations.exists()
    assert not audit.holds.exists()


def test_finalised_late_no_date_falls_before_the_next_working_day(council: Council) -> None:
    late = datetime(2026, 12, 18, 9, 0, tzinfo=UTC)
    audit = finalised_audit(council, grade=Grade.INADEQUATE, signed_at=late)
    dates = [step.due_on for step in opened(audit).steps.all()]
    assert dates == [date(2026, 12, 21), date(2026, 12, 21), date(2026, 12, 21), None, date(2027, 2, 16)]


def test_a_fault_in_the_ladder_undoes_the_signature_and_the_grade(
    council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    audit = factories.agreed_audit(council, grade=Grade.INADEQUATE)
    audit = signing.sign_record(audit, by=council.auditor, at=MET, content_hash=audit.content_hash)
    Membership.objects.filter(
        role__in=[Role.QA_OFFICER, Role.HEAD_OF_QA, Role.ASSISTANT_DIRECTOR, Role.EXECUTIVE_DIRECTOR]
    ).delete()
    before = trail.verify().entries
    with pytest.raises(NotNow, match="nobody holds that role"):
        signing.sign_record(audit, by=council.keyworker, at=MET, content_hash=audit.content_hash)
    audit.refresh_from_db()
    assert (audit.state, audit.grade) == (Audit.State.AGREED, "")
    assert audit.signatures.count() == 1
    assert not Escalation.objects.exists()
    assert trail.verify().entries == before


def test_the_second_signature_of_a_whole_meeting_opens_it(council: Council) -> None:
    escalation = opened(factories.finalised_audit(council, grade=Grade.REQUIRES_IMPROVEMENT))
    assert (escalation.path, escalation.opened) == ("requires_improvement", MET)


def test_where_nobody_holds_a_part_whoever_stands_above_does_it(council: Council) -> None:
    Membership.objects.filter(role=Role.HEAD_OF_SERVICE).delete()
    Membership.objects.filter(role=Role.QA_OFFICER).delete()
    owners = {step.slug: step.owner for step in opened(finalised_audit(council, grade=Grade.INADEQUATE)).steps.all()}
    assert owners["acknowledge"] == council.assistant_director
    assert owners["qa_check"] == council.head_of_qa


def test_a_regrade_down_opens_the_path_that_day_with_dates_from_it(council: Council) -> None:
    audit = finalised_audit(council, grade=Grade.REQUIRES_IMPROVEMENT)
    first = opened(audit)
    later = datetime(2026, 12, 8, 9, 0, tzinfo=UTC)
    regrade(audit, Grade.INADEQUATE, by=council.head_of_qa, at=later)
    first.refresh_from_db()
    assert (first.state, first.finished_why) == ("finished", "The panel regraded the audit to Inadequate.")
    assert {step.state for step in first.steps.all()} == {"dropped"}
    second = opened(audit)
    assert (second.ref, second.opened_on) == (f"{audit.ref}-E2", date(2026, 12, 8))
    assert [step.due_on for step in second.steps.all()] == [
        date(2026, 12, 9),
        date(2026, 12, 15),
        date(2027, 1, 8),
        None,
        date(2027, 3, 8),
    ]
    assert [hold.cause for hold in audit.holds.filter(lifted=None)] == [f"inadequate:{second.ref}"]


def test_a_regrade_up_ends_it_and_keeps_it(council: Council) -> None:
    audit = finalised_audit(council, grade=Grade.REQUIRES_IMPROVEMENT)
    regrade(audit, Grade.GOOD, by=council.head_of_qa, at=MET + timedelta(days=3))
    (only,) = audit.escalations.all()
    assert (only.state, only.finished_why) == ("finished", "The panel regraded the audit to Good.")
    assert not audit.holds.filter(lifted=None).exists()
    assert told(f"{only.ref}:finished") == {"Niamh Okonkwo", "Devinder Halloran", "Amara Whitlock", "Marguerite Osei"}


def test_graded_the_same_again_nothing_is_opened_twice(council: Council) -> None:
    audit = finalised_audit(council, grade=Grade.INADEQUATE)
    audit_graded.send(sender=Audit, audit=audit, was="inadequate", by=council.head_of_qa, at=MET)
    assert audit.escalations.count() == 1


def test_voided_what_its_grade_asked_for_ends(council: Council) -> None:
    audit = finalised_audit(council, grade=Grade.INADEQUATE)
    audit.state, audit.ended_why, audit.ended_at, audit.ended_by = "voided", "The wrong child.", MET, council.head_of_qa
    audit.save()
    audit_graded.send(sender=Audit, audit=audit, was="inadequate", by=council.head_of_qa, at=MET)
    assert [one.finished_why for one in audit.escalations.all()] == ["The audit was voided."]


@pytest.mark.parametrize(
    ("on", "panel"),
    [
        (date(2026, 11, 27), date(2026, 11, 30)),
        (date(2026, 11, 29), date(2026, 11, 30)),
        (date(2026, 11, 30), date(2026, 12, 31)),
        (date(2026, 5, 28), date(2026, 5, 29)),
        (date(2026, 5, 29), date(2026, 6, 30)),
        (date(2026, 12, 31), date(2027, 1, 29)),
    ],
)
def test_the_next_panel_is_the_last_working_day_of_a_month_strictly_after(v7: Any, on: date, panel: date) -> None:
    assert panel_after(on) == panel


def test_each_opening_and_step_is_in_the_trail(council: Council) -> None:
    escalation = opened(finalised_audit(council, grade=Grade.INADEQUATE))
    (entry,) = trail.entries_about(escalation)
    assert (entry.act, entry.was, entry.now) == ("escalation.opened", "", "open")
    assert '"immediate_actions"' in (entry.content or "")


def test_no_step_is_open_without_an_owner_or_a_date(council: Council) -> None:
    escalation = opened(finalised_audit(council, grade=Grade.INADEQUATE))
    assert not Step.objects.open().filter(escalation=escalation, owner=None).exists()
    with pytest.raises(NotNow, match="still to do"), trail.acting(by=None, at=MET) as act:
        ladder.finish(act, escalation)
