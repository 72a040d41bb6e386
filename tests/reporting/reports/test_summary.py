"""What all staff get, attacked: with everything that is printed in a year, no small number can be worked out."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest

from reporting.control_chart import Run, Share
from reporting.masking import mask
from reporting.models import Report
from reporting.reports import summary

MOST = 90


def printed(count: int, of: int) -> tuple[str, str]:
    return summary.about(Share(count, of)), summary.roughly(of)


POSSIBLE: dict[tuple[str, str], set[tuple[int, int]]] = {}
for whole in range(MOST):
    for part in range(whole + 1):
        POSSIBLE.setdefault(printed(part, whole), set()).add((part, whole))
"""Every pair of numbers that fits what is printed: what an attacker knows who knows these rules."""


def test_what_is_printed_of_one_share_fits_many_counts_and_no_small_one_alone() -> None:
    for said, pairs in POSSIBLE.items():
        parts, others = {part for part, _ in pairs}, {whole - part for part, whole in pairs}
        for counts in (parts, others):
            assert len(counts) > 1 or min(counts) >= summary.SMALL, said
        if said[0] != summary.TOO_FEW:
            assert min(parts) >= summary.SMALL
            assert min(others) >= summary.SMALL
    assert len(POSSIBLE) > 40


@pytest.mark.parametrize("seed", range(4))
def test_a_years_summary_less_its_quarters_gives_no_small_number_away(seed: int) -> None:
    """Four quarters and the year that they add up to: whatever is subtracted, each quarter keeps two counts or more."""
    chance = Random(seed)
    quarters = [(whole := chance.randrange(4, 24), chance.randrange(whole + 1)) for _ in range(4)]
    pairs = [(part, whole) for whole, part in quarters]
    year = printed(sum(part for part, _ in pairs), sum(whole for _, whole in pairs))
    options = [POSSIBLE[printed(*pair)] for pair in pairs]
    for place, mine in enumerate(options):
        sums = {(0, 0)}
        for other in options[:place] + options[place + 1 :]:
            sums = {(part + more, whole + most) for part, whole in sums for more, most in other}
        fitting = {whole - part for part, whole in mine if any(printed(part + p, whole + w) == year for p, w in sums)}
        assert len(fitting) > 1, (pairs[place], year)


def test_no_count_of_the_figures_stands_in_the_summary() -> None:
    """A theme of fewer than five audits is not even named."""
    named = [{"name": f"Theme of {count}", "count": count} for count in (1, 4, 5, 9)]
    themes = {"well": named, "worried": [], "quotes": []}
    series = {"name": "Good", "definition": ".", "counts": [13, 22], "ofs": [20, 37]}
    figures = {
        "units": ["2026-27Q1", "2026-27Q2"],
        "audits": {"good": series, "inadequate": series, "months": ["2026-09"], "mix": [[2, 6, 5, 1]]},
        "actions": {"on_time": series},
        "loop": {"put_right": series},
        "standards": [],
        "themes": themes,
    }
    report = Report(pk=1, ref="REP-1", period="2026-27Q2", kind="quarterly", figures=figures)
    report._prefetched_objects_cache = {"recommended": []}  # type: ignore[attr-defined]
    said = summary.compose_summary(report)
    assert said.well == ["Theme of 5", "Theme of 9"]
    assert (said.audits, said.good) == ("About 40", "About 60%")
    assert "37" not in str(said)
    assert "22" not in str(said)


def test_how_many_audits_is_said_truly_and_a_table_of_too_few_is_left_out() -> None:
    assert [summary.within(count) for count in (0, 9, 10, 14, 15, 24, 25)] == [
        *("Fewer than ten", "Fewer than ten", "Between 5 and 14", "Between 5 and 14"),
        *("Between 15 and 24", "Between 15 and 24", "Between 25 and 34"),
    ]
    series = {"name": "Good", "definition": ".", "counts": [13, 11], "ofs": [20, 15]}
    figures = {
        "units": ["2026-27Q1", "2026-27Q2"],
        "audits": {"good": series, "inadequate": series, "months": ["2026-09"], "mix": [[2, 6, 5, 1]]},
        "actions": {"on_time": series},
        "loop": {"put_right": series},
        "standards": [],
        "themes": {"well": [], "worried": [], "quotes": []},
    }
    for newer, says, table in (({}, "About 20", True), ({"families": {"heard": []}}, "Between 15 and 24", False)):
        report = Report(pk=1, ref="REP-1", period="2026-27Q2", kind="quarterly", figures=figures | newer)
        report._prefetched_objects_cache = {"recommended": []}  # type: ignore[attr-defined]
        said = summary.compose_summary(report)
        assert (said.audits, bool(said.good)) == (says, table)


def test_a_column_of_coverage_gives_no_small_group_away() -> None:
    """Groups of one characteristic with their printed total: each hidden group keeps two possible numbers."""
    chance = Random(3)
    shown = 0
    for _ in range(40):
        counts = [chance.choice((0, 1, 2, 3, 4, 7, 12, 40)) for _ in range(chance.randrange(2, 7))]
        split = mask([[count] for count in counts])
        if split.left_out:
            continue
        cells = [row[0] for row in split.rows]
        ranges = [
            range(int(cell), int(cell) + 1) if cell.isdigit() else range(1, 5) if cell == "<5" else range(5, 60)
            for cell in cells
        ]
        fitting: list[set[int]] = [set() for _ in cells]
        for guess in product(*[r if len(r) < 6 else range(5, min(60, split.totals[0] + 1)) for r in ranges]):
            if sum(guess) == split.totals[0]:
                for place, value in enumerate(guess):
                    fitting[place].add(value)
        for cell, values in zip(cells, fitting, strict=True):
            assert cell.isdigit() or len(values) > 1
        shown += 1
    assert shown > 10


def test_limits_are_those_of_a_published_p_chart() -> None:
    """D. C. Montgomery, Introduction to Statistical Quality Control, 2nd ed. (Wiley, 1991), pages 152 to 155, frozen
    orange juice cans: 30 samples of 50, p̄ = 0.2313, limits 0.0524 and 0.4102, samples 15 and 23 outside. The thirty
    counts are also the first of `orangejuice` in the R package qcc."""
    bad = [12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6]
    run = Run(tuple(str(place) for place in range(1, 31)), tuple(Share(count, 50) for count in bad))
    assert round(run.mean, 4) == 0.2313
    for pair in run.limits:
        assert pair is not None
        assert (round(pair[0], 4), round(pair[1], 4)) == (0.0524, 0.4102)
    assert [place + 1 for place in range(30) if run.outside(place)] == [15, 23]
