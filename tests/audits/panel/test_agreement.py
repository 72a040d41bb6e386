"""Agreement, held to published worked examples and to a slow way of counting."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest

from audits.panel.agreement import LEAST_FOR_KAPPA, ORDER, agreement, middle, rank_table, weighted_kappa
from standards.grades import Grade

COUPLES = [[7, 7, 2, 3], [2, 8, 3, 7], [1, 5, 4, 9], [2, 8, 9, 14]]
MAMMOGRAMS = [[34, 10, 2, 0], [6, 8, 8, 2], [2, 5, 4, 12], [0, 1, 2, 14]]


def test_kappa_and_its_error_are_those_of_published_examples() -> None:
    """Two published four by four tables, with the weighted kappa (equal spacing) and standard error printed for them.

    91 couples: Hout, Duncan and Sobel, Sociological Methodology 17 (1987), 145-184; Friendly, Visualizing Categorical
    Data (2000), page 91. 110 mammograms: Kundel and Polansky, Radiology 228 (2003), 303-308, Table A1. The values are
    those of the reference pages of R's packages vcd (`Kappa`: 0.2374, 0.07832, interval 0.08388 to 0.3909) and
    vcdExtra (`Mammograms`: 0.5964, 0.04923).
    """
    couples = weighted_kappa(COUPLES)
    assert couples is not None
    assert (round(couples.value, 4), round(couples.error, 5)) == (0.2374, 0.07832)
    assert str(couples) == "0.24 (0.08 to 0.39)"
    assert couples.word == "fair"
    assert (couples.low, couples.high) == pytest.approx((0.08388, 0.3909), abs=5e-5)
    mammograms = weighted_kappa(MAMMOGRAMS)
    assert mammograms is not None
    assert (round(mammograms.value, 4), round(mammograms.error, 5)) == (0.5964, 0.04923)


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
        counts = rank_table(ranks)
        assert [counts[a - 1][b - 1] for a, b in product(range(1, 5), repeat=2)] == [
            ranks.count(pair) for pair in product(range(1, 5), repeat=2)
        ]


def test_of_two_middle_grades_the_lower_is_the_panels() -> None:
    good, low, bad = "good", "requires_improvement", "inadequate"
    assert middle([good, low, good]) == good
    assert middle([good, low]) == middle([low, good]) == low
    assert middle([good, good, bad, bad]) == bad
    assert middle([]) == ""
