"""Replacing a chosen case: the next ticket down, whatever one might wish, and every step kept."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from audits.booking import book as booking_book
from audits.draw import draws, recompute, replacement, tickets
from audits.meeting import lifecycle
from audits.models import Audit, Case, Draw, Pick
from people.models import Notice, TrailEntry
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused
from tests.conftest import NOW, TODAY
from tests.factories import EARLY, CaseFactory, Council


@pytest.fixture
def drawn(council: Council) -> Draw:
    """Two of twelve cases, one category."""
    for number in range(11):
        CaseFactory.create(keyworker=council.other_keyworker if number % 2 else council.keyworker, category="CP")
    return draws.run(month=date(2026, 12, 1), size=2, by=council.qa_officer, at=NOW)


def queue(drawn: Draw) -> list[str]:
    """Everyone in the order of their tickets."""
    cases = tickets.frame_cases(drawn.frame)
    return [person_id for _, person_id in tickets.choose(drawn.seed, cases, {"CP": len(cases)})["CP"]]


def replace(pick: Pick, council: Council, reason: str = "closed", why: str = "") -> Pick | None:
    return replacement.replace_case(pick, reason=reason, why=why, by=council.qa_officer, at=NOW)


def test_the_next_ticket_is_called(drawn: Draw, council: Council) -> None:
    first = drawn.picks.get(place=1)
    called = replace(first, council)
    first.refresh_from_db()
    assert called is not None
    assert (called.case.person_id, called.place, called.state) == (queue(drawn)[2], 3, "called")
    assert (called.called_on, called.replaces) == (TODAY, first)
    assert (first.state, first.reason) == ("replaced", "closed")
    assert (first.audit.state, first.audit.ended_why) == ("withdrawn", "Case closed")
    assert called.audit.ref == "QC-2612-003"
    assert called.audit.auditor is not None
    assert Notice.objects.filter(key="QC-2612-001:withdrawn").count() == 2
    assert TrailEntry.objects.filter(act="draw.replaced", ref=drawn.ref, why="Case closed").count() == 1
    assert recompute.recount(drawn).ok


def test_a_reserve_that_could_no_longer_be_drawn_is_passed_over_and_kept(drawn: Draw, council: Council) -> None:
    third, fourth, fifth = queue(drawn)[2:5]
    Case.objects.filter(person_id=third).update(closed_on=TODAY)
    Case.objects.filter(person_id=fourth).update(keyworker=None)
    called = replace(drawn.picks.get(place=2), council, reason="moved", why="To the next county.")
    assert called is not None
    assert called.case.person_id == fifth
    later = drawn.picks.filter(place__gt=2).order_by("place")
    assert [(pick.state, pick.reason) for pick in later] == [
        ("replaced", "closed"),
        ("replaced", "no_keyworker"),
        ("called", ""),
    ]
    assert [pick.replaces.place for pick in later if pick.replaces] == [2, 3, 4]
    assert Audit.objects.filter(pick__draw=drawn).count() == 3
    assert recompute.recount(drawn).ok


def test_one_that_was_called_can_be_replaced_too(drawn: Draw, council: Council) -> None:
    called = replace(drawn.picks.get(place=1), council)
    assert called is not None
    again = replace(called, council)
    assert again is not None
    assert again.case.person_id == queue(drawn)[3]
    assert recompute.recount(drawn).ok


def test_with_nobody_left_in_reserve_the_case_is_withdrawn_all_the_same(council: Council) -> None:
    drawn = draws.run(month=date(2026, 12, 1), size=1, by=council.qa_officer, at=NOW)
    pick = drawn.picks.get()
    assert replace(pick, council) is None
    assert Audit.objects.get().state == "withdrawn"
    assert replacement.replacement_in_words(pick, None).endswith("no case left in reserve.")
    assert recompute.recount(drawn).ok


def test_a_reason_is_needed(drawn: Draw, council: Council) -> None:
    pick = drawn.picks.get(place=1)
    with pytest.raises(Refused, match="Choose why"):
        replace(pick, council, reason="bored")
    with pytest.raises(Refused, match="in a sentence"):
        replace(pick, council, reason="other")
    assert replace(pick, council, reason="other", why="A fire at the office.") is not None


def test_only_qa_replaces(drawn: Draw, council: Council) -> None:
    with pytest.raises(NotAllowed):
        replacement.replace_case(drawn.picks.get(place=1), reason="closed", why="", by=council.auditor, at=NOW)


def test_a_case_is_replaced_once(drawn: Draw, council: Council) -> None:
    pick = drawn.picks.get(place=1)
    replace(pick, council)
    with pytest.raises(NotNow, match="replaced already"):
        replace(pick, council)
    assert drawn.picks.count() == 3


def test_a_case_is_replaced_before_its_meeting_not_after_it_began(drawn: Draw, council: Council) -> None:
    audit = Audit.objects.get(pick__draw=drawn, number=1)
    assert audit.auditor is not None
    booking_book.book_meeting(audit, by=audit.auditor, at=NOW, meets=NOW + timedelta(days=9), place="Room 2")
    pick = drawn.picks.get(place=1)
    replacement.check_replace(pick)
    lifecycle.open_meeting(audit, by=audit.auditor, at=NOW, why=EARLY)
    with pytest.raises(NotNow, match="meeting of QC-2612-001 has begun"):
        replace(drawn.picks.get(place=1), council)


def test_a_superseded_draw_calls_nobody(drawn: Draw, council: Council) -> None:
    pick = drawn.picks.get(place=1)
    draws.redraw(drawn, size=2, why="The extract was old.", by=council.head_of_qa, at=NOW)
    with pytest.raises(NotNow):
        replace(pick, council)
