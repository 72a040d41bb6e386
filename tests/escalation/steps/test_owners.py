"""Whose a step is: a sweep hands over an open re-audit step and nothing else; what it once took is given back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from importlib import import_module

import pytest
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from hypothesis import given
from hypothesis import settings as example_settings
from hypothesis import strategies as st

from audits.models import Audit
from escalation.concerns import concern
from escalation.models import Escalation, Step
from escalation.steps import acting as steps_acting
from escalation.steps import moving, owners
from escalation.steps.kinds import re_audits
from escalation.sweep import sweep_deadlines
from people import trail
from people.models import TrailEntry, User
from people.roles import Role
from standards.grades import Grade
from tests.escalation.build import finalised_audit
from tests.escalation.walk import LATER, opened, regrade, step, to_qa_check, told
from tests.factories import Council, UserFactory

MIGRATION = "0003_give_steps_back_to_their_owners"
WEDNESDAY = date(2026, 11, 19)


def run(on: date) -> None:
    sweep_deadlines(on=on, at=datetime(on.year, on.month, on.day, 9, 0, tzinfo=UTC))


def owners_now() -> dict[str, str]:
    return {one.ref: str(one.owner) for one in Step.objects.select_related("owner", "escalation")}


@pytest.fixture
def iro(council: Council) -> User:
    """An auditor from outside the team."""
    return UserFactory.create(name="Dougal Nakamura", roles=(Role.AUDITOR,))


@pytest.fixture
def escalation(council: Council, iro: User) -> Escalation:
    """An Inadequate at its re-audit step, whose re-audit is under way with the auditor from outside."""
    qa_check = to_qa_check(finalised_audit(council, grade=Grade.INADEQUATE), council)
    steps_acting.confirm_step(qa_check, by=council.qa_officer, at=LATER, words="Read.")
    again = re_audits.begin(step(qa_check.escalation, "re_audit"), by=council.qa_officer, at=LATER)
    Audit.objects.filter(pk=again.pk).update(auditor=iro)
    return qa_check.escalation


def raise_concern(council: Council, audit: Audit, at: datetime = LATER) -> Escalation:
    return concern.raise_concern(
        audit, by=council.keyworker, at=at, why=f"Alone, {at}.", spoken_to=council.head_of_service, spoken=at
    )


def test_a_sweep_hands_over_the_open_re_audit_step_alone(council: Council, escalation: Escalation) -> None:
    raised = raise_concern(council, escalation.audit)
    before = owners_now()
    marsh = UserFactory.create(name="Ines Marsh", roles=(Role.AUDITOR,))
    escalation.audit.re_audits.update(auditor=marsh)
    run(WEDNESDAY)
    assert owners_now() == before | {f"{escalation.ref}/re_audit": "Ines Marsh"}
    assert before[f"{raised.ref}/make_safe"] == "Devinder Halloran"
    assert TrailEntry.objects.filter(act="step.handed_over").count() == 1


def test_those_whose_steps_they_were_are_told_that_it_is_finished(council: Council, escalation: Escalation) -> None:
    run(WEDNESDAY)
    steps_acting.decide_step(
        step(escalation, "re_audit"), by=council.assistant_director, at=LATER, why="Safe with his aunt."
    )
    assert {"Marguerite Osei", "Devinder Halloran", "Amara Whitlock"} <= told(f"{escalation.ref}:finished")


def begin(council: Council, escalation: Escalation, at: datetime) -> None:
    if re_audits.current(escalation.audit) is None and step(escalation, "re_audit").state == Step.State.OPEN:
        re_audits.begin(step(escalation, "re_audit"), by=council.qa_officer, at=at)


def decide(council: Council, escalation: Escalation, at: datetime) -> None:
    if step(escalation, "re_audit").state == Step.State.OPEN:
        steps_acting.decide_step(step(escalation, "re_audit"), by=council.assistant_director, at=at, why="Enough.")


def change_grade(council: Council, escalation: Escalation, at: datetime) -> None:
    audit = Audit.objects.select_related("case__team").get(pk=escalation.audit_id)
    grade = Grade.GOOD if audit.grade != Grade.GOOD else Grade.INADEQUATE
    regrade(audit, grade, by=council.head_of_qa, at=at)


def change_re_audit(**changed: object) -> Callable[[Council, Escalation, datetime], object]:
    return lambda council, escalation, at: escalation.audit.re_audits.update(**changed)


def leave(council: Council, escalation: Escalation, at: datetime) -> None:
    User.objects.filter(pk=council.manager.pk).update(is_active=False)


TURNS: dict[str, Callable[[Council, Escalation, datetime], object]] = {
    "begin": begin,
    "another auditor": lambda council, escalation, at: escalation.audit.re_audits.update(
        auditor=UserFactory.create(roles=(Role.AUDITOR,))
    ),
    "no auditor": change_re_audit(auditor=None),
    "withdrawn": change_re_audit(state=Audit.State.WITHDRAWN, ended_why="The family moved."),
    "a concern": lambda council, escalation, at: raise_concern(council, escalation.audit, at),
    "the manager leaves": leave,
    "another grade": change_grade,
    "decided": decide,
}


def test_a_sweep_changes_no_owner_but_of_an_open_re_audit_step(
    council: Council, iro: User, rounds: Callable[[int], int]
) -> None:
    """Whatever happened before it: the step goes to whoever leads the re-audit, or back to the QA Officer."""

    @example_settings(max_examples=rounds(8))
    @given(st.lists(st.sampled_from(sorted(TURNS)), min_size=2, max_size=6))
    def swept(turns: list[str]) -> None:
        with transaction.atomic():
            qa_check = to_qa_check(finalised_audit(council, grade=Grade.INADEQUATE), council)
            steps_acting.confirm_step(qa_check, by=council.qa_officer, at=LATER, words="Read.")
            for number, what in enumerate(["begin", *turns]):
                TURNS[what](council, qa_check.escalation, LATER + timedelta(minutes=number))
                before, state = owners_now(), {one.ref: one.state for one in Step.objects.select_related("escalation")}
                run(WEDNESDAY)
                again = re_audits.current(qa_check.escalation.audit)
                led_by = str(again.auditor) if again is not None and again.auditor else str(council.qa_officer)
                for ref, owner in owners_now().items():
                    if owner != before[ref]:
                        assert (ref.rpartition("/")[2], state[ref], owner) == ("re_audit", "open", led_by)
            transaction.set_rollback(True)

    swept()


# What the sweep once took


def give_back() -> None:
    """The migration, with the models as they were at it."""
    migration = import_module(f"escalation.migrations.{MIGRATION}")
    state = MigrationLoader(connection).project_state(("escalation", MIGRATION))
    migration.give_back(state.apps, None)


def take(record: Step, to: User) -> None:
    """What the sweep did: any step given to a re-audit's auditor, by nobody, without a word."""
    with trail.acting(by=None, at=LATER) as act:
        owners.give_step_to(act, Step.objects.select_related("escalation").get(pk=record.pk), to.pk)


