"""Who audits what: against every possible allocation of small cases, and as sentences."""

from collections import Counter
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.allocation import allocate, tie, why_not_placed

AUDITORS = ["amal@example.gov.uk", "bryn@example.gov.uk", "cass@example.gov.uk", "dara@example.gov.uk"]
ALLOWED = st.dictionaries(
    st.sampled_from(["101", "102", "103", "104", "105"]), st.frozensets(st.sampled_from(AUDITORS))
)
ROOM = st.fixed_dictionaries({auditor: st.integers(0, 2) for auditor in AUDITORS})


def best_by_trying_them_all(
    seed: str, allowed: dict[str, frozenset[str]], capacity: dict[str, int], carried: dict[str, int]
) -> dict[str, str]:
    """The most placed, then the smallest largest load, then the lowest ties in order."""
    cases = sorted(allowed)
    answers = []
    for choice in product(*[[None, *sorted(allowed[case])] for case in cases]):
        placed = {case: auditor for case, auditor in zip(cases, choice, strict=True) if auditor is not None}
        load = Counter(placed.values())
        if all(load[auditor] <= capacity[auditor] for auditor in load):
            largest = max((load[auditor] + carried[auditor] for auditor in load), default=0)
            ties = sorted(tie(seed, case, auditor) for case, auditor in placed.items())
            answers.append((-len(placed), largest, ties, placed))
    return min(answers, key=lambda answer: answer[:3])[3]


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


@pytest.mark.parametrize(
    ("ruled_out", "sentence"),
    [
        ([], "No one has the auditor role."),
        (["full", "full"], "No auditor can take it: 2 full this month."),
        (
            ["full", "same_team", "full", "away", "keyworker"],
            "No auditor can take it: 1 holds the case, 1 in the keyworker’s team, 1 on leave, 2 full this month.",
        ),
    ],
)
def test_it_says_why_a_case_has_no_auditor(ruled_out: list[str], sentence: str) -> None:
    assert why_not_placed(ruled_out) == sentence
