"""Random walks over everything two people, a manager and the QA Team may try in a meeting.

Whatever is tried, in whatever order: what is refused changes nothing, what is done is in the trail, and a final
audit is whole (lifecycle: Must never be broken, 1 to 5, 10 and 11).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from django.db import models
from django.http import Http404

from audits.booking import book as booking_book
from audits.meeting import grading, lifecycle, set_aside
from audits.models import CASE_NUMBER, Action, Audit, Judgement, Mark, Note, Signature
from audits.plan import smart_plan
from audits.record import signing, withdrawal
from people import trail
from people.models import TrailEntry, User
from qualitycounts.base.refusals import Refused
from standards.grades import Grade
from standards.standard_sets import path_of
from tests.factories import EARLY, MET, Council, add_action, filled_audit, open_audit

RECORDS: tuple[Any, ...] = (Judgement, Action, Note, Mark, Signature)
GRADES = [*Grade.values, "nonsense"]


def everything(audit: Audit) -> list[object]:
    """Every row of the audit, for telling whether a refusal changed anything."""
    rows: list[object] = [Audit.objects.values().get(pk=audit.pk), TrailEntry.objects.count()]
    return rows + [list(kind.objects.filter(audit=audit).order_by("pk").values()) for kind in RECORDS]


def moves(audit: Audit, council: Council, chance: Random) -> list[Callable[[User], object]]:
    """What anybody might try next, with chance filling in the rest."""
    number = chance.choice([1, 2, 3, 4, 8, 8, 9])
    grade = chance.choice(GRADES)
    at = MET + timedelta(hours=chance.randint(0, 200))
    fresh = Audit.objects.get(pk=audit.pk)
    one = fresh.judgements.filter(number=number).first()
    action = chance.choice([None, *fresh.actions.order_by("number")])
    found: list[Callable[[User], object]] = [
        lambda by: booking_book.book_meeting(fresh, by=by, at=at, meets=at + timedelta(days=1), place="Room 4"),
        lambda by: booking_book.confirm_file_checked(fresh, by=by, at=at),
        lambda by: lifecycle.open_meeting(fresh, by=by, at=at, why=EARLY),
        lambda by: grading.propose_grade(fresh, number, by=by, at=at, grade=grade),
        lambda by: grading.propose_grade(fresh, number, by=by, at=at, grade=grade),
        lambda by: grading.offer_grade(fresh, number, by=by, at=at, grade=grade, clash_why=chance.choice(["", "Why."])),
        lambda by: grading.confirm_grade(fresh, number, by=by, at=at, grade=one.offered if one else grade),
        lambda by: set_aside.propose_aside(fresh, number, by=by, at=at, why=chance.choice(["", "The plan is new."])),
        lambda by: set_aside.confirm_aside(fresh, number, by=by, at=at, why="The plan is new."),
        lambda by: set_aside.decline_aside(fresh, number, by=by, at=at),
        lambda by: set_aside.bring_back(fresh, number, by=by, at=at),
        lambda by: grading.say_why(fresh, number, by=by, at=at, stands_why="We talked it through."),
        lambda by: grading.say_why(
            fresh, chance.choice((*range(1, 8), CASE_NUMBER)), by=by, at=at, stands_why="We talked it through."
        ),
        lambda by: grading.refer_grade(fresh, number, by=by, at=at, advisers=[council.qa_officer]),
        lambda by: grading.advise_on_grade(fresh, number, by=by, at=at, advice="Look again."),
        lambda by: grading.rule_on_grade(fresh, number, by=by, at=at, grade=grade, why="Seen."),
        lambda by: lifecycle.record_note(
            fresh, by=by, at=at, slug="s1-worried", text=str(at), version=chance.randint(0, 2)
        ),
        lambda by: add_action(fresh, [number], at=at),
        lambda by: smart_plan.remove_action(action, by=by, at=at, version=1) if action else None,
        lambda by: lifecycle.end_meeting(fresh, by=by, at=at),
        lambda by: lifecycle.reopen_meeting(fresh, by=by, at=at, why=chance.choice(["", "Forgot one."])),
        lambda by: signing.sign_record(fresh, by=by, at=at, content_hash=fresh.content_hash),
        lambda by: signing.sign_record(fresh, by=by, at=at, content_hash=fresh.content_hash, agrees=False, words="No."),
        lambda by: signing.finalise_unsigned(fresh, by=by, at=at, why="Left."),
    ]
    if chance.random() < 0.01:
        found.append(lambda by: withdrawal.withdraw_audit(fresh, why="Closed.", by=by, at=at))
    return found


def check(audit: Audit) -> None:
    """Everything that must hold of the audit at any moment."""
    audit = Audit.objects.get(pk=audit.pk)
    for one in audit.judgements.all():
        assert bool(one.grade) == (one.state in ("agreed", "ruled"))
        assert one.applies or (one.applies_why and not one.grade)
        people = set(one.proposals.values_list("proposed_by", flat=True))
        assert people <= {audit.auditor_id, audit.keyworker_id}
        assert one.adviser_id not in {audit.auditor_id, audit.keyworker_id}
    standing = audit.signatures.filter(voided_at=None)
    assert standing.count() == standing.values("signed_by").distinct().count()
    if audit.state in ("allocated", "booked", "in_meeting"):
        assert not standing.exists()
    if audit.final:
        check_final(audit)
    for record in (audit, *audit.judgements.all(), *audit.actions.all()):
        check_replay(record)


def check_final(audit: Audit) -> None:
    """A final audit is graded throughout, signed by two over the same content, and planned where it must be."""
    case = audit.judgements.get(number=CASE_NUMBER)
    assert audit.grade == audit.first_grade == case.grade != ""
    assert all(one.settled for one in audit.judgements.all())
    signed = set(audit.signatures.filter(voided_at=None).values_list("content_hash", flat=True))
    assert audit.finalised_why or (
        signed == {audit.content_hash} and audit.signatures.filter(voided_at=None).count() == 2
    )
    for one in audit.judgements.all():
        if path_of(audit.standard_set, one.grade):
            assert one.actions.exclude(state="cancelled").exists()
    for action in audit.actions.filter(state="open"):
        assert action.owner_id is not None
    open_ones = audit.escalations.filter(state="open", path__in=("inadequate", "requires_improvement"))
    assert open_ones.count() == (1 if audit.escalation_path else 0)
    assert audit.escalation_path == path_of(audit.standard_set, audit.grade)


def check_replay(record: models.Model) -> None:
    """The trail's moves follow one another and end where the record is now."""
    entries = [entry for entry in trail.entries_about(record) if entry.now]
    for before, after in pairwise(entries):
        assert after.was == before.now, (after.act, before.now, after.was)
    if entries:
        assert entries[-1].now == record.state  # type: ignore[attr-defined]


@pytest.mark.parametrize("seed", range(6))
def test_a_walk_from_a_blank_meeting(council: Council, seed: int) -> None:
    walk(open_audit(council), council, Random(seed), steps=40)


@pytest.mark.parametrize("seed", range(6))
def test_a_walk_from_a_full_meeting(council: Council, seed: int) -> None:
    chance = Random(100 + seed)
    grade = chance.choice([Grade.GOOD, Grade.REQUIRES_IMPROVEMENT, Grade.INADEQUATE])
    walk(filled_audit(council, grade=grade), council, chance, steps=40)


def walk(audit: Audit, council: Council, chance: Random, *, steps: int) -> None:
    people = [council.auditor, council.keyworker] * 3 + [council.qa_officer, council.head_of_qa, council.manager]
    done = 0
    for _ in range(steps):
        before = everything(audit)
        act = chance.choice(moves(audit, council, chance))
        try:
            act(chance.choice(people))
            done += 1
        except (Refused, Http404):
            assert everything(audit) == before
        check(audit)
    assert done
    assert trail.verify().ok
