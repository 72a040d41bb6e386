"""Small groups in a split: hidden, and not to be worked out from what is printed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.masking import COVERED, FEW, SMALL, Split, mask, mask_in_detail


def test_one_to_four_are_hidden_and_zero_and_five_are_not() -> None:
    split = mask([[17, 8], [9, 4], [7, 5], [5, 3], [2, 2], [6, 0]])
    assert split.totals == (46, 22, 68)
    assert split.rows == (
        ("17", "8", "25"),
        (COVERED, FEW, "13"),
        ("7", "5", "12"),
        ("5", FEW, COVERED),
        (FEW, FEW, FEW),
        ("6", "0", "6"),
    )
    assert_nothing_given_away(split)


def test_a_single_small_cell_takes_a_larger_one_with_it() -> None:
    split = mask([[17, 8], [9, 3], [7, 5]])
    assert split.rows[1][1] == FEW
    assert sum(row.count(COVERED) for row in split.rows) >= 1
    assert_nothing_given_away(split)


def test_what_need_not_be_covered_is_shown_again_the_larger_number_first() -> None:
    split = mask([[7, 1], [9, 5], [20, 12]])
    assert split.rows == (("[c]", "<5", "[c]"), ("9", "[c]", "[c]"), ("[c]", "[c]", "32"))


def test_two_small_cells_that_must_be_one_each_are_covered_further() -> None:
    split = mask([[1, 10], [1, 10], [20, 10]])
    assert_nothing_given_away(split)


def test_a_table_of_small_cells_only_is_left_out() -> None:
    assert mask([[1, 2], [3, 1], [2, 2]]) == Split((), (6, 5, 11), left_out=True)


def test_one_group_alone_with_a_small_number_is_left_out_because_the_total_says_it() -> None:
    assert mask([[3, 12]]).left_out


def test_no_groups_at_all() -> None:
    assert mask([]).left_out


Cells = tuple[int, ...]


def rows_that_fit(split: Split) -> list[list[Cells]]:
    """For each row, every set of cells that agrees with what is printed of that row."""

    def could_be(cell: str, most: int) -> list[int]:
        if cell == FEW:
            return list(range(1, SMALL))
        return list(range(SMALL, most + 1)) if cell == COVERED else [int(cell)]

    fits = []
    for row in split.rows:
        wholes = could_be(row[-1], split.totals[-1])
        cells = product(*(could_be(cell, split.totals[place]) for place, cell in enumerate(row[:-1])))
        fits.append([one for one in cells if sum(one) in wholes])
    return fits


def rows_that_add_up(fits: Sequence[Sequence[Cells]], totals: Cells) -> list[set[Cells]]:
    """Of those, the ones that some choice of the other rows brings to the printed totals."""
    sums: list[set[Cells]] = [{(0,) * len(totals)}]
    for row in fits:
        sums.append({tuple(map(sum, zip(so_far, one, strict=True))) for so_far in sums[-1] for one in row})
    wanted, kept = {totals}, []
    for row, before in zip(reversed(fits), reversed(sums[:-1]), strict=True):
        pairs = [(one, tuple(map(int.__sub__, after, one))) for one in row for after in wanted]
        good = [(one, start) for one, start in pairs if start in before]
        kept.append({one for one, _ in good})
        wanted = {start for _, start in good}
    return kept[::-1]


def assert_nothing_given_away(split: Split) -> None:
    """Try every table that agrees with what is printed: each hidden cell must take two values at least."""
    found = rows_that_add_up(rows_that_fit(split), split.totals[:-1])
    for printed, rows in zip(split.rows, found, strict=True):
        values = [{one[place] for one in rows} for place in range(len(printed) - 1)] + [{sum(one) for one in rows}]
        for cell, possible in zip(printed, values, strict=True):
            assert cell not in {FEW, COVERED} or len(possible) >= 2, split


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 3).flatmap(
        lambda wide: st.lists(st.lists(st.integers(0, 12), min_size=wide, max_size=wide), min_size=1, max_size=4)
    )
)
def test_no_hidden_number_can_be_worked_out_from_what_is_printed(counts: list[list[int]]) -> None:
    split = mask(counts)
    assert_nothing_given_away(split)
    for row, cells in zip(split.rows, counts, strict=not split.left_out):
        for shown, value in zip(row, [*cells, sum(cells)], strict=True):
            assert shown == str(value) or (shown == FEW and 0 < value < SMALL) or (shown == COVERED and value >= SMALL)
            assert shown != str(value) or not 0 < value < SMALL


PARTS = ((0, 1), (2, 3))


def lines_that_fit(detail: tuple[str, ...], row: tuple[str, ...], most: int, *, told: int | None) -> list[Cells]:
    """Every four numbers that agree with what is printed of one row, in detail, in parts and as a whole."""

    def could_be(cell: str) -> range:
        known = {FEW: range(1, SMALL), COVERED: range(SMALL, most + 1)}
        return known.get(cell) or range(int(cell), int(cell) + 1)

    parts, whole = [set(could_be(cell)) for cell in row[:-1]], {told} if told is not None else set(could_be(row[-1]))
    upper, lower = (
        [pair for pair in product(could_be(detail[one]), could_be(detail[two])) if sum(pair) in parts[place]]
        for place, (one, two) in enumerate(PARTS)
    )
    return [(*a, *b) for a, b in product(upper, lower) if sum(a) + sum(b) in whole]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, 7)] * 4), min_size=2, max_size=3), st.booleans())
def test_four_grades_and_their_two_parts_together_give_no_hidden_number_away(counts: list[Cells], told: bool) -> None:
    split = mask_in_detail(counts, PARTS, printed_elsewhere=told)
    if not split.detail:
        assert split == mask([[sum(one[:2]), sum(one[2:])] for one in counts], printed_elsewhere=told)
        return
    totals = tuple(map(sum, zip(*counts, strict=True)))
    fits = [
        lines_that_fit(detail, row, sum(totals), told=sum(cells) if told else None)
        for detail, row, cells in zip(split.detail, split.rows, counts, strict=True)
    ]
    ways = rows_that_add_up(fits, totals)
    for detail, row, found in zip(split.detail, split.rows, ways, strict=True):
        sums = {(sum(one[:2]), sum(one[2:]), sum(one)) for one in found}
        for place, cell in enumerate(detail):
            assert cell not in {FEW, COVERED} or len({one[place] for one in found}) >= 2, split
        for place, cell in enumerate(row):
            hidden = cell in {FEW, COVERED} and not (told and place == 2)
            assert not hidden or len({one[place] for one in sums}) >= 2, split
    for detail, row, cells in zip(split.detail, split.rows, counts, strict=True):
        for shown, value in zip((*detail, *row), (*cells, sum(cells[:2]), sum(cells[2:]), sum(cells)), strict=True):
            assert shown == (FEW if 0 < value < SMALL else COVERED if shown == COVERED else str(value))
