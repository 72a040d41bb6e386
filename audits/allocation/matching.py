"""Cases and auditors brought together: as many as possible, as evenly as possible, ties by hash. Pure.

docs/adr/0002-allocation.md says why, and why this leaves exactly one answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from hashlib import sha256

Place = tuple[str, int]
"""An auditor's first, second, … further audit of the month; without a name, a case's own place among the waiting."""


def tie(seed: str, person_id: str, auditor: str) -> str:
    """What settles a tie between pairs: sha256 of "seed:person_id:auditor" in hex. The lower goes first."""
    return sha256(f"{seed}:{person_id}:{auditor}".encode()).hexdigest()


def allocate(
    *,
    seed: str,
    allowed: Mapping[str, Collection[str]],
    capacity: Mapping[str, int],
    carried: Mapping[str, int] | None = None,
) -> dict[str, str]:
    """An auditor for each case that can have one: {person_id: auditor}. A case that cannot be placed is not in it.

    `allowed` holds the auditors each case may go to, `capacity` how many more audits each may be given this month,
    `carried` how many each already has in it. First, as many cases as possible are placed. Then the loads are as even
    as can be: the largest as small as possible, then the next. Then the pair with the lowest tie is kept whenever that
    can still be reached with it, then the next lowest, and so on.
    """
    costs = costs_of(seed, allowed, capacity, carried or {})
    return {case: auditor for case, (auditor, _) in sorted(cheapest(costs).items()) if auditor}


def costs_of(
    seed: str, allowed: Mapping[str, Collection[str]], capacity: Mapping[str, int], carried: Mapping[str, int]
) -> dict[str, dict[Place, int]]:
    """What each place costs each case, so that the aims are one number, the higher aim in its higher digits.

    A pair takes off a power of two, the lowest tie the largest, so that it outweighs all those after it. A load of one
    more costs 1, then 3, 5, …, whose sums are squares and so least where loads are most even, each more than all the
    pairs together take off. To wait costs more than all of it.
    """
    pairs = sorted(
        ((tie(seed, case, auditor), case, auditor) for case in allowed for auditor in allowed[case]), reverse=True
    )
    off = {(case, auditor): 1 << rank for rank, (_, case, auditor) in enumerate(pairs)}
    load = 1 << len(pairs)
    loads = {
        auditor: [load * (2 * (carried.get(auditor, 0) + more) + 1) for more in range(min(limit, len(allowed)))]
        for auditor, limit in capacity.items()
    }
    waiting = 1 + sum(map(sum, loads.values()))
    costs = {
        case: {
            (auditor, more): cost - off[case, auditor]
            for auditor in sorted(allowed[case])
            for more, cost in enumerate(loads[auditor])
        }
        for case in sorted(allowed)
    }
    return {case: places | {("", number): waiting} for number, (case, places) in enumerate(costs.items())}


def cheapest(costs: Mapping[str, Mapping[Place, int]]) -> dict[str, Place]:
    """A place for each case, no two the same, so that together they cost least (the Hungarian method, Kuhn 1955)."""
    so_far = _Allocation(costs)
    for case in costs:
        so_far.bring_in(case)
    return so_far.place_of


class _Allocation:
    """The cheapest of the cases brought in so far. `paid` and `risen` are what was reckoned of cases and places, so
    that no step of a chain costs less than nothing."""

    def __init__(self, costs: Mapping[str, Mapping[Place, int]]) -> None:
        self.costs = costs
        self.holder: dict[Place, str] = {}
        self.place_of: dict[str, Place] = {}
        self.paid = dict.fromkeys(costs, 0)
        self.risen: defaultdict[Place, int] = defaultdict(int)

    def bring_in(self, newcomer: str) -> None:
        """Place one more case: along the cheapest chain it takes a place whose case takes another, to a free one."""
        reached, taker = self._cheapest_chain(newcomer)
        place, whole = list(reached.items())[-1]
        self.paid[newcomer] += whole
        for passed, cost in reached.items():
            self.risen[passed] += whole - cost
            if passed in self.holder:
                self.paid[self.holder[passed]] += whole - cost
        following: Place | None = place
        while following is not None:
            case = self.holder[following] = taker[following]
            left, self.place_of[case] = self.place_of.get(case), following
            following = left

    def _cheapest_chain(self, newcomer: str) -> tuple[dict[Place, int], dict[Place, str]]:
        """What it costs to reach each place, the cheapest first and a free one last; and which case would take it."""
        ahead: dict[Place, int] = {}
        reached: dict[Place, int] = {}
        taker: dict[Place, str] = {}
        case, before = newcomer, 0
        while True:
            before -= self.paid[case]
            for place, cost in self.costs[case].items():
                whole = before + cost + self.risen[place]
                if place not in reached and (place not in ahead or whole < ahead[place]):
                    ahead[place], taker[place] = whole, case
            place = min(ahead, key=ahead.__getitem__)
            before = reached[place] = ahead.pop(place)
            if place not in self.holder:
                return reached, taker
            case = self.holder[place]
