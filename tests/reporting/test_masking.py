"""Small groups in a split: hidden, and not to be worked out from what is printed."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.masking import COVERED, FEW, SMALL, Split, mask


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


def rows_that_add_up(split: Split) -> list[set[Cells]]:
    """Of those, the ones that some choice of the other rows brings to the printed totals."""
    fits = rows_that_fit(split)
    sums: list[set[Cells]] = [{(0,) * (len(split.totals) - 1)}]
    for row in fits:
        sums.append({tuple(map(sum, zip(so_far, one, strict=True))) for so_far in sums[-1] for one in row})
    wanted, kept = {split.totals[:-1]}, []
    for row, before in zip(reversed(fits), reversed(sums[:-1]), strict=True):
        pairs = [(one, tuple(map(int.__sub__, after, one))) for one in row for after in wanted]
        good = [(one, start) for one, start in pairs if start in before]
        kept.append({one for one, _ in good})
        wanted = {start for _, start in good}
    return kept[::-1]


def assert_nothing_given_away(split: Split) -> None:
    """Try every table that agrees with what is printed: each hidden cell must take two values at least."""
    for printed, rows in zip(split.rows, rows_that_add_up(split), strict=True):
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
