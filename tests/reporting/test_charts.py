"""Charts hold the numbers they are given, say them in words, and carry nothing that a page's policy forbids."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from reporting import charts, one_line_charts
from reporting.control_chart import Run, Share

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '</title><script>alert(1)</script>"&<image href="http://127.0.0.1:9/x">'


def tree(picture: str) -> Element:
    return fromstring(picture)


def words(picture: str) -> list[str]:
    return [item.text or "" for item in tree(picture).iter(f"{SVG}text")]


def run_of(*pairs: tuple[int, int]) -> Run:
    return Run(tuple(str(place) for place in range(len(pairs))), tuple(Share(*pair) for pair in pairs))


def bars(picture: str, fill: str) -> list[float]:
    found = (
        item for item in tree(picture).iter(f"{SVG}rect") if item.get("fill") == fill and item.get("stroke") != "none"
    )
    return [float(item.get("height") or 0) for item in found]


def test_a_column_is_as_high_as_its_counts_and_the_worst_stands_at_the_foot() -> None:
    picture = charts.grade_mix("mix", [(2, 11, 4, 2), (0, 0, 0, 0), (3, 12, 8, 1)], "Title.", "Desc.")
    inadequate = bars(picture, "#8a3c08")[1:]
    good = bars(picture, "#9cc3e6")[1:]
    assert good[0] / inadequate[0] == pytest.approx(11 / 2, rel=0.02)
    assert len(good) == 2, "an empty month has no column"
    feet = [item for item in tree(picture).iter(f"{SVG}rect") if item.get("fill") == "#8a3c08"][1:]
    assert {float(item.get("y") or 0) + float(item.get("height") or 0) for item in feet} == {190.0}
    assert {"11", "12", "25", "Requires improvement"} <= set(words(picture))


def test_the_axis_has_round_steps_and_holds_the_largest_month() -> None:
    for most, steps in ((0, 1), (4, 1), (24, 5), (26, 10), (333, 100)):
        axis = charts.ticks(most)
        assert axis.step == steps
        assert axis[-1] >= most
        assert len(axis) <= 6


def test_the_control_chart_puts_every_month_at_its_share_and_says_the_last() -> None:
    picture = charts.control_chart("c", run_of(*[(10, 20)] * 6, (15, 20)), "Title.", "Desc.")
    dots = [float(item.get("cy") or 0) for item in tree(picture).iter(f"{SVG}circle")]
    assert dots == [105.0] * 6 + [59.5]
    assert {"75%", "Average 54%", "Upper limit", "Lower limit"} <= set(words(picture))


def test_a_signal_is_a_ring_and_the_rest_are_dots() -> None:
    picture = charts.control_chart("c", run_of(*[(45, 60)] * 6, (10, 60)), "Title.", "Desc.")
    assert [item.get("fill") for item in tree(picture).iter(f"{SVG}circle")] == ["#0b0c0c"] * 6 + ["#ffffff"]


def test_a_month_without_audits_leaves_a_gap_in_the_line() -> None:
    picture = charts.control_chart("c", run_of(*[(10, 20)] * 4, (0, 0), *[(10, 20)] * 3), "Title.", "Desc.")
    lines = [item for item in tree(picture).iter(f"{SVG}polyline") if item.get("stroke") == "#0b0c0c"]
    assert [len((item.get("points") or "").split()) for item in lines] == [4, 3]
    assert len(list(tree(picture).iter(f"{SVG}circle"))) == 7


def test_labels_that_would_touch_are_moved_apart() -> None:
    assert charts.apart([10, 12, 50]) == [10, 21, 50]
    assert charts.apart([10, 30, 50]) == [10, 30, 50]


def test_few_months_have_no_limits_drawn() -> None:
    assert "Average" not in charts.control_chart("c", run_of((5, 10), (6, 10)), "Title.", "Desc.")


def test_bars_of_actions_share_their_row_by_count() -> None:
    picture = charts.timeliness("t", [("Immediate", (30, 5, 5, 0)), ("Supervision", (0, 0, 0, 0))], "Title.", "Desc.")
    assert {"30", "5", "None were due"} <= set(words(picture))
    widths = [
        float(item.get("width") or 0) for item in tree(picture).iter(f"{SVG}rect") if item.get("height") == "18.0"
    ]
    assert widths[0] / widths[1] == pytest.approx(6, rel=0.01)


def test_a_funnel_sets_a_step_with_another_base_apart() -> None:
    steps = [("Found", Share(22, 22), ""), ("On file", Share(17, 22), "5 not yet"), ("Better", Share(3, 5), "")]
    picture = charts.funnel("f", steps, "Title.", "Desc.")
    assert {"22 of 22", "17 of 22", "3 of 5", "5 not yet"} <= set(words(picture))
    assert len(re.findall('stroke-dasharray="2 3"', picture)) == 1
    assert charts.funnel("f", [("Found", Share(0, 0), "")], "Title.", "Desc.")


def test_a_bar_in_a_row_is_as_long_as_its_share() -> None:
    picture = one_line_charts.row_bar("Half of them.", 0.5, 0.25)
    assert 'width="94.5"' in picture
    assert 'aria-hidden="true"' in picture
    assert 'fill="#9cc3e6"' not in one_line_charts.row_bar("None.", 0.0)


def every_chart(run: Run, counts: list[tuple[int, int, int, int]], said: str) -> list[str]:
    share = run.shares[-1]
    return [
        charts.grade_mix("a", counts, said, said),
        charts.control_chart("b", run, said, said),
        charts.small_multiple("c", run, (said, said), said, said),
        charts.funnel("d", [(said, share, said)], said, said),
        charts.timeliness("e", [(said, counts[0])], said, said),
        one_line_charts.row_bar(said, share.rate, None),
    ]


def test_words_that_look_like_markup_stay_words() -> None:
    for picture in every_chart(run_of(*[(5, 10)] * 7), [(1, 2, 3, 4)], HOSTILE):
        assert [item.tag for item in tree(picture).iter() if "script" in item.tag or "image" in item.tag] == []
        assert tree(picture).findtext(f"{SVG}title") == HOSTILE


pairs = st.integers(0, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(
    st.lists(pairs, min_size=1, max_size=18),
    st.lists(st.tuples(*[st.integers(0, 400)] * 4), min_size=1, max_size=12),
)
def test_any_counts_make_a_picture_that_is_well_formed_and_plain(
    shares: list[tuple[int, int]], counts: list[tuple[int, int, int, int]]
) -> None:
    for picture in every_chart(run_of(*shares), counts, "What it shows."):
        root = tree(picture)
        assert root.findtext(f"{SVG}title")
        assert not re.search(r"nan|inf|style=|class=|<script|href", picture)
        for item in root.iter(f"{SVG}rect"):
            assert float(item.get("width") or 0) >= 0
            assert float(item.get("height") or 0) >= 0
