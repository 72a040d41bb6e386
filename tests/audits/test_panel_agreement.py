"""Agreement, held to published worked examples and to a slow way of counting."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest

from audits.panel_agreement import LEAST_FOR_KAPPA, ORDER, agreement, middle, table, weighted_kappa
from standards.grades import Grade

COUPLES = [[7, 7, 2, 3], [2, 8, 3, 7], [1, 5, 4, 9], [2, 8, 9, 14]]
"""91 married couples on a four-point scale (Hout, Duncan and Sobel 1987; Agresti 1990), with the values that the
manual of R's vcd package prints for equal-spacing weights."""
RADIOLOGISTS = [[21, 12, 0, 0], [4, 17, 1, 0], [3, 9, 15, 2], [0, 0, 0, 1]]
"""85 xeromammograms read by two radiologists (Boyd 1982; Altman 1991, section 14.3), as Stata's manual works it."""


def test_kappa_and_its_error_are_those_of_published_examples() -> None:
    couples = weighted_kappa(COUPLES)
    assert couples is not None
    assert (round(couples.value, 4), round(couples.error, 5)) == (0.2374, 0.07832)
    assert str(couples) == "0.24 (0.08 to 0.39)"
    assert couples.word == "fair"
    radiologists = weighted_kappa(RADIOLOGISTS)
    assert radiologists is not None
    assert round(radiologists.value, 4) == 0.5684


@pytest.mark.parametrize(
    ("counts", "value"),
    [
        ([[5, 0, 0, 0], [0, 5, 0, 0], [0, 0, 5, 0], [0, 0, 0, 5]], 1.0),
        ([[5, 5, 0, 0], [5, 5, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]], 0.0),
        ([[0, 0, 0, 9], [0, 0, 0, 0], [0, 0, 0, 0], [9, 0, 0, 0]], -1.0),
    ],
)
def test_kappa_is_one_when_full_nought_by_chance_and_below_it_when_opposed(
    counts: list[list[int]], value: float
) -> None:
    found = weighted_kappa(counts)
    assert found is not None
    assert found.value == pytest.approx(value)
    assert -1 <= found.low <= found.value <= found.high <= 1


def test_there_is_no_kappa_where_everything_is_one_grade_or_there_are_too_few() -> None:
    assert weighted_kappa([[9, 0], [0, 0]]) is None
    assert weighted_kappa([]) is None
    pairs = [("good", "good"), ("good", "inadequate")] * 15
    assert agreement(pairs[: LEAST_FOR_KAPPA - 1]).kappa is None
    assert agreement(pairs).kappa is not None


def test_counts_are_those_of_counting_one_by_one() -> None:
    chance = Random(6)
    for _ in range(50):
        pairs = [(str(chance.choice(ORDER)), str(chance.choice(ORDER))) for _ in range(chance.randint(0, 80))]
        ranks = [(Grade(a).rank, Grade(b).rank) for a, b in pairs]
        found = agreement(pairs)
        assert found.n == len(pairs) == found.exact + found.lower + found.higher
        assert found.exact == len([1 for a, b in pairs if a == b])
        assert found.within_one == len([1 for a, b in ranks if abs(a - b) < 2])
        assert found.lower == len([1 for a, b in ranks if a < b])
        counts = table(ranks)
        assert [counts[a - 1][b - 1] for a, b in product(range(1, 5), repeat=2)] == [
            ranks.count(pair) for pair in product(range(1, 5), repeat=2)
        ]


def test_of_two_middle_grades_the_lower_is_the_panels() -> None:
    good, low, bad = "good", "requires_improvement", "inadequate"
    assert middle([good, low, good]) == good
    assert middle([good, low]) == middle([low, good]) == low
    assert middle([good, good, bad, bad]) == bad
    assert middle([]) == ""
