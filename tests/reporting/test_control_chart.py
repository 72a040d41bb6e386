"""Shares with their counts, and the p-chart: known limits, the two rules and nothing else."""

from __future__ import annotations

from math import isclose, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.control_chart import Run, Share
from reporting.odds import interval

GOOD = (11, 8, 12, 14, 11, 10, 11, 13, 15, 11, 13, 14, 13, 10, 15, 15, 16, 13)
AUDITS = (20, 14, 21, 22, 21, 16, 20, 22, 23, 20, 21, 22, 22, 15, 23, 24, 23, 19)


def run_of(*pairs: tuple[int, int]) -> Run:
    return Run(tuple(f"month {place}" for place in range(1, len(pairs) + 1)), tuple(Share(*pair) for pair in pairs))


def test_a_percentage_is_said_of_ten_or_more_and_always_with_its_counts() -> None:
    assert str(Share(44, 66)) == "67% (44 of 66)"
    assert str(Share(5, 9)) == "5 of 9"
    assert str(Share(5, 10)) == "50% (5 of 10)"
    assert str(Share(0, 0)) == "none"
    assert Share(0, 0).percent == "–"
    assert str(Share(1100, 1105)) == "over 99% (1,100 of 1,105)"


def test_halves_go_upward() -> None:
    assert Share(1, 40).percent == "3%"
    assert Share(3, 40).percent == "8%"
    assert Share(49, 1000).percent == "5%"


def test_limits_are_the_average_and_three_standard_errors_of_each_month() -> None:
    run = run_of(*zip(GOOD, AUDITS, strict=True))
    mean = sum(GOOD) / sum(AUDITS)
    assert isclose(run.mean, mean)
    low, high = run.limits[-1] or (0, 0)
    assert isclose(low, mean - 3 * sqrt(mean * (1 - mean) / 19))
    assert isclose(high, mean + 3 * sqrt(mean * (1 - mean) / 19))
    assert [f"{low:.0%}", f"{high:.0%}"] == ["28%", "95%"]
    assert [f"{limits[0]:.0%}" for limits in run.limits if limits][:4] == ["28%", "22%", "29%", "30%"]
    assert run.limits[1] is not None
    assert run.limits[1][1] == 1.0, "cut at 100%"


def test_inside_the_limits_is_no_signal_and_a_run_of_five_is_named_with_when_to_look_again() -> None:
    reading = run_of(*zip(GOOD, AUDITS, strict=True)).read(look_again=("January", "February", "March"))
    assert not reading.signal
    assert reading.words == (
        "No signal: 68% is inside the limits (28% to 95%), around an average of 61%. All of the last five months "
        "are above the average; it takes eight in a row to call it a shift, so look again in March."
    )


def test_a_point_above_its_limit_is_a_signal_upward() -> None:
    reading = run_of((30, 55), (29, 59), (36, 65), (31, 63), (34, 60), (52, 66)).read()
    assert (reading.direction, reading.short) == (1, "Signal, up")
    assert reading.words == ("Signal, upward: 79% is outside the limits (39% to 76%). Something has changed; ask what.")


def test_a_point_below_its_limit_is_a_signal_downward() -> None:
    reading = run_of(*[(45, 60)] * 6, (10, 60)).read()
    assert (reading.direction, reading.short) == (-1, "Signal, down")


def test_seven_in_a_row_is_no_signal_and_eight_is() -> None:
    seven = run_of(*[(10, 20)] * 8, *[(12, 20)] * 7)
    eight = run_of(*[(10, 20)] * 8, *[(12, 20)] * 8)
    assert not seven.read().signal
    assert seven.at_end == 7
    assert eight.read().direction == 1
    assert "the last eight months lie above the average of 55%" in eight.read().words


def test_months_without_audits_are_passed_over_and_one_on_the_average_ends_a_run() -> None:
    assert run_of((0, 10), (6, 10), (0, 0), (7, 10)).at_end == 2
    assert run_of((8, 10), (5, 10), (4, 10), (3, 10)).at_end == -2
    assert run_of((5, 10), (5, 10)).at_end == 0


