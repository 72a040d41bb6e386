"""The arithmetic of a draw, by hand-worked examples and by properties."""

import hashlib
import math
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.draw import tickets
from audits.draw.tickets import StratumShare

SEED = "e3f214c03849403eee3aad1b15acde83"
SIZES = st.dictionaries(st.sampled_from(["CIN", "CL", "CLA", "CP", "EH"]), st.integers(0, 60))
CASES = st.dictionaries(st.integers(1, 10**7).map(str), st.sampled_from(["CIN", "CL", "CLA", "CP", "EH"])).map(
    lambda people: list(people.items())
)


def test_a_frame_is_sorted_as_text_and_ends_without_a_newline() -> None:
    cases = [("93", "CP"), ("100", "CIN"), ("9", "EH")]
    assert tickets.frame_cases("A 1,CIN\nB 2,CP") == [("A 1", "CIN"), ("B 2", "CP")]
    text = tickets.frame_text(cases)
    assert text == "100,CIN\n9,EH\n93,CP"
    assert tickets.frame_hash(text) == hashlib.sha256(b"100,CIN\n9,EH\n93,CP").hexdigest()
    assert tickets.frame_cases(text) == [("100", "CIN"), ("9", "EH"), ("93", "CP")]
    assert tickets.frame_cases(tickets.frame_text([])) == []


def test_a_ticket_is_the_hash_of_the_seed_a_colon_and_the_person_number() -> None:
    assert tickets.ticket("5eed", "100930") == hashlib.sha256(b"5eed:100930").hexdigest()


def test_a_seed_is_sixteen_bytes_and_never_the_same() -> None:
    assert len(bytes.fromhex(tickets.seed_new())) == 16
    assert tickets.seed_new() != tickets.seed_new()


def test_the_places_of_a_month_worked_out_by_hand() -> None:
    """17 places are shared after one each; 17 × size ÷ 713 gives 14 of them, the three largest remainders the rest."""
    sizes = {"CIN": 299, "CLA": 139, "EH": 119, "CP": 117, "CL": 39}
    assert tickets.quotas(sizes, 22) == {"CIN": 8, "CL": 2, "CLA": 4, "CP": 4, "EH": 4}
    worked = {
        share.category: (share.whole, share.remainder, share.left_over) for share in tickets.stratum_shares(sizes, 22)
    }
    assert worked == {"CIN": (7, 92, 0), "CL": (0, 663, 1), "CLA": (3, 224, 0), "CP": (2, 563, 1), "EH": (2, 597, 1)}


@pytest.mark.parametrize(
    ("sizes", "n", "expected"),
    [
        ({"CIN": 3, "CP": 2}, 5, {"CIN": 3, "CP": 2}),  # as many places as cases
        ({"CIN": 3, "CP": 2}, 9, {"CIN": 3, "CP": 2}),  # more places than cases
        ({"CIN": 5, "CLA": 5, "CP": 9}, 2, {"CP": 1, "CIN": 1}),  # fewer places than categories: the largest, then code
        ({"CIN": 5, "CLA": 5, "CP": 9}, 3, {"CIN": 1, "CLA": 1, "CP": 1}),  # as many places as categories
        ({"CIN": 5, "CLA": 0, "CP": 9}, 2, {"CIN": 1, "CP": 1}),  # an empty category takes no place
        ({"CIN": 10, "CP": 10}, 5, {"CIN": 3, "CP": 2}),  # equal remainders: the code decides
        ({"CIN": 1, "CL": 1, "CP": 9}, 8, {"CIN": 1, "CL": 1, "CP": 6}),  # what is over passes those that are full
        ({"CIN": 5}, 0, {}),
        ({}, 5, {}),
    ],
)
def test_quotas_at_the_edges(sizes: dict[str, int], n: int, expected: dict[str, int]) -> None:
    assert tickets.quotas(sizes, n) == expected


