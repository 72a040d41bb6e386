"""Who could be drawn: each rule on both sides of its edge, and every case counted once."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from audits.draw import frame
from audits.models import Audit, Case, Exemption, Hold, Pick
from people.models import User
from standards.models import StandardSet
from tests.conftest import NOW, TODAY
from tests.factories import CaseFactory, Council, UserFactory

LAST_YEAR = date(2025, 11, 23)
SIX_WEEKS_AGO = date(2026, 10, 12)


def out(case: Case, on: date = TODAY) -> str:
    return frame.taken_out(case, on=on)


def audit_of(case: Case, number: int = 1, **more: Any) -> Audit:
    """An audit in whatever state, written straight down: how it came there is told elsewhere."""
    return Audit.objects.create(
        ref=f"QC-2510-{number:03d}",
        month=date(2025, 10, 1),
        number=number,
        case=case,
        category=case.category,
        standard_set=StandardSet.objects.get(),
        **more,
    )


@pytest.fixture
def case(council: Council) -> Case:
    """A case that could be drawn."""
    return council.case


def test_an_ordinary_open_case_could_be_drawn(case: Case) -> None:
    assert out(case) == ""
    assert frame.build_frame(TODAY, {}).cases == [(case.person_id, "CP")]


def test_a_closed_case_is_not_counted_at_all(case: Case) -> None:
    case.closed_on = TODAY
    case.save()
    assert frame.build_frame(TODAY, {}).open_cases == 0
    assert out(case) == "closed"
    assert out(case, TODAY - timedelta(days=1)) == ""


def test_no_keyworker_or_one_who_left(case: Case, council: Council) -> None:
    council.keyworker.left_on = TODAY + timedelta(days=1)
    council.keyworker.save()
    assert out(case) == ""
    council.keyworker.left_on = TODAY
    council.keyworker.save()
    assert out(case) == "no_keyworker"
    case.keyworker = None
    case.save()
    assert out(case) == "no_keyworker"


@pytest.mark.parametrize("state", Audit.State.values)
def test_an_unfinished_audit(case: Case, state: str) -> None:
    ended = {"ended_why": "No longer needed."} if state in ("withdrawn", "voided") else {}
    final = {"grade": "good", "first_grade": "good", "met_on": date(2025, 10, 1)}
    final |= {"finalised_at": NOW, "finalised_by": case.keyworker}
    audit_of(case, state=state, **ended, **(final if state in ("finalised", "closed") else {}))
    assert out(case) == ("open_audit" if state in ("allocated", "booked", "in_meeting", "agreed") else "")


def test_a_hold_until_it_is_lifted(case: Case) -> None:
    audit = audit_of(case, state="withdrawn", ended_why="No longer needed.")
    hold = Hold.objects.create(audit=audit, cause="escalation", placed=NOW)
    assert out(case) == "held"
    hold.lifted = NOW
    hold.save()
    assert out(case) == ""


def test_an_exemption_until_its_last_day(case: Case, council: Council) -> None:
    Exemption.objects.create(
        case=case, reason="A court case", ends_on=TODAY, exempted_at=NOW, exempted_by=council.head_of_qa
    )
    assert out(case) == "exempt"
    assert out(case, TODAY + timedelta(days=1)) == ""


@pytest.mark.parametrize(
    ("audited_on", "expected"),
    [(None, ""), (LAST_YEAR, ""), (LAST_YEAR + timedelta(days=1), "recently_audited"), (TODAY, "recently_audited")],
)
def test_a_year_between_audits_by_the_extract(case: Case, audited_on: date | None, expected: str) -> None:
    case.last_audited_on = audited_on
    case.save()
    assert out(case) == expected


def test_a_year_between_audits_by_our_own_meeting(case: Case) -> None:
    case.last_audited_on = date(2020, 1, 1)
    case.save()
    final = {"state": "closed", "grade": "good", "first_grade": "good"}
    final |= {"finalised_at": NOW, "finalised_by": case.keyworker}
    audit = audit_of(case, met_on=LAST_YEAR, **final)
    assert out(case) == ""
    audit.met_on = LAST_YEAR + timedelta(days=1)
    audit.save()
    assert out(case) == "recently_audited"
    audit.state, audit.ended_why = "voided", "The wrong child."
    audit.save()
    assert out(case) == ""


def test_a_year_before_the_day_after_a_leap_day(case: Case) -> None:
    case.last_audited_on, case.opened_on = date(2027, 2, 28), date(2026, 1, 1)
    case.save()
    assert out(case, date(2028, 2, 29)) == ""
    assert out(case, date(2028, 2, 27)) == "recently_audited"


@pytest.mark.parametrize(
    ("opened_on", "expected"), [(SIX_WEEKS_AGO, ""), (SIX_WEEKS_AGO + timedelta(days=1), "recently_opened")]
)
def test_six_weeks_after_opening(case: Case, opened_on: date, expected: str) -> None:
    case.opened_on = opened_on
    case.save()
    assert out(case) == expected


def test_a_themed_activity_looks_only_at_its_categories_and_teams(council: Council) -> None:
    in_court = CaseFactory.create(keyworker=council.other_keyworker, category="CP")
    assert frame.build_frame(TODAY, {"categories": ["CIN"]}).cases == []
    assert frame.build_frame(TODAY, {"teams": ["Court"]}).cases == [(in_court.person_id, "CP")]
    assert frame.build_frame(TODAY, {"categories": ["CP"], "teams": ["North"]}).open_cases == 1


def first_rule(case: Case, audits: list[Audit], holds: set[int], exempt: set[int], workers: dict[int, User]) -> str:
    """The rules once more, in Python, for the case as its row and its audits have it."""
    mine = [audit for audit in audits if audit.case_id == case.pk]
    worker = workers.get(case.keyworker_id or 0)
    met = [audit.met_on for audit in mine if audit.state not in ("withdrawn", "voided")]
    last = max([day for day in [case.last_audited_on, *met] if day], default=date.min)
    if worker is None or not worker.works_here(TODAY):
        return "no_keyworker"
    if any(audit.state in ("allocated", "booked", "in_meeting", "agreed") for audit in mine):
        return "open_audit"
    if any(audit.pk in holds for audit in mine):
        return "held"
    if case.pk in exempt:
        return "exempt"
    if last > LAST_YEAR:
        return "recently_audited"
    return "recently_opened" if case.opened_on > SIX_WEEKS_AGO else ""


def test_every_open_case_counts_once_under_the_first_rule_that_holds(
    council: Council, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """200 cases on which the rules fall by chance, several at a time, against the rules written a second way."""
    chance = random.Random(2612)
    gone = UserFactory.create(team=council.north, left_on=TODAY)
    audits, holds, exempt = [], set(), set()
    for number in range(200):
        case = CaseFactory.create(
            keyworker=chance.choice([council.keyworker, council.other_keyworker, gone]),
            category=chance.choice(["CIN", "CP", "CLA", "CL", "EH"]),
            opened_on=SIX_WEEKS_AGO + timedelta(days=chance.choice([-400, -1, 0, 1])),
            last_audited_on=chance.choice([None, LAST_YEAR, LAST_YEAR + timedelta(days=1), date(2020, 1, 1)]),
            closed_on=chance.choice([None, None, None, TODAY]),
        )
        if chance.random() < 0.4:
            state = chance.choice(["booked", "agreed", "withdrawn", "voided"])
            why = "No longer needed." if state in ("withdrawn", "voided") else ""
            met_on = chance.choice([None, LAST_YEAR, LAST_YEAR + timedelta(days=1)])
            audits.append(audit_of(case, number, state=state, ended_why=why, met_on=met_on))
            if chance.random() < 0.3:
                holds.add(audits[-1].pk)
                Hold.objects.create(audit=audits[-1], cause="escalation", placed=NOW)
        if chance.random() < 0.1:
            exempt.add(case.pk)
            Exemption.objects.create(
                case=case, reason="Court", ends_on=TODAY, exempted_at=NOW, exempted_by=council.head_of_qa
            )
    workers = {user.pk: user for user in User.objects.all()}
    open_cases = list(Case.objects.filter(closed_on=None))
    found = {case.person_id: first_rule(case, audits, holds, exempt, workers) for case in open_cases}

    with django_assert_num_queries(2):
        looked = frame.build_frame(TODAY, {})
    assert {person_id for person_id, _ in looked.cases} == {person_id for person_id, rule in found.items() if not rule}
    assert looked.excluded == {key: list(found.values()).count(key) for key in frame.TITLES}
    assert min(looked.excluded.values()) > 0
    assert looked.open_cases == len(open_cases) == len(looked.cases) + sum(looked.excluded.values())
    assert sum(looked.strata.values()) == len(looked.cases)


def test_what_was_to_be_expected_of_each_team(council: Council) -> None:
    """North has three CP of four; two CP are drawn: 1.5 expected. One of its cases was audited, so it is not drawn."""
    for keyworker, audited in (
        (council.keyworker, TODAY),
        *[(council.keyworker, None)] * 2,
        (council.other_keyworker, None),
    ):
        CaseFactory.create(keyworker=keyworker, category="CP", last_audited_on=audited)
    looked = frame.build_frame(TODAY, {})
    picks = [
        Pick(case=council.case, category="CP"),
        Pick(category="CP", case=Case.objects.get(keyworker=council.other_keyworker)),
    ]
    rows = [tuple(row.values()) for row in frame.coverage(looked, {"CP": 2}, picks)]
    assert rows == [
        ("Family Safeguarding", "North", 4, 1, 3, 1.5, 1),
        ("Specialist Services", "Court", 1, 0, 1, 0.5, 1),
        ("CP", 5, 1, 4, 2.0, 2),
    ]
