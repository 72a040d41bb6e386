"""Cell suppression: a count of 1 to 4 in a split shows as <5, and what would give it away is hidden too.

A split is a table of groups (rows) by answers (columns). Its total row is printed in full, so one hidden cell could be
worked out by subtraction. Larger cells are therefore hidden as well, shown as [c] (secondary suppression), until every
hidden cell could be at least two different numbers to someone who knows everything that is printed, these rules
included. docs/adr/0017-what-is-written-by-hand.md says why nothing simpler will do.

Answers may be printed twice, in detail and in parts (four grades; Good or better and below). The parts are masked
first, and the detail within what they leave: it may cost itself, and a part only where nothing else is left to hide.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

SMALL = 5
FEW, COVERED = f"<{SMALL}", "[c]"
HIDDEN = {FEW, COVERED, "0"}
NO_LIMIT = 10**9
START = ("all", 0, 0)
UNKNOWN = SMALL + 1
"""Of the row that stands for what is not printed: the first to be hidden, and free to be one more or one less."""

Node = tuple[str, int, int]
Place = tuple[int, int]
Parts = Sequence[Sequence[int]]


@dataclass(frozen=True)
class Split:
    """A table of counts by group as it may be printed: each row's cells and, last, the row's own total; and, where it
    was asked for and may be printed, each row's detail.

    `left_out` is true where nothing could be hidden well enough: the table is then not printed at all.
    """

    rows: tuple[tuple[str, ...], ...]
    totals: tuple[int, ...]
    left_out: bool
    detail: tuple[tuple[str, ...], ...] = ()


def mask(counts: Sequence[Sequence[int]], *, printed_elsewhere: bool = False) -> Split:
    """The table as it may be printed. `counts` are the cells without the row totals; zeros stay zeros.
    `printed_elsewhere`: the row totals are, so hiding them here would help nobody."""
    totals = tuple(sum(column) for column in zip(*counts, strict=True)) if counts else ()
    table = _Table(counts, printed_elsewhere=printed_elsewhere)
    rows = tuple(table.printed(index) for index in range(len(counts))) if table.settle() else ()
    nothing_left = all(cell in HIDDEN for row in rows for cell in row)
    return Split(() if nothing_left else rows, (*totals, sum(totals)), left_out=nothing_left)


def mask_in_detail(counts: Sequence[Sequence[int]], parts: Parts, *, printed_elsewhere: bool = False) -> Split:
    """As `mask`, of the parts that the columns of `counts` make up (each a list of columns), with the columns
    themselves as detail; without detail where that would not leave a number of it to read."""
    split = mask(
        [[sum(row[column] for column in part) for part in parts] for row in counts], printed_elsewhere=printed_elsewhere
    )
    if split.left_out:
        return split
    wide = len(counts[0])
    covered = {
        (index, wide + place)
        for index, row in enumerate(split.rows)
        for place, cell in enumerate(row)
        if cell == COVERED
    }
    table = _Table(counts, parts, covered, printed_elsewhere=printed_elsewhere)
    if not table.settle():
        return split
    rows = [table.printed(index) for index in range(len(counts))]
    detail = tuple(row[:wide] for row in rows)
    if all(cell in HIDDEN for row in detail for cell in row):
        return split
    return Split(tuple(row[wide:] for row in rows), split.totals, left_out=False, detail=detail)


def mask_without_totals(counts: Sequence[Sequence[int]]) -> list[tuple[str, ...]]:
    """The rows as they may be printed where no column's total is, each with the row's own last; none where nothing
    would be left to read.

    `mask` takes each column's total for printed, so a row that is not printed stands for all that the reader does not
    know.
    """
    if not counts:
        return []
    shown = list(mask([*counts, [UNKNOWN] * len(counts[0])]).rows)[:-1]
    return [] if all(cell in HIDDEN for cells in shown for cell in cells) else shown


class _Table:
    """The cells with what a reader knows of each: the least and the most it could be.

    It is read as a network: the whole flows into the rows (their totals), on through their parts, if there are any, and
    through the cells into the columns, whose totals are printed. A cell could be another number exactly when it lies on
    a loop along which one more can be sent round, every cell on the way staying within what is known of it.
    """

    def __init__(
        self,
        counts: Sequence[Sequence[int]],
        parts: Parts = (),
        covered: Iterable[Place] = (),
        *,
        printed_elsewhere: bool,
    ) -> None:
        self.wide = len(counts[0]) if counts else 0
        self.parts = parts
        self.part_of = {column: place for place, part in enumerate(parts) for column in part}
        self.last = self.wide + len(parts)
        self.values: dict[Place, int] = {}
        for row, cells in enumerate(counts):
            sums = [sum(cells[column] for column in part) for part in parts]
            self.values |= {(row, column): value for column, value in enumerate((*cells, *sums, sum(cells)))}
        self.may_hide = {place for place in self.values if not (printed_elsewhere and place[1] == self.last)}
        self.hidden = {place for place in self.may_hide if 0 < self.values[place] < SMALL} | set(covered)
        self.touching: defaultdict[Node, list[Place]] = defaultdict(list)
        for place in self.values:
            for node in self.ends(place):
                self.touching[node].append(place)

    def settle(self) -> bool:
        """Hide what has to be, and no more; false where nothing that is left to hide would do."""
        while known := self.given_away():
            if not self.hide_beside(known[0]):
                return False
        self.show_again()
        return True

    def bounds(self, place: Place) -> tuple[int, int]:
        """The least and the most a reader knows the cell to be."""
        value = self.values[place]
        if place not in self.hidden:
            return value, value
        return (1, SMALL - 1) if value < SMALL else (SMALL, NO_LIMIT)

    def printed(self, row: int) -> tuple[str, ...]:
        """The row's cells, its parts and its total, as they may be printed."""
        shown = []
        for column in range(self.last + 1):
            value = self.values[row, column]
            small = 0 < value < SMALL
            shown.append(FEW if small else COVERED if (row, column) in self.hidden else str(value))
        return tuple(shown)

    def given_away(self) -> list[Place]:
        """The hidden cells that could only be the one number they are."""
        places = []
        for place in sorted(self.hidden):
            low, high = self.bounds(place)
            up = self.values[place] < high and self.can_move(place, 1)
            if not up and not (self.values[place] > low and self.can_move(place, -1)):
                places.append(place)
        return places

    def hide_beside(self, place: Place) -> bool:
        """Hide one more cell in the same row or column, else anywhere, and a part only where there is no other; false
        where none is left to hide. The one after which fewest are given away; of those the smallest.
        """
        shown = [at for at, value in self.values.items() if value >= SMALL and at in self.may_hide - self.hidden]
        if self.parts:
            shown = [at for at in shown if at[1] < self.wide] or shown
        part = self.part_of.get(place[1])
        beside = [at for at in shown if at[1] == place[1] or (at[0] == place[0] and self.part_of.get(at[1]) == part)]
        if not shown:
            return False

        def cost(at: Place) -> tuple[int, int]:
            self.hidden.add(at)
            left = len(self.given_away())
            self.hidden.discard(at)
            return left, self.values[at]

        self.hidden.add(min(beside or shown, key=cost))
        return True

    def show_again(self) -> None:
        """Uncover the larger cells that turned out not to be needed, the largest first, and sums before what they are
        made of."""
        covered = sorted(
            (at for at in self.hidden if self.values[at] >= SMALL),
            key=lambda at: (at[1] < self.wide and bool(self.parts), -self.values[at]),
        )
        for place in covered:
            self.hidden.discard(place)
            if self.given_away():
                self.hidden.add(place)

    def ends(self, place: Place) -> tuple[Node, Node]:
        """The two ends of a cell in the network; a row's total runs from the whole into the row."""
        row, column = place
        whole = ("row", row, 0)
        if column == self.last:
            return START, whole
        if column >= self.wide:
            return whole, ("part", row, column - self.wide)
        start = ("part", row, self.part_of[column]) if self.parts else whole
        return start, ("column", column, 0)

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
        for place in self.touching[node]:
            if place in self.hidden and place != leaving_out:
                value, (low, high) = self.values[place], self.bounds(place)
                tail, head = self.ends(place)
                if tail == node and value < high:
                    yield head
                if head == node and value > low:
                    yield tail
