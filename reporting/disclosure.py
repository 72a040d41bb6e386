"""Whether a number that is hidden could be worked out from everything that the same readers hold: all tables together.

Each table by itself is masked so that nothing can (`masking`). A year and its quarters are printed one after the other,
and what one hides another may give away. So before a further table is printed, each small number in it, in the others
and in what lies between them needs a witness: other numbers that fit everything printed, in which it is another one.

What is counted are cells (a stretch of time, a group, a grade); what is printed are sums of them, each with the least
and the most that a reader knows it to be. A witness is a change of single cells by one, after which every sum is still
within its bounds. Where none is found in `TRIES` steps the number counts as given away, which errs on the safe side.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from reporting.masking import COVERED, FEW, NO_LIMIT, SMALL

Variable = tuple[str, ...]
Cells = frozenset[Variable]
TRIES, DEEP = 1_500, (4, 6, 8, 12, 16)
"""Steps of a search, and how many cells a witness may change: the fewest are tried first."""


@dataclass(frozen=True)
class Sum:
    """Some cells whose sum a reader knows to be within bounds."""

    cells: Cells
    low: int
    high: int


def printed(cells: Cells, text: str, value: int) -> Sum:
    """What a printed cell tells of its sum, which is `value` now. Where it was another when it was printed, the reader
    is taken to know what changed."""
    if text == FEW and 0 < value < SMALL:
        return Sum(cells, 1, SMALL - 1)
    if text == COVERED and value >= SMALL:
        return Sum(cells, SMALL, NO_LIMIT)
    return Sum(cells, value, value)


class Known:
    """The cells as they are, and the sums that are known of them.

    Cells of exactly the same sums are one to a reader, who can only tell them together: they are searched as one.
    """

    def __init__(self, values: Mapping[Variable, int], sums: Sequence[Sum]) -> None:
        self.values, self.sums = values, sums
        self.now = [sum(values[cell] for cell in each.cells) for each in sums]
        places: defaultdict[Variable, list[int]] = defaultdict(list)
        for place, each in enumerate(sums):
            for cell in each.cells:
                places[cell].append(place)
        alike: defaultdict[tuple[int, ...], list[Variable]] = defaultdict(list)
        for cell in sorted(values):
            alike[tuple(places[cell])].append(cell)
        self.touching = list(alike)
        self.alike = [frozenset(cells) for cells in alike.values()]
        self.counts = [sum(values[cell] for cell in cells) for cells in self.alike]
        self.parts: list[list[int]] = [[] for _ in sums]
        for part, touched in enumerate(self.touching):
            for place in touched:
                self.parts[place].append(part)
        self.tries = 0

    def given_away(self, targets: Iterable[Cells]) -> Iterator[Cells]:
        """The sums, of one to four, for which there is no witness that they could be another number; as they are
        found, for one may be enough."""
        waiting: dict[Cells, set[int]] = {}
        for cells in targets:
            parts = {part for part, same in enumerate(self.alike) if self.counts[part] and not same.isdisjoint(cells)}
            cut = any(not self.alike[part] <= cells for part in parts)
            if 0 < sum(self.values[cell] for cell in cells) < SMALL and not cut:
                zeros = {part for part, same in enumerate(self.alike) if not self.counts[part] and same <= cells}
                waiting[cells] = parts | zeros
        while waiting:
            target, parts = min(waiting.items(), key=lambda each: sorted(each[1]))
            witness = self.witness(parts)
            if witness is None:
                yield target
                del waiting[target]
                continue
            waiting = {
                cells: parts for cells, parts in waiting.items() if not sum(witness.get(part, 0) for part in parts)
            }

    def witness(self, target: set[int]) -> dict[int, int] | None:
        """A change by one after which all that is known still holds and the target is another number; the smallest
        first, as most are of four or eight."""
        self.tries = TRIES
        for deep in DEEP:
            for step in (1, -1):
                for part in sorted(target):
                    if self.may_move(part, step):
                        mended = self.mend({part: step}, target, deep)
                        if mended is not None:
                            return mended
        return None

    def may_move(self, part: int, step: int) -> bool:
        """Whether there may be one more, or one less: no count is below none."""
        return self.counts[part] + step >= 0

    def mend(self, change: dict[int, int], target: set[int], deep: int) -> dict[int, int] | None:
        """Change further parts, so many in all, until every sum is within its bounds; the one with the fewest ways
        first."""
        self.tries -= 1
        broken = [
            (place, step)
            for place in {place for part in change for place in self.touching[part]}
            if (step := self.beyond(place, change))
        ]
        if not broken:
            return change if sum(change.get(part, 0) for part in target) else None
        if self.tries < 0 or len(change) >= deep:
            return None
        options = (
            [(part, step) for part in self.parts[place] if part not in change and self.may_move(part, step)]
            for place, step in broken
        )
        ways = min(options, key=len)
        for part, step in sorted(ways, key=lambda way: (self.broken_by(way, change), way)):
            mended = self.mend({**change, part: step}, target, deep)
            if mended is not None:
                return mended
        return None

    def beyond(self, place: int, change: Mapping[int, int]) -> int:
        """Which way a sum has to go back: -1 where it is too much, 1 where too little, 0 where it is within bounds."""
        each = self.sums[place]
        value = self.now[place] + sum(step for part, step in change.items() if place in self.touching[part])
        return (value < each.low) - (value > each.high)

    def broken_by(self, way: tuple[int, int], change: Mapping[int, int]) -> int:
        """How many of the part's sums would be out of bounds with one more changed."""
        part, step = way
        after = {**change, part: step}
        return sum(self.beyond(place, after) != 0 for place in self.touching[part])

    def proved(self) -> set[Variable]:
        """Cells that the bounds alone fix, by narrowing them until nothing moves: a proof, though not of every one."""
        low = dict.fromkeys(self.values, 0)
        high = dict.fromkeys(self.values, NO_LIMIT)
        moved = True
        while moved:
            moved = False
            for each in self.sums:
                least, most = sum(low[cell] for cell in each.cells), sum(high[cell] for cell in each.cells)
                for cell in each.cells:
                    lower = max(low[cell], each.low - (most - high[cell]))
                    upper = min(high[cell], each.high - (least - low[cell]))
                    if (lower, upper) != (low[cell], high[cell]):
                        low[cell], high[cell], moved = lower, upper, True
                        least, most = sum(low[cell] for cell in each.cells), sum(high[cell] for cell in each.cells)
        return {cell for cell in self.values if low[cell] == high[cell]}


def safe(values: Mapping[Variable, int], held: list[Sum], more: list[Sum], targets: Iterable[Cells]) -> bool:
    """Whether printing `more` beside what is `held` gives no small number away that was not given away by proof."""
    proved = Known(values, held).proved()
    return all(cells <= proved for cells in Known(values, [*held, *more]).given_away(targets))