def test_what_is_shown_of_a_draw_of_every_case_and_of_one_smaller_than_the_categories() -> None:
    sizes = {"CIN": 3, "CLA": 0, "CP": 2}
    every = [StratumShare("CIN", 3, drawn=3), StratumShare("CP", 2, drawn=2)]
    assert tickets.stratum_shares(sizes, 5) == tickets.stratum_shares(sizes, 6) == every
    assert tickets.stratum_shares(sizes, 1) == [
        StratumShare("CIN", 3, drawn=1, first=1),
        StratumShare("CP", 2, drawn=0, first=0),
    ]
    assert tickets.stratum_shares(sizes, 2) == [
        StratumShare("CIN", 3, drawn=1, first=1),
        StratumShare("CP", 2, drawn=1, first=1),
    ]


def test_places_over_a_small_category_go_one_at_a_time_by_remainder() -> None:
    """n = 10, k = 4, N = 12. (6 × size) divmod 12: CIN 4,6 · CL 0,6 · CLA 0,6 · CP 0,6; two left over go to CIN and CL.

    CL then has two places and one case, so one place goes round from the start of the order: CIN has room.
    """
    sizes = {"CIN": 9, "CL": 1, "CLA": 1, "CP": 1}
    assert tickets.quotas(sizes, 10) == {"CIN": 7, "CL": 1, "CLA": 1, "CP": 1}
    moved = {share.category: share.moved for share in tickets.stratum_shares(sizes, 10)}
    assert moved == {"CIN": 1, "CL": -1, "CLA": 0, "CP": 0}


@given(SIZES, st.integers(0, 320))
def test_places_add_up_and_no_category_is_over_or_forgotten(sizes: dict[str, int], n: int) -> None:
    total, present = sum(sizes.values()), [category for category, size in sizes.items() if size]
    quotas = tickets.quotas(sizes, n)
    assert sum(quotas.values()) == min(n, total)
    assert all(0 < places <= sizes[category] for category, places in quotas.items())
    assert n < len(present) or set(quotas) == set(present)


@given(SIZES, st.integers(0, 320))
def test_a_larger_category_never_has_fewer_places(sizes: dict[str, int], n: int) -> None:
    shares = tickets.stratum_shares(sizes, n)
    if any(share.moved for share in shares):
        return  # places passed on go by remainder, whatever the size
    quotas = {share.category: share.drawn for share in shares}
    ordered = sorted(sizes, key=lambda category: sizes[category])
    for smaller, larger in pairwise(ordered):
        if sizes[smaller] < sizes[larger]:
            assert quotas.get(smaller, 0) <= quotas.get(larger, 0)


@given(SIZES, st.integers(0, 320))
def test_the_arithmetic_shown_is_the_arithmetic_done(sizes: dict[str, int], n: int) -> None:
    total = sum(sizes.values())
    shares = tickets.stratum_shares(sizes, n)
    k = len(shares)
    if not k < n < total:
        return
    for share in shares:
        assert share.whole * total + share.remainder == (n - k) * share.size
        assert share.first + share.whole + share.left_over + share.moved == share.drawn
    left = n - k - sum(share.whole for share in shares)
    assert sum(share.left_over for share in shares) == left
    assert sum(share.remainder for share in shares) == left * total
    assert sum(share.moved for share in shares) == 0


@given(CASES, st.integers(0, 40))
def test_the_lowest_tickets_are_chosen_and_the_rest_wait_in_order(cases: list[tuple[str, str]], n: int) -> None:
    sizes = tickets.sizes(cases)
    quotas = tickets.quotas(sizes, n)
    queues = tickets.choose(SEED, cases, sizes)
    for category, queue in queues.items():
        assert queue == sorted((tickets.ticket(SEED, person_id), person_id) for person_id, c in cases if c == category)
    chosen = tickets.choose(SEED, reversed(cases), quotas)
    assert chosen == {category: queues[category][:places] for category, places in quotas.items()}