def test_five_months_are_too_few_and_six_are_enough() -> None:
    assert run_of(*[(5, 20)] * 5).read().short == "Too early to say"
    assert run_of(*[(5, 20)] * 5, (0, 0), (19, 20)).read().signal
    assert run_of(*[(5, 20)] * 5, (0, 0), (0, 0)).read().short == "Nothing to read"


def test_an_earlier_month_outside_its_limits_stays_named() -> None:
    assert "Outside the limits earlier: month 3." in run_of(*[(45, 60)] * 2, (10, 60), *[(45, 60)] * 6).read().words


@pytest.mark.parametrize("pairs", [[(0, 20)] * 7, [(20, 20)] * 7])
def test_all_or_none_is_too_few_to_tell(pairs: list[tuple[int, int]]) -> None:
    assert run_of(*pairs).read().short == "Too few to tell"


def test_with_fewer_than_five_expected_of_either_kind_it_is_too_few_to_tell_and_says_what_would_show() -> None:
    reading = run_of(*[(7, 10)] * 11, (2, 5)).read()
    assert (reading.short, reading.direction) == ("Too few to tell", 0)
    assert "Of 5, only 0 would show a fall." in reading.words
    nine, ten = run_of(*[(5, 10)] * 11, (4, 9)), run_of(*[(5, 10)] * 11, (5, 10))
    assert nine.read().short == "Too few to tell", "4.5 are expected"
    assert ten.read().short == "No signal", "5 are expected of either kind"
    assert run_of(*[(2, 30)] * 12).read().short == "Too few to tell", "few of what is rare, however many there are"
    assert run_of(*[(28, 30)] * 12).read().short == "Too few to tell"


def test_of_too_few_no_limits_are_drawn_and_only_what_chance_hardly_gives_is_a_signal() -> None:
    assert set(run_of(*[(3, 5)] * 12).band) == {None}
    shown = run_of(*[(48, 60)] * 11, (0, 5)).read()
    assert (shown.short, shown.moved) == ("Signal, down", "0 of 5")
    assert "Too few to tell how much." in shown.words
    assert run_of(*[(34, 60)] * 11, (0, 5)).read().short == "Too few to tell"


@pytest.mark.parametrize("within", [3, 6, 12])
def test_a_collapse_in_a_long_period_is_a_signal_by_its_months(within: int) -> None:
    run = run_of(*[(25, 42)] * 12, *[(0, 42)] * 3)
    assert run.read(within=within).direction == -1
    assert run_of(*[(25, 42)] * 12).read(within=12).short == "No signal", "with nothing before it"


def test_a_month_in_which_it_fell_is_told_of_a_year_that_did_not() -> None:
    reading = run_of(*[(25, 42)] * 18, (4, 42), *[(25, 42)] * 5).read(within=12)
    assert (reading.direction, reading.moved) == (-1, "10% (4 of 42) in month 19")


def test_months_that_are_still_to_come_are_not_read() -> None:
    run = run_of(*[(12, 20)] * 14, *[(0, 0)] * 4)
    assert run.read(within=6).short == "No signal"
    assert run.read(within=4).short == "Nothing to read"


@pytest.mark.parametrize(("pair", "between"), [((3, 5), ("15%", "95%")), ((24, 40), ("43%", "75%")), ((0, 0), None)])
def test_the_interval_is_exact_and_said_of_any_number(pair: tuple[int, int], between: tuple[str, str] | None) -> None:
    assert interval(Share(*pair)) == between


@given(
    st.lists(st.integers(0, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=1, max_size=18)
)
def test_any_row_of_counts_can_be_read(pairs: list[tuple[int, int]]) -> None:
    run = run_of(*pairs)
    reading = run.read()
    assert reading.words
    for share, limits in zip(run.shares, run.limits, strict=True):
        assert (limits is None) == (share.of == 0)
        if limits is not None:
            assert 0 <= limits[0] <= run.mean + 1e-9
            assert run.mean - 1e-9 <= limits[1] <= 1
