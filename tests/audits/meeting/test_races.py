"""Two people at once, for real: threads with a connection each. SQLite has them wait, PostgreSQL lets them race."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import connections

from audits.meeting import grading, lifecycle
from audits.models import Audit, Conflict, Judgement, Note
from audits.plan import smart_plan
from audits.record import signed_content, signing, withdrawal
from audits.register import cases
from people import staff, trail
from people.models import TrailEntry, User
from qualitycounts.base.refusals import Refused
from standards.grades import Grade
from tests.factories import EARLY, MET, CaseFactory, Council, agreed_audit, booked_audit, filled_audit, open_audit

pytestmark = pytest.mark.django_db(transaction=True)
WAIT = 20
"""Seconds after which a thread that has not come back counts as stuck."""


def several(make: Callable[..., Audit], council: Council, **more: object) -> Iterator[Audit]:
    """Each race is run three times, on an audit of its own: who comes first is left to chance."""
    for number in (1, 2, 3):
        yield make(council, number=number, case=CaseFactory.create(keyworker=council.keyworker), **more)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each act came to, all done at the same moment: what it returned, or the refusal. Nothing else may happen."""
    start = threading.Barrier(len(acts))
    found: list[object] = [TimeoutError()] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        start.wait(WAIT)
        try:
            found[place] = act()
        except Exception as fault:  # noqa: BLE001
            found[place] = fault
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
    assert [one for one in found if isinstance(one, Exception) and not isinstance(one, Refused)] == []
    return found


def refused(found: list[object]) -> list[int]:
    """The places of those that were refused."""
    return [place for place, one in enumerate(found) if isinstance(one, Refused)]


def fresh(audit: Audit) -> Audit:
    """The audit as somebody else's request reads it."""
    return Audit.objects.get(pk=audit.pk)


def sign(audit: Audit, by: User) -> Audit:
    """Sign what the page showed."""
    return signing.sign_record(fresh(audit), by=by, at=MET, content_hash=audit.content_hash)


def written(act: str, audit: Audit) -> int:
    """How often the trail says that this was done to the audit."""
    return TrailEntry.objects.filter(act=act, ref=audit.ref).count()


def test_two_signatures_at_once_make_it_final_once(council: Council) -> None:
    def race(audit: Audit) -> None:
        found = at_once(lambda: sign(audit, council.auditor), lambda: sign(audit, council.keyworker))
        assert refused(found) == []
        after = fresh(audit)
        assert (after.state, after.signatures.count(), after.escalations.count()) == (Audit.State.FINALISED, 2, 1)
        assert written("audit.finalised", audit) == 1

    for audit in several(agreed_audit, council, grade=Grade.REQUIRES_IMPROVEMENT):
        race(audit)
    assert trail.verify().ok


def test_one_who_clicks_sign_twice_signs_once(council: Council) -> None:
    def race(audit: Audit) -> None:
        found = at_once(lambda: sign(audit, council.keyworker), lambda: sign(audit, council.keyworker))
        assert len(refused(found)) == 1
        assert (fresh(audit).state, audit.signatures.count()) == (Audit.State.AGREED, 1)

    for audit in several(agreed_audit, council):
        race(audit)


def test_a_signature_and_a_reopening_at_once_leave_none_on_an_open_meeting(council: Council) -> None:
    def race(audit: Audit) -> None:
        sign(audit, council.keyworker)
        found = at_once(
            lambda: sign(audit, council.auditor),
            lambda: lifecycle.reopen_meeting(fresh(audit), by=council.keyworker, at=MET, why="We forgot the school."),
        )
        after, standing = fresh(audit), audit.signatures.filter(voided_at=None).count()
        if refused(found) == [0]:
            assert (after.state, standing, after.content_hash) == (Audit.State.IN_MEETING, 0, "")
        else:
            assert (refused(found), after.state, standing) == ([1], Audit.State.FINALISED, 2)

    for audit in several(agreed_audit, council):
        race(audit)


def test_a_proposal_and_the_end_at_once_never_end_a_meeting_with_an_open_grade(council: Council) -> None:
    def race(audit: Audit) -> None:
        found = at_once(
            lambda: grading.propose_grade(fresh(audit), 3, by=council.keyworker, at=MET, grade=Grade.INADEQUATE),
            lambda: lifecycle.end_meeting(fresh(audit), by=council.auditor, at=MET),
        )
        assert len(refused(found)) == 1
        assert (fresh(audit).state == Audit.State.AGREED) == audit.judgements.get(number=3).settled

    for audit in several(filled_audit, council):
        race(audit)


def test_a_note_and_the_end_at_once_what_is_signed_is_what_is_there(council: Council) -> None:
    def race(audit: Audit) -> None:
        at_once(
            lambda: lifecycle.record_note(
                fresh(audit), by=council.keyworker, at=MET, slug="s2-worried", text="May.", version=0
            ),
            lambda: lifecycle.end_meeting(fresh(audit), by=council.auditor, at=MET),
        )
        after = fresh(audit)
        assert (after.state, after.content_hash) == (Audit.State.AGREED, signed_content.content_hash_of(after))

    for audit in several(filled_audit, council):
        race(audit)


def test_opened_twice_at_once_the_grades_are_laid_out_once(council: Council) -> None:
    def race(audit: Audit) -> None:
        def begin() -> Audit:
            return lifecycle.open_meeting(fresh(audit), by=council.auditor, at=MET, why=EARLY)

        assert refused(at_once(begin, begin)) == []
        assert (audit.judgements.count(), written("audit.opened", audit)) == (8, 1)

    for audit in several(booked_audit, council):
        race(audit)


