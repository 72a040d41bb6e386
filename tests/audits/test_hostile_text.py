"""What nobody types but somebody sends: NUL, half a character, a novel, and numbers that no row has. Never a fault."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from django.http import Http404

from audits import access
from audits.booking import book as booking_book
from audits.meeting import grading, lifecycle, set_aside
from audits.models import Audit, Mark, Note
from audits.plan import smart_plan
from audits.record import signing, withdrawal
from qualitycounts.base.refusals import LONGEST, Refused, written
from standards.grades import Grade
from standards.models import Criterion
from tests.factories import (
    MET,
    Council,
    agreed_audit,
    allocated_audit,
    filled_audit,
    finalised_audit,
    open_audit,
    say_why,
)

HOSTILE = {"nul": "A few words\x00 and more", "half": "A few words \ud800 and more", "novel": "word " * (LONGEST // 4)}
HUGE = [-1, 0, 2**15, 2**31, 2**63, 10**30]
WORDS = {
    "kind": "supervision",
    "part": "worker",
    "numbers": [1],
    "what": "Go through the summary with both parents",
    "measure": "A case note says what they thought",
    "outcome": "They understand the plan",
    "resources": "A visit is booked",
    "due_on": date(2026, 12, 1),
}

hostile = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)


def test_what_is_written_is_kept_without_the_space_around_it_and_refused_where_it_is_asked_for() -> None:
    assert written("  She said “no” \U0001f600\n", "why") == "She said “no” \U0001f600"
    assert written("  ", "why") == ""
    for nothing in (" \n", "\u200b", "...", "–"):
        with pytest.raises(Refused, match="Say why") as refusal:
            written(nothing, "why", "Say why.")
        assert refusal.value.field == "why"
    assert len(written("x" * LONGEST, "why")) == LONGEST
    with pytest.raises(Refused, match="10,001 characters"):
        written("x" * (LONGEST + 1), "why")
    with pytest.raises(Refused, match="121 characters, and one box takes 120"):
        written("x" * 121, "place", most=120)


def a_point(audit: Audit, number: int = 1) -> int:
    """The key of a criterion of a standard."""
    asked = Criterion.objects.filter(section__standard__standard_set=audit.standard_set)
    return asked.filter(section__standard__number=number).order_by("pk")[0].pk


@hostile
def test_every_box_of_a_meeting_refuses_what_cannot_be_kept(council: Council, text: str) -> None:
    audit = open_audit(council)
    point = a_point(audit)
    boxes: list[Callable[[], object]] = [
        partial(lifecycle.record_note, audit, slug="s1-worried", text=text, version=0),
        partial(lifecycle.record_note, audit, slug=text, text="May.", version=0),
        partial(lifecycle.record_note, audit, slug="feedback", choice=text, text="", version=0),
        partial(lifecycle.record_mark, audit, criterion=point, value="partly", seen=text, version=0),
        partial(lifecycle.record_mark, audit, criterion=point, value=text, seen="", version=0),
        partial(grading.propose_grade, audit, 1, grade=Grade.GOOD, words=text),
        partial(grading.propose_grade, audit, 1, grade=text),
        partial(set_aside.propose_aside, audit, 1, why=text),
        *[
            partial(smart_plan.add_meeting_action, audit, **WORDS | {box: text})
            for box in ("what", "measure", "outcome", "resources", "kind", "part")
        ],
    ]
    for box in boxes:
        with pytest.raises(Refused):
            box(by=council.auditor, at=MET)  # type: ignore[call-arg]
    assert (Note.objects.count(), Mark.objects.count(), audit.actions.count()) == (0, 0, 0)


@hostile
def test_every_reason_and_every_place_refuses_what_cannot_be_kept(council: Council, text: str) -> None:
    booked = allocated_audit(council, number=2)
    with pytest.raises(Refused):
        booking_book.book_meeting(booked, by=council.auditor, at=MET, meets=MET + timedelta(days=1), place=text)
    audit = filled_audit(council)
    grading.propose_grade(audit, 2, by=council.auditor, at=MET, grade=Grade.INADEQUATE)
    grading.propose_grade(audit, 2, by=council.keyworker, at=MET, grade=Grade.GOOD)
    with pytest.raises(Refused):
        grading.offer_grade(audit, 2, by=council.auditor, at=MET, grade=Grade.GOOD, clash_why=text)
    with pytest.raises(Refused):
        grading.say_why(audit, 1, by=council.auditor, at=MET, stands_why=text)
    grading.refer_grade(audit, 2, by=council.auditor, at=MET, advisers=[council.qa_officer])
    with pytest.raises(Refused):
        grading.advise_on_grade(audit, 2, by=council.qa_officer, at=MET, advice=text)
    grading.advise_on_grade(audit, 2, by=council.qa_officer, at=MET, advice="Look at May again.")
    with pytest.raises(Refused):
        grading.rule_on_grade(audit, 2, by=council.qa_officer, at=MET, grade=Grade.GOOD, why=text)
    grading.rule_on_grade(audit, 2, by=council.qa_officer, at=MET, grade=Grade.GOOD, why="May is there.")
    audit = lifecycle.end_meeting(say_why(audit), by=council.auditor, at=MET)
    with pytest.raises(Refused):
        signing.sign_record(
            audit, by=council.keyworker, at=MET, content_hash=audit.content_hash, agrees=False, words=text
        )
    with pytest.raises(Refused):
        signing.sign_record(audit, by=council.keyworker, at=MET, content_hash=text)
    with pytest.raises(Refused):
        signing.finalise_unsigned(audit, by=council.head_of_qa, at=MET + timedelta(days=4), why=text)
    with pytest.raises(Refused):
        lifecycle.reopen_meeting(audit, by=council.keyworker, at=MET, why=text)
    with pytest.raises(Refused):
        withdrawal.withdraw_audit(audit, by=council.qa_officer, at=MET, why=text)
    assert Audit.objects.get(pk=audit.pk).state == Audit.State.AGREED


@hostile
def test_a_void_refuses_a_reason_that_cannot_be_kept(council: Council, text: str) -> None:
    audit = finalised_audit(council)
    with pytest.raises(Refused):
        withdrawal.void_audit(audit, by=council.head_of_qa, at=MET, why=text)


@pytest.mark.parametrize("number", HUGE)
def test_numbers_that_no_row_has_are_refused(council: Council, number: int) -> None:
    audit = filled_audit(council, grade=Grade.REQUIRES_IMPROVEMENT)
    action = audit.actions.order_by("number")[0]
    by = {"by": council.auditor, "at": MET}
    tries: list[Callable[[], object]] = [
        lambda: grading.propose_grade(audit, number, grade=Grade.GOOD, **by),
        lambda: lifecycle.record_mark(audit, criterion=number, value="partly", seen="", version=0, **by),
        lambda: lifecycle.record_mark(audit, indicator=number, value="partly", seen="", version=0, **by),
        lambda: smart_plan.add_meeting_action(audit, **WORDS | {"numbers": [number]}, **by),
        lambda: smart_plan.change_action(action, version=number, **WORDS, **by),
        lambda: smart_plan.remove_action(action, version=number, **by),
    ]
    if number:
        tries.append(lambda: lifecycle.record_note(audit, slug="s1-worried", text="May.", version=number, **by))
    for one in tries:
        with pytest.raises(Refused):
            one()


def test_a_mark_is_of_one_criterion_or_one_indicator(council: Council) -> None:
    audit = open_audit(council)
    both = {"criterion": a_point(audit), "indicator": audit.standard_set.indicators.get(number=1).pk}
    for of in ({}, both):
        with pytest.raises(Refused, match="not a point"):
            lifecycle.record_mark(audit, by=council.auditor, at=MET, value="partly", seen="", version=0, **of)


@pytest.mark.parametrize("day", [date.min, date.max, date(2050, 1, 1)])
def test_a_date_out_of_all_reach_is_refused(council: Council, day: date) -> None:
    with pytest.raises(Refused):
        smart_plan.add_meeting_action(open_audit(council), by=council.auditor, at=MET, **WORDS | {"due_on": day})


def test_a_meeting_is_neither_at_the_beginning_of_time_nor_at_its_end(council: Council) -> None:
    audit = allocated_audit(council)
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    year = MET + booking_book.FARTHEST
    for meets, said in ((first, "has passed"), (last, "Check the year")):
        with pytest.raises(Refused, match=said):
            booking_book.book_meeting(audit, by=council.auditor, at=MET, meets=meets, place="Room 4")
    with pytest.raises(Refused, match="Check the year"):
        booking_book.book_meeting(audit, by=council.auditor, at=MET, meets=year + timedelta(minutes=1), place="Room 4")
    assert (
        booking_book.book_meeting(audit, by=council.auditor, at=MET, meets=year, place="Room 4").state
        == Audit.State.BOOKED
    )


@pytest.mark.parametrize("end", ["²", "٣", "99999", "-1", "", "1.0", "0x1"])
def test_the_address_of_an_action_that_is_none_is_not_found(council: Council, end: str) -> None:
    agreed_audit(council, grade=Grade.REQUIRES_IMPROVEMENT)
    with pytest.raises(Http404):
        access.action_or_404(council.auditor, f"QC-2611-001-{end}")