@given(CASES)
def test_a_frame_can_be_read_back(cases: list[tuple[str, str]]) -> None:
    assert tickets.frame_cases(tickets.frame_text(cases)) == sorted(cases)


def test_every_case_of_a_category_has_the_same_chance(rounds: Callable[[int], int]) -> None:
    """10,000 draws (a thousand for each of `--rounds`): the places exact each time, and by chi-square (p > 0.01) no
    case drawn more often than the others of its category. The sizes are odd, so that p has a closed form."""
    sizes = {"CIN": 21, "CL": 3, "CLA": 9, "CP": 7, "EH": 1}
    cases = [(f"{code}{number}", code) for code, size in sizes.items() for number in range(size)]
    quotas = tickets.quotas(sizes, 12)
    assert quotas == {"CIN": 5, "CL": 1, "CLA": 3, "CP": 2, "EH": 1}
    draws = 1_000 * rounds(10)
    drawn: Counter[str] = Counter()
    for number in range(draws):
        chosen = tickets.choose(f"{number:032x}", cases, quotas)
        assert {category: len(queue) for category, queue in chosen.items()} == quotas
        drawn.update(person_id for queue in chosen.values() for _, person_id in queue)
    for code, size in sizes.items():
        share = quotas[code] / size
        counts = [drawn[f"{code}{number}"] for number in range(size)]
        assert sum(counts) == draws * quotas[code]
        if size > 1:
            spread = sum((count - draws * share) ** 2 for count in counts) / (draws * share * (1 - share))
            assert chance_of_more(spread * (size - 1) / size, (size - 1) // 2) > 0.01, code


def chance_of_more(chi_square: float, half: int) -> float:
    """How often chance alone gives a chi-square of twice `half` degrees of freedom at least as large."""
    return math.exp(-chi_square / 2) * sum((chi_square / 2) ** k / math.factorial(k) for k in range(half))


def test_a_draw_is_the_same_anywhere() -> None:
    """A fixed frame, seed and size, worked out once with sha256sum and sort."""
    cases = [(str(number), "CIN" if number % 3 else "CP") for number in range(1000, 1012)]
    quotas = tickets.quotas(tickets.sizes(cases), 5)
    assert quotas == {"CIN": 3, "CP": 2}
    queues = tickets.choose(SEED, cases, {"CIN": 8, "CP": 2})
    assert [person_id for _, person_id in queues["CIN"]] == [
        *("1009", "1003", "1000"),
        *("1007", "1010", "1006", "1001", "1004"),
    ]
    assert [person_id for _, person_id in queues["CP"]] == ["1005", "1002"]


def test_a_whole_month_comes_out_again() -> None:
    """frame.csv is an invented month of 713 cases; its 22 were worked out with sha256sum and sort."""
    text = (Path(__file__).parent / "frame.csv").read_text(encoding="utf-8")
    cases = tickets.frame_cases(text)
    assert tickets.frame_hash(text) == "ef0f03e5cc9f457ea0c134a16bc350bb9fe362ccb106efd0d7306adc641dedb5"
    assert tickets.frame_text(cases) == text
    assert tickets.sizes(cases) == {"CIN": 299, "CL": 39, "CLA": 139, "CP": 117, "EH": 119}
    quotas = tickets.quotas(tickets.sizes(cases), 22)
    queues = tickets.choose(SEED, cases, quotas)
    assert {category: [person_id for _, person_id in queue] for category, queue in queues.items()} == {
        "CIN": ["428817", "129194", "285970", "672446", "866957", "536164", "585795", "259298"],
        "CL": ["180889", "125741"],
        "CLA": ["633881", "560150", "633610", "437039"],
        "CP": ["766878", "332976", "101016", "104843"],
        "EH": ["355637", "518259", "211433", "820828"],
    }
    first_reserve, person_id = tickets.choose(SEED, cases, {"CIN": 9})["CIN"][-1]
    assert (first_reserve[:16], person_id) == ("0811c32726639dde", "162330")