def test_what_the_sweep_took_is_given_back_from_the_trail(council: Council, escalation: Escalation, iro: User) -> None:
    raised = raise_concern(council, escalation.audit)
    before = owners_now()
    marsh = UserFactory.create(name="Ines Marsh", roles=(Role.AUDITOR,))
    for to in (iro, marsh):  # the re-audit went from one to another, and each step with it
        for record in Step.objects.exclude(state="waiting"):
            take(record, to)
    assert set(owners_now().values()) == {"Ines Marsh"}
    give_back()
    assert owners_now() == before | {f"{escalation.ref}/re_audit": "Ines Marsh"}
    entry = trail.entries_about(step(raised, "make_safe")).last()
    assert entry is not None
    assert (entry.act, entry.by, entry.was, entry.now) == ("step.handed_back", None, "open", "open")
    assert entry.content == trail.canonical({"was": marsh.pk, "owner": council.manager.pk})
    assert trail.verify().ok
    entries = TrailEntry.objects.count()
    give_back()
    assert TrailEntry.objects.count() == entries


def test_what_was_given_to_somebody_on_purpose_since_stays_with_them(
    council: Council, escalation: Escalation, iro: User
) -> None:
    raised = raise_concern(council, escalation.audit)
    make_safe = step(raised, "make_safe")
    take(make_safe, iro)
    to = moving.possible_owners(make_safe, on=WEDNESDAY).exclude(pk=council.manager.pk).first()
    assert to is not None
    moving.hand_step_over(step(raised, "make_safe"), by=council.qa_officer, at=LATER, owner=to, why="It was lost.")
    done = step(escalation, "acknowledge")
    take(done, iro)
    Step.objects.filter(pk=done.pk).update(owner=council.auditor)  # changed by hand, past the trail
    entries = TrailEntry.objects.count()
    give_back()
    assert step(raised, "make_safe").owner == to
    assert step(escalation, "acknowledge").owner == council.auditor
    assert TrailEntry.objects.count() == entries


def test_taken_again_after_it_was_opened_anew_it_goes_to_whose_it_was_last(
    council: Council, escalation: Escalation, iro: User
) -> None:
    """The ladder names the owner of a step when it opens, whoever had it while it waited."""
    fresh = finalised_audit(council, number=7, case=None, grade=Grade.GOOD)
    other = raise_concern(council, fresh)
    record = step(other, "make_safe")
    take(record, iro)
    with trail.acting(by=council.qa_officer, at=LATER) as act:
        record = step(other, "make_safe")
        record.owner = council.head_of_service
        record.save(update_fields=["owner"])
        act.add("step.opened", record, was="waiting", now="open", content=[council.head_of_service.pk, record.due_on])
    take(record, iro)
    give_back()
    assert step(other, "make_safe").owner == council.head_of_service


def test_words_that_retention_took_out_are_no_ground_to_change_anything(
    council: Council, escalation: Escalation, iro: User
) -> None:
    take(step(escalation, "acknowledge"), iro)
    TrailEntry.objects.filter(act="step.handed_over").update(content=None, why="")
    give_back()
    assert step(escalation, "acknowledge").owner == iro


def test_where_nothing_was_taken_nothing_is_written(council: Council, escalation: Escalation) -> None:
    run(WEDNESDAY)
    entries, before = TrailEntry.objects.count(), owners_now()
    give_back()
    assert (TrailEntry.objects.count(), owners_now()) == (entries, before)
    assert opened(escalation.audit) == escalation
