"""Cases and auditors brought together: as many as possible, as evenly as possible, ties by hash. Pure.

docs/adr/0002-allocation.md says why, and why this leaves exactly one answer.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from hashlib import sha256


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
    found = _Allocation(allowed, capacity, carried or {})
    found.fill()
    found.even_out()
    pairs = sorted((tie(seed, case, auditor), case, auditor) for case in allowed for auditor in allowed[case])
    for _, case, auditor in pairs:
        found.keep(case, auditor)
    return dict(sorted(found.given.items()))


class _Allocation:
    """Cases given to auditors within their room. A `kept` case no longer moves.

    Everything rests on chains: an auditor hands a case to another, who hands one on, and so on; a case may also be left
    waiting for another that waits. An allocation that is not the largest can be made larger by one chain, and one that
    is not the most even can be made more even by one (Berge; docs/adr/0002-allocation.md).
    """

    def __init__(
        self, allowed: Mapping[str, Collection[str]], room: Mapping[str, int], carried: Mapping[str, int]
    ) -> None:
        self.allowed = {case: sorted(auditors) for case, auditors in sorted(allowed.items())}
        self.room = room
        self.carried = carried
        self.given: dict[str, str] = {}
        self.held: dict[str, set[str]] = {auditor: set() for auditor in sorted(room)}
        self.kept: set[str] = set()

    def load(self, auditor: str) -> int:
        """How many audits of the month the auditor has, those from before among them."""
        return self.carried.get(auditor, 0) + len(self.held[auditor])

    def has_room(self, auditor: str) -> bool:
        """Whether the auditor could be given one more."""
        return len(self.held[auditor]) < self.room[auditor]

    def fill(self) -> None:
        """Place as many cases as possible: a case that no chain can place now, no later chain can place either."""
        for case in self.allowed:
            for auditor in self.allowed[case]:
                chain = self._chain(auditor, to=self.has_room, never=case, swaps=False)
                if chain is not None:
                    self._hand_on(chain)
                    self._give(case, auditor)
                    break

    def even_out(self) -> None:
        """Hand cases on from an auditor to one with two fewer, for as long as there is such a chain."""
        moved = True
        while moved:
            moved = False
            for auditor in sorted(self.held, key=lambda one: (-self.load(one), one)):
                chain = self._chain(auditor, to=self._lighter(self.load(auditor) - 1))
                if chain is not None:
                    self._hand_on(chain)
                    moved = True

    def _lighter(self, load: int) -> Callable[[str], bool]:
        """Says of an auditor whether they have room, and a smaller load than this."""
        return lambda auditor: self.has_room(auditor) and self.load(auditor) < load

    def keep(self, case: str, auditor: str) -> None:
        """Fix this pair if as many cases can still be placed, as evenly, given those kept before; else change nothing.

        The pair loads the auditor with one more and its giver with one fewer: a chain has to lead back to the giver, or
        to someone with one fewer than the giver.
        """
        if case in self.kept:
            return
        giver = self.given.get(case)
        if giver != auditor:
            lighter = self._lighter(self.load(giver) if giver is not None else 0)
            chain = self._chain(
                auditor, to=lambda one: one == giver or lighter(one), never=case, to_waiting=giver is None
            )
            if chain is None:
                return
            self._hand_on(chain)
            self._drop(case)
            self._give(case, auditor)
        self.kept.add(case)

    def _chain(
        self,
        first: str,
        *,
        to: Callable[[str], bool],
        never: str | None = None,
        to_waiting: bool = False,
        swaps: bool = True,
    ) -> list[tuple[str, str | None]] | None:
        """The shortest chain from an auditor to one that `to` says: (case handed on, to whom), None for left waiting.

        With `to_waiting` it ends where a case is left waiting instead; without `swaps` no case is left waiting for
        another. `never` is the case that may not be touched.
        """
        if not to_waiting and to(first):
            return []
        came: dict[str | None, tuple[str | None, str]] = {}
        seen: set[str | None] = {first}
        queue: list[str | None] = [first]
        for at in queue:
            waiting = at is None
            cases = [one for one in self.allowed if one not in self.given] if waiting else sorted(self.held[at or ""])
            for case in cases:
                if case in self.kept or case == never:
                    continue
                for target in (*self.allowed[case], *((None,) if swaps and not waiting else ())):
                    if target in seen:
                        continue
                    seen.add(target)
                    came[target] = (at, case)
                    if (target is None and to_waiting) or (target is not None and not to_waiting and to(target)):
                        return self._trace(first, target, came)
                    queue.append(target)
        return None

    def _trace(
        self, first: str, last: str | None, came: Mapping[str | None, tuple[str | None, str]]
    ) -> list[tuple[str, str | None]]:
        chain: list[tuple[str, str | None]] = []
        at: str | None = last
        while True:
            before, case = came[at]
            chain.append((case, at))
            if before == first:
                return chain[::-1]
            at = before

    def _hand_on(self, chain: list[tuple[str, str | None]]) -> None:
        for case, auditor in chain:
            self._drop(case)
            if auditor is not None:
                self._give(case, auditor)

    def _give(self, case: str, auditor: str) -> None:
        self.given[case] = auditor
        self.held[auditor].add(case)

    def _drop(self, case: str) -> None:
        if case in self.given:
            self.held[self.given.pop(case)].remove(case)
