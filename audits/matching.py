"""Cases and auditors brought together: as many as possible, as evenly as possible, ties by hash. Pure.

docs/adr/0002-allocation.md says why, and why this leaves exactly one answer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
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


Came = dict[str | None, tuple[str | None, str]]
"""How one came to each auditor along chains: from whom, with which case. None stands for being left waiting."""
Chain = list[tuple[str, str | None]]
"""Cases handed on, each with whom it goes to."""


class _Allocation:
    """Cases given to auditors within their room. A `kept` case no longer moves.

    Everything rests on chains: an auditor hands a case to another, who hands one on, and so on; a case may also be left
    waiting so that one that waits is placed. An allocation that is not the largest can be made larger by one chain, and
    one that is not the most even more even by one (Berge; docs/adr/0002-allocation.md).
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
                came = {} if self.has_room(auditor) else self._onward(auditor, never=case, swaps=False)
                last = next((one for one in (auditor, *came) if one is not None and self.has_room(one)), None)
                if last is not None:
                    self._hand_on(self._trace(auditor, last, came))
                    self._give(case, auditor)
                    break

    def even_out(self) -> None:
        """Hand cases on from an auditor to one with two fewer, for as long as there is such a chain."""
        moved = True
        while moved:
            moved = False
            for auditor in sorted(self.held, key=lambda one: (-self.load(one), one)):
                came = self._onward(auditor)
                last = self._lightest(came)
                if last is not None and self.load(last) < self.load(auditor) - 1:
                    self._hand_on(self._trace(auditor, last, came))
                    moved = True

    def keep(self, case: str, auditor: str) -> None:
        """Fix this pair if as many cases can still be placed, as evenly, given those kept before; else change nothing.

        The auditor then has one more than before and the giver one fewer. Either a chain leads from the one to the
        other, or one leads from the auditor to somebody and one from somebody with one more than that to the giver.
        """
        if case in self.kept:
            return
        giver = self.given.get(case)
        if giver != auditor:
            chain = self._make_way(case, auditor, giver)
            if chain is None:
                return
            self._hand_on([*chain, (case, auditor)])
        self.kept.add(case)

    def _make_way(self, case: str, auditor: str, giver: str | None) -> Chain | None:
        came = self._onward(auditor, never=case)
        if giver in came:
            return self._trace(auditor, giver, came)
        light = self._lightest([auditor, *came])
        if light is None:
            return None
        back = self._backward(giver, never=case)
        heavy = max(
            (one for one in (giver, *back) if one is not None), key=lambda one: (self.load(one), one), default=""
        )
        if not heavy or self.load(heavy) <= self.load(light):
            return None
        chain = self._trace(auditor, light, came)
        at: str | None = heavy
        while at != giver:
            following, handed = back[at]
            chain.append((handed, following))
            at = following
        return chain

    def _lightest(self, auditors: Iterable[str | None]) -> str | None:
        """The one of these with room who has the fewest."""
        there = (one for one in auditors if one is not None and self.has_room(one))
        return min(there, key=lambda one: (self.load(one), one), default=None)

    def _movable(self, holder: str | None, never: str | None) -> list[str]:
        """The cases that an auditor could hand on, or (None) that wait and could be placed."""
        cases = (
            sorted(self.held[holder]) if holder is not None else [one for one in self.allowed if one not in self.given]
        )
        return [case for case in cases if case not in self.kept and case != never]

    def _onward(self, first: str, *, never: str | None = None, swaps: bool = True) -> Came:
        """Everyone to whom chains lead from an auditor, the nearest first; with `swaps`, also over those who wait."""
        came: Came = {}
        queue: list[str | None] = [first]
        for at in queue:
            for case in self._movable(at, never):
                for target in (*self.allowed[case], *((None,) if swaps and at is not None else ())):
                    if target != first and target not in came:
                        came[target] = (at, case)
                        queue.append(target)
        return came

    def _backward(self, last: str | None, *, never: str) -> Came:
        """Everyone from whom chains lead to an auditor (or to being left waiting): to whom next, with which case."""
        came: Came = {}
        queue: list[str | None] = [last]
        movable = {holder: self._movable(holder, never) for holder in (*self.held, None)}
        for at in queue:
            for holder, cases in movable.items():
                if holder == last or holder in came:
                    continue
                wanted = (
                    case for case in cases if (at in self.allowed[case] if at is not None else holder is not None)
                )
                case = next(wanted, None)
                if case is not None:
                    came[holder] = (at, case)
                    queue.append(holder)
        return came

    def _trace(self, first: str, last: str | None, came: Came) -> Chain:
        chain: Chain = []
        at: str | None = last
        while at != first:
            before, case = came[at]
            chain.append((case, at))
            at = before
        return chain[::-1]

    def _hand_on(self, chain: Chain) -> None:
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
