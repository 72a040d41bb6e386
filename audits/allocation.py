"""Which auditor gets which case: as many cases placed as possible, fairly, and recomputable.

Strategy, Appendix 2: the chosen cases are distributed to auditors. docs/adr/0002-allocation.md says what "fair" means
here and why. Nothing in this module reads a clock or a table.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from hashlib import sha256

# Why an auditor may not have a case, in the order in which one reason goes before another.
WHY_NOT = {
    "keyworker": "holds the case",
    "same_team": "in the keyworker’s team",
    "same_line": "above or below the keyworker",
    "last_auditor": "audited it last time",
    "conflict": "declared a conflict",
    "away": "on leave",
    "full": "full this month",
}


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
    `carried` how many each already has in it. First, as many cases as possible are placed. Then no auditor who is given
    one holds more audits of the month than must be. Then the pair with the lowest tie is kept whenever that much can
    still be reached with it, then the next lowest, and so on.
    """
    carried = carried or {}
    most = _Allocation(allowed, capacity)
    most.fill()
    for limit in range(1, max((capacity[a] + carried.get(a, 0) for a in capacity), default=0) + 1):
        level = _Allocation(allowed, {a: min(room, limit - carried.get(a, 0)) for a, room in capacity.items()})
        level.fill()
        if len(level.given) == len(most.given):
            most = level
            break
    pairs = sorted((tie(seed, case, auditor), case, auditor) for case in allowed for auditor in allowed[case])
    for _, case, auditor in pairs:
        most.keep(case, auditor)
    return dict(sorted(most.given.items()))


def why_not_placed(ruled_out: Collection[str]) -> str:
    """Why a case has no auditor, in words, from the reason (a key of `WHY_NOT`) that rules out each auditor."""
    if not ruled_out:
        return "No one has the auditor role."
    counts = Counter(ruled_out)
    reasons = ", ".join(f"{counts[key]} {words}" for key, words in WHY_NOT.items() if key in counts)
    return f"No auditor can take it: {reasons}."


class _Allocation:
    """Cases given to auditors within their room. A `kept` case no longer moves.

    `fill` and `keep` rest on one fact (Berge): an allocation that is not the largest can be made larger by one chain,
    in which a waiting case takes an auditor, whose case takes another, and so on until one has room.
    """

    def __init__(self, allowed: Mapping[str, Collection[str]], room: Mapping[str, int]) -> None:
        self.allowed = {case: sorted(auditors) for case, auditors in sorted(allowed.items())}
        self.room = room
        self.given: dict[str, str] = {}
        self.held: dict[str, set[str]] = {auditor: set() for auditor in room}
        self.kept: set[str] = set()

    def fill(self) -> None:
        """Place as many cases as possible: a case that no chain can place now, no later chain can place either."""
        for case in self.allowed:
            self._place(case)

    def keep(self, case: str, auditor: str) -> None:
        """Fix this pair if as many cases can still be placed with it, given those kept before; else change nothing."""
        if case in self.kept:
            return
        if self.given.get(case) == auditor:
            self.kept.add(case)
            return
        movable = self.held[auditor] - self.kept
        full = len(self.held[auditor]) >= self.room[auditor]
        if full and not movable:
            return
        before = dict(self.given)
        self._drop(case)
        if full:
            self._drop(min(movable))
        self._give(case, auditor)
        self.kept.add(case)
        if len(self.given) < len(before):
            any(self._place(waiting) for waiting in self.allowed if waiting not in self.given)
        if len(self.given) < len(before):
            self.kept.remove(case)
            self._restore(before)

    def _place(self, case: str) -> bool:
        """Find a chain that places a waiting case, the shortest first, and move along it."""
        came_from: dict[str, str] = {}
        queue = [case]
        for mover in queue:
            for auditor in self.allowed[mover]:
                if auditor in came_from:
                    continue
                came_from[auditor] = mover
                if len(self.held[auditor]) < self.room[auditor]:
                    self._move_along(came_from, auditor)
                    return True
                queue.extend(sorted(self.held[auditor] - self.kept))
        return False

    def _move_along(self, came_from: Mapping[str, str], auditor: str | None) -> None:
        while auditor is not None:
            mover = came_from[auditor]
            left = self.given.get(mover)
            self._drop(mover)
            self._give(mover, auditor)
            auditor = left

    def _give(self, case: str, auditor: str) -> None:
        self.given[case] = auditor
        self.held[auditor].add(case)

    def _drop(self, case: str) -> None:
        if case in self.given:
            self.held[self.given.pop(case)].remove(case)

    def _restore(self, given: Mapping[str, str]) -> None:
        self.given = dict(given)
        self.held = {auditor: {c for c, a in given.items() if a == auditor} for auditor in self.room}
