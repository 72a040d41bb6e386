"""A share is held against a baseline that was frozen before it: known probabilities, and each way to a signal."""

from __future__ import annotations

from math import comb, isclose

import pytest

from reporting import periods
from reporting.baseline import BaselineRun, baseline_run
from reporting.control_chart import Run, Share
from reporting.odds import chance_of, few, span, would_show


def held(*pairs: tuple[int, int], within: int = 1) -> BaselineRun:
    """A row of months from April 2025 on, of which the last `within` are the period."""
    months = periods.parse("2025-04").back(1)[0]
    row = [months.shifted(step) for step in range(len(pairs))]
    run = Run(tuple(month.label for month in row), tuple(Share(*pair) for pair in pairs))
    period = row[-within]
    return baseline_run(row, run, year=periods.council_year_of(period.first).previous, period=period)


YEAR = [(7, 10)] * 12
"""2025-26: 84 of 120."""


def test_the_baselines_own_size_is_allowed_for() -> None:
    """13 of 40 against 35 of 60: a plain binomial takes the 60 for the truth, Fisher does not."""
    plain = sum(comb(40, k) * (35 / 60) ** k * (25 / 60) ** (40 - k) for k in range(14))
    fisher = sum(comb(48, k) * comb(52, 40 - k) for k in range(14)) / comb(100, 40)
    assert isclose(plain, 0.0009, abs_tol=0.00005)
    assert isclose(fisher, 0.0096, abs_tol=0.00005)
    assert isclose(chance_of(Share(13, 40), Share(35, 60)), 0.0077, abs_tol=0.00005)


@pytest.mark.parametrize(
    ("n", "baseline", "fall", "rise"),
    [
        (40, (40, 60), 15, 36),
        (40, (36, 60), 13, 34),
        (17, (17, 26), 3, 17),
        (40, (42, 60), 17, 37),
        (5, (42, 60), 0, 6),
    ],
)
def test_what_would_show_against_a_baseline(n: int, baseline: tuple[int, int], fall: int, rise: int) -> None:
    low, high = span(n, Share(*baseline))
    assert (low - 1, high + 1) == (fall, rise)


def test_of_five_only_none_would_show_a_fall_from_seven_in_ten() -> None:
    assert would_show(5, Share(42, 60)) == "Of 5, only 0 would show a fall."
    assert few(5, Share(42, 60)), "1.5 are expected below Good"
    assert isclose(chance_of(Share(0, 5), Share(42, 60)), 0.0036, abs_tol=0.00005)


def test_the_period_under_test_is_no_part_of_what_it_is_held_against() -> None:
    for count in (0, 5, 10):
        row = held(*YEAR, (count, 10))
        assert (row.base, row.base_name) == (Share(84, 120), "2025-26")
    assert held(*YEAR, *[(0, 10)] * 6, (7, 10)).base == Share(84, 120), "nor are the months since"


def test_without_six_months_of_the_year_before_the_first_six_are_the_baseline_for_good() -> None:
    first = [(0, 0)] * 8 + [(3, 5)] * 6
    for later in (1, 2, 4):
        row = held(*first, *[(0, 5)] * later)
        assert (row.base, row.base_name) == (Share(18, 30), "December 2025 to May 2026")
    assert held(*[(0, 0)] * 8, *[(3, 5)] * 6).read().words == (
        "Too early to say: a baseline needs six months with something to count before this one."
    )


def test_no_signal_says_what_would_show_and_of_the_months_together_too() -> None:
    reading = held(*YEAR, *[(7, 10)] * 7, (6, 10)).read()
    assert (reading.short, reading.direction) == ("Too few to tell", 0), "3 of 10 are expected below Good"
    assert reading.words == (
        "Too few to tell: 60% (6 of 10), against 70% (84 of 120) in 2025-26. Of 10, only 2 or fewer would show a fall. "
        "The last eight months together, 69% (55 of 80): no signal."
    )


def test_a_slow_fall_shows_in_the_months_together_though_no_month_shows() -> None:
    row = held(*YEAR, (6, 10), (5, 10), (5, 10), (5, 10), (5, 10), (4, 10), (4, 10))
    assert not any(row.outside(place) for place in range(12, 19))
    reading = row.read()
    assert (reading.direction, reading.moved) == (-1, "49% (34 of 70) in the last seven months together")


def test_six_months_are_read_together_where_the_baseline_can_spare_some() -> None:
    row = held(*YEAR, (7, 10), (7, 10))
    assert row.together == 6
    assert row.whole_of(6) == (Share(42, 60), Share(56, 80)), "February and March count once"
    sparse = held(*[(0, 0)] * 5, *[(7, 10)] * 7, (7, 10))
    assert sparse.together == 1, "a baseline of seven months can spare one, not five"


def test_eight_in_a_row_are_a_signal_only_where_together_they_are_more_than_chance_gives() -> None:
    near = held(*YEAR, *[(69, 100)] * 8)
    assert near.at_end == -8
    assert not near.read().signal
    far = held(*[(14, 20)] * 12, *[(11, 20)] * 8)
    assert far.read().direction == -1


def test_each_month_of_a_year_is_looked_at_more_sternly_than_one() -> None:
    """5 of 15 against 168 of 240 comes up once in 208: beyond one in 200, not one in 2,400; 2 of 15 is beyond."""
    base = [(14, 20)] * 12
    assert held(*base, *[(10, 15)] * 11, (2, 15), within=12).read(within=12).moved == "13% (2 of 15) in March 2027"
    assert not held(*base, *[(10, 15)] * 11, (5, 15), within=12).read(within=12).signal
    assert held(*base, (5, 15)).read().signal, "alone it is a signal"


def test_a_part_of_the_baseline_is_held_against_the_rest_of_it() -> None:
    row = held(*YEAR[:11], (0, 10), (7, 10))
    assert row.against(11) == Share(77, 110)
    assert row.outside(11) == -1
    assert row.band[11] is None, "three of ten are too few"


def test_what_is_to_come_is_not_read() -> None:
    row = held(*YEAR, (7, 10), (6, 10), *[(0, 0)] * 10, within=12)
    assert row.read(within=12).words.startswith("No signal: 65% (13 of 20), against 70% (84 of 120) in 2025-26.")
    assert held(*YEAR, (0, 0)).read().short == "Nothing to read"