def test_an_offer_and_a_confirmation_at_once_agree_only_what_was_shown(council: Council) -> None:
    def race(audit: Audit) -> None:
        grading.propose_grade(audit, 2, by=council.auditor, at=MET, grade=Grade.GOOD)
        grading.propose_grade(audit, 2, by=council.keyworker, at=MET, grade=Grade.OUTSTANDING)
        grading.offer_grade(audit, 2, by=council.auditor, at=MET, grade=Grade.GOOD)
        found = at_once(
            lambda: grading.offer_grade(fresh(audit), 2, by=council.auditor, at=MET, grade=Grade.REQUIRES_IMPROVEMENT),
            lambda: grading.confirm_grade(fresh(audit), 2, by=council.keyworker, at=MET, grade=Grade.GOOD),
        )
        one = audit.judgements.get(number=2)
        kept = (Judgement.State.REVEALED, "") if refused(found) == [1] else (Judgement.State.AGREED, Grade.GOOD)
        assert len(refused(found)) == 1
        assert (one.state, one.grade) == kept

    for audit in several(open_audit, council):
        race(audit)


def test_an_action_from_each_chair_at_once_has_a_number_of_its_own(council: Council) -> None:
    def race(audit: Audit) -> None:
        def add(by: User, what: str) -> object:
            return smart_plan.add_meeting_action(
                fresh(audit),
                by=by,
                at=MET,
                kind="supervision",
                part="worker",
                numbers=[1],
                what=what,
                measure="A case note says what they thought",
                outcome="They understand the plan",
                resources="A visit is booked",
                due_on=MET.date() + timedelta(days=20),
            )

        mother, school = "Go through the summary with his mother", "Ask the school what has changed since May"
        visit = "Visit him at home after school"
        found = at_once(lambda: add(council.auditor, mother), lambda: add(council.keyworker, school))
        assert refused(found) == []
        assert sorted(audit.actions.values_list("number", flat=True)) == [1, 2]
        twice = at_once(lambda: add(council.auditor, visit), lambda: add(council.keyworker, visit))
        assert len(refused(twice)) == 1, "the same action from both is in the plan once"
        assert sorted(audit.actions.values_list("number", flat=True)) == [1, 2, 3]

    for audit in several(open_audit, council):
        race(audit)


def test_the_last_signature_and_a_withdrawal_at_once_one_of_them_stands(council: Council) -> None:
    def race(audit: Audit) -> None:
        sign(audit, council.keyworker)
        found = at_once(
            lambda: sign(audit, council.auditor),
            lambda: withdrawal.withdraw_audit(fresh(audit), by=council.qa_officer, at=MET, why="The case closed."),
        )
        withdrawn = fresh(audit).state == Audit.State.WITHDRAWN
        assert refused(found) == [0 if withdrawn else 1]
        assert audit.escalations.count() == (0 if withdrawn else 1)

    for audit in several(agreed_audit, council, grade=Grade.INADEQUATE):
        race(audit)


def test_many_meetings_at_once_write_one_chain_without_a_gap(council: Council) -> None:
    def write(audit: Audit) -> Callable[[], None]:
        def notes() -> None:
            for place in range(5):
                by = (council.auditor, council.keyworker)[place % 2]
                lifecycle.record_note(fresh(audit), by=by, at=MET, slug=f"s{place + 1}-worried", text="May.", version=0)

        return notes

    at_once(*[write(audit) for audit in several(open_audit, council)])
    assert Note.objects.count() == 15
    assert trail.verify().ok
    assert list(TrailEntry.objects.values_list("seq", flat=True)) == list(range(1, TrailEntry.objects.count() + 1))


@pytest.mark.parametrize("lock", [staff.lock, cases.lock])
def test_work_goes_on_while_an_extract_holds_every_person_or_case(council: Council, lock: Callable[[], None]) -> None:
    """The extract holds rows and then wants the trail; the other has the trail, and its new row points at theirs."""
    held, done = threading.Event(), threading.Event()

    def extract() -> None:
        with trail.acting(by=council.qa_officer, at=MET) as act:
            lock()
            held.set()
            done.wait(1.5)
            act.add("extract.applied", council.north)

    def declare() -> None:
        held.wait(WAIT)
        with trail.acting(by=council.auditor, at=MET) as act:
            Conflict.objects.create(
                case=council.case,
                auditor=council.auditor,
                reason="Cousins.",
                declared_at=MET,
                declared_by=council.staff,
            )
            act.add("conflict.declared", council.case)
        done.set()

    at_once(extract, declare)
    assert trail.verify().ok


def test_both_chairs_proposing_in_the_same_moment_are_both_kept_and_revealed_once(council: Council) -> None:
    audit = open_audit(council)

    def propose(by: User, number: int) -> Callable[[], object]:
        return lambda: grading.propose_grade(Audit.objects.get(pk=audit.pk), number, by=by, at=MET, grade=Grade.GOOD)

    for number in range(1, 8):
        outcomes = at_once(propose(council.auditor, number), propose(council.keyworker, number))
        assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert set(Judgement.objects.filter(audit=audit, standard__isnull=False).values_list("state", flat=True)) == {
        "agreed"
    }
    assert TrailEntry.objects.filter(act="grade.revealed").count() == 7
