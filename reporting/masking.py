"""Small groups are never given away: a count of 1 to 4 in a split shows as <5, and what would betray it is hidden too.

A split is a table of groups (rows) by answers (columns). Its total row is printed in full, so one hidden cell could be
worked out by subtraction. Larger cells are therefore hidden as well, shown as [c], until every hidden cell could be at
least two different numbers to someone who knows everything that is printed, these rules included.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

SMALL = 5
FEW, COVERED = f"<{SMALL}", "[c]"
NO_LIMIT = 10**9
START = ("all", 0)

Node = tuple[str, int]
Place = tuple[int, int]


@dataclass(frozen=True)
class Split:
    """A table of counts by group as it may be printed: each row's cells and, last, the row's own total.

    `left_out` is true where nothing could be hidden well enough: the table is then not printed at all.
    """

    rows: tuple[tuple[str, ...], ...]
    totals: tuple[int, ...]
    left_out: bool


def mask(counts: Sequence[Sequence[int]]) -> Split:
    """The table as it may be printed. `counts` are the cells without the row totals; zeros stay zeros."""
    totals = tuple(sum(column) for column in zip(*counts, strict=True)) if counts else ()
    table = _Table(counts)
    while known := table.given_away():
        if not table.hide_beside(known[0]):
            return Split((), (*totals, sum(totals)), left_out=True)
    table.show_again()
    rows = tuple(table.printed(index) for index in range(len(counts)))
    nothing_left = all(cell in {FEW, COVERED, "0"} for row in rows for cell in row)
    return Split(() if nothing_left else rows, (*totals, sum(totals)), left_out=nothing_left)


class _Table:
    """The cells with what a reader knows of each: the least and the most it could be.

    It is read as a network: the whole flows into the rows (their totals), on through the cells into the columns, whose
    totals are printed. A cell could be another number exactly when it lies on a loop along which one more can be sent
    round, every cell on the way staying within what is known of it.
    """

    def __init__(self, counts: Sequence[Sequence[int]]) -> None:
        self.width = len(counts[0]) if counts else 0
        self.values: dict[Place, int] = {}
        for row, cells in enumerate(counts):
            self.values |= {(row, column): value for column, value in enumerate(cells)}
            self.values[row, self.width] = sum(cells)
        self.hidden = {place for place, value in self.values.items() if 0 < value < SMALL}

    def bounds(self, place: Place) -> tuple[int, int]:
        """The least and the most a reader knows the cell to be."""
        value = self.values[place]
        if place not in self.hidden:
            return value, value
        return (1, SMALL - 1) if value < SMALL else (SMALL, NO_LIMIT)

    def printed(self, row: int) -> tuple[str, ...]:
        """The row's cells and its total, as they may be printed."""
        shown = []
        for column in range(self.width + 1):
            value = self.values[row, column]
            shown.append(str(value) if (row, column) not in self.hidden else FEW if value < SMALL else COVERED)
        return tuple(shown)

    def given_away(self) -> list[Place]:
        """The hidden cells that could only be the one number they are."""
        found = []
        for place in sorted(self.hidden):
            low, high = self.bounds(place)
            up = self.values[place] < high and self.can_move(place, 1)
            if not up and not (self.values[place] > low and self.can_move(place, -1)):
                found.append(place)
        return found

    def hide_beside(self, place: Place) -> bool:
        """Hide one more cell in the same row or column, else anywhere; false where none is left to hide.

        The one after which fewest are given away; of those the smallest.
        """
        shown = [at for at, value in self.values.items() if value >= SMALL and at not in self.hidden]
        near = [at for at in shown if at[0] == place[0] or at[1] == place[1]]
        if not shown:
            return False

        def cost(at: Place) -> tuple[int, int]:
            self.hidden.add(at)
            left = len(self.given_away())
            self.hidden.discard(at)
            return left, self.values[at]

        self.hidden.add(min(near or shown, key=cost))
        return True

    def show_again(self) -> None:
        """Uncover the larger cells that turned out not to be needed, the largest first."""
        covered = sorted((at for at in self.hidden if self.values[at] >= SMALL), key=lambda at: -self.values[at])
        for place in covered:
            self.hidden.discard(place)
            if self.given_away():
                self.hidden.add(place)

    def ends(self, place: Place) -> tuple[Node, Node]:
        """The two ends of a cell in the network; a row's total runs from the whole into the row."""
        row, column = place
        return (START, ("row", row)) if column == self.width else (("row", row), ("column", column))

    def can_move(self, place: Place, step: int) -> bool:
        """Whether the cell could be one more (or one less): a way round from its one end back to the other."""
        tail, head = self.ends(place)
        begin, goal = (head, tail) if step > 0 else (tail, head)
        seen, ahead = {begin}, deque([begin])
        while ahead:
            for node in self.reachable(ahead.popleft(), place):
                if node == goal:
                    return True
                if node not in seen:
                    seen.add(node)
                    ahead.append(node)
        return False

    def reachable(self, node: Node, leaving_out: Place) -> Iterator[Node]:
        """The ends next to this one along cells that could still be one more, or one less."""
        for place, value in self.values.items():
            if place in self.hidden and place != leaving_out:
                low, high = self.bounds(place)
                tail, head = self.ends(place)
                if tail == node and value < high:
                    yield head
                if head == node and value > low:
                    yield tail
