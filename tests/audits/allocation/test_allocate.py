"""Who audits what: against every possible allocation of small cases, and as sentences."""

from collections import Counter
from datetime import date
from itertools import product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from audits.allocation.allocate import recheck, why_not_placed
from audits.allocation.independence import Auditor, AuditorChoices
from audits.allocation.matching import allocate, tie
from audits.draw import draws
from audits.meeting import lifecycle
from audits.models import Audit
from people.models import TrailEntry, User
from tests.conftest import NOW
from tests.factories import EARLY, Council

AUDITORS = ["amal@example.gov.uk", "bryn@example.gov.uk", "cass@example.gov.uk", "dara@example.gov.uk"]
ALLOWED = st.dictionaries(
    st.sampled_from(["101", "102", "103", "104", "105"]), st.frozensets(st.sampled_from(AUDITORS))
)
ROOM = st.fixed_dictionaries({auditor: st.integers(0, 2) for auditor in AUDITORS})


def best_by_trying_them_all(
    seed: str, allowed: dict[str, frozenset[str]], capacity: dict[str, int], carried: dict[str, int]
) -> dict[str, str]:
    """The most placed, then the most even loads, the largest first, then the lowest ties in order."""
    cases = sorted(allowed)
    answers = []
    for choice in product(*[[None, *sorted(allowed[case])] for case in cases]):
        placed = {case: auditor for case, auditor in zip(cases, choice, strict=True) if auditor is not None}
        load = Counter(placed.values())
        if all(load[auditor] <= capacity[auditor] for auditor in load):
            loads = sorted((load[auditor] + carried[auditor] for auditor in capacity), reverse=True)
            ties = sorted(tie(seed, case, auditor) for case, auditor in placed.items())
            answers.append((-len(placed), loads, ties, placed))
    return min(answers, key=lambda answer: answer[:3])[3]


@example(
    "1",
    {
        "101": frozenset(AUDITORS[::2]),
        "102": frozenset(AUDITORS),
        "103": frozenset(AUDITORS[:3]),
    },
    dict(zip(AUDITORS, (0, 1, 2, 1), strict=True)),
    dict(zip(AUDITORS, (0, 2, 0, 2), strict=True)),
)
@given(st.integers(0, 10**6).map(str), ALLOWED, ROOM, ROOM)
def test_it_is_the_best_of_all_allocations(
    seed: str, allowed: dict[str, frozenset[str]], capacity: dict[str, int], carried: dict[str, int]
) -> None:
    expected = best_by_trying_them_all(seed, allowed, capacity, carried)
    assert allocate(seed=seed, allowed=allowed, capacity=capacity, carried=carried) == expected


@given(st.integers(0, 10**6).map(str), ALLOWED, ROOM)
def test_the_order_of_the_lists_does_not_matter(
    seed: str, allowed: dict[str, frozenset[str]], capacity: dict[str, int]
) -> None:
    turned = {case: sorted(auditors, reverse=True) for case, auditors in reversed(allowed.items())}
    turned_capacity = dict(reversed(capacity.items()))
    assert allocate(seed=seed, allowed=turned, capacity=turned_capacity) == allocate(
        seed=seed, allowed=allowed, capacity=capacity
    )


@given(st.integers(0, 10**6).map(str), st.integers(0, 30), st.integers(1, 9), st.integers(1, 6))
def test_where_everyone_may_have_everything_no_one_has_two_more_than_another(
    seed: str, cases: int, auditors: int, room: int
) -> None:
    names = [f"auditor{number}" for number in range(auditors)]
    given_out = allocate(
        seed=seed, allowed={str(case): names for case in range(cases)}, capacity=dict.fromkeys(names, room)
    )
    loads = [list(given_out.values()).count(name) for name in names]
    assert len(given_out) == min(cases, auditors * room)
    assert max(loads) - min(loads) <= 1


def test_an_easy_case_makes_way_for_one_with_a_single_auditor() -> None:
    allowed = {"1": ["amal", "bryn"], "2": ["amal"], "3": ["bryn", "cass"]}
    given_out = allocate(seed="s", allowed=allowed, capacity={"amal": 1, "bryn": 1, "cass": 1})
    assert given_out == {"1": "bryn", "2": "amal", "3": "cass"}


def test_no_one_has_two_while_another_could_take_one() -> None:
    everyone = ["amal", "bryn", "cass"]
    given_out = allocate(seed="s", allowed=dict.fromkeys("123", everyone), capacity=dict.fromkeys(everyone, 3))
    assert sorted(given_out.values()) == everyone


def test_an_auditor_who_has_one_already_this_month_comes_after_one_who_has_none() -> None:
    allowed = {"1": ["amal", "bryn"]}
    given_out = allocate(seed="s", allowed=allowed, capacity={"amal": 1, "bryn": 2}, carried={"amal": 1})
    assert given_out == {"1": "bryn"}


def test_the_lowest_hash_decides_between_equals() -> None:
    lowest = min(AUDITORS, key=lambda auditor: tie("s", "1", auditor))
    assert allocate(seed="s", allowed={"1": AUDITORS}, capacity=dict.fromkeys(AUDITORS, 2)) == {"1": lowest}


def test_a_hundred_cases_are_all_placed_within_the_limit() -> None:
    auditors = [f"auditor{number}" for number in range(60)]
    allowed = {str(case): [a for i, a in enumerate(auditors) if (case + i) % 3] for case in range(100)}
    given_out = allocate(seed="s", allowed=allowed, capacity=dict.fromkeys(auditors, 2))
    assert len(given_out) == 100
    assert max(Counter(given_out.values()).values()) == 2


def test_it_says_why_a_case_has_no_auditor() -> None:
    def why(barred: dict[str, str], **auditors: Auditor) -> str:
        return why_not_placed(AuditorChoices(auditors, {"1": barred}), "1")

    full, away, free = Auditor(0, 2, False), Auditor(0, 0, True), Auditor(2, 0, False)
    assert why({}) == "No one has the auditor role."
    assert why({}, amal=full, bryn=full) == "No auditor can take it: 2 full this month."
    assert why({"amal": "keyworker", "bryn": "same_team"}, amal=free, bryn=full, cass=away, dara=full, eve=full) == (
        "No auditor can take it: 1 holds the case, 1 in the keyworker’s team, 1 on leave, 2 full this month."
    )


@pytest.fixture
def audit(council: Council) -> Audit:
    """An audit of the council's case, given to one of its two auditors."""
    draws.run(month=date(2026, 12, 1), size=1, by=council.qa_officer, at=NOW)
    return Audit.objects.get()


def other_than(audit: Audit, council: Council) -> User:
    return council.other_auditor if audit.auditor == council.auditor else council.auditor


def test_when_people_move_independence_is_checked_again(audit: Audit, council: Council) -> None:
    first, second = audit.auditor, other_than(audit, council)
    assert first is not None
    assert recheck([audit], by=None, at=NOW) == []
    first.team = council.north
    first.save()
    assert recheck([audit], by=None, at=NOW) == [audit]
    audit.refresh_from_db()
    assert audit.auditor == second
    off = TrailEntry.objects.get(act="audit.auditor_off")
    assert (off.why, off.by) == ("The auditor is now in the keyworker’s team.", None)


def test_from_the_meeting_on_nobody_is_moved(audit: Audit, council: Council) -> None:
    first = audit.auditor
    assert first is not None
    lifecycle.open_meeting(audit, by=first, at=NOW, why=EARLY)
    first.team = council.north
    first.save()
    assert recheck([audit], by=None, at=NOW) == []
