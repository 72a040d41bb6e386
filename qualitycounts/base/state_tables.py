"""What a table of states is made of: its states, in words, and the moves between them."""

from __future__ import annotations

from dataclasses import dataclass

from qualitycounts.base.refusals import NotNow


@dataclass(frozen=True, slots=True)
class Move:
    """One act: the states it may start from, the state it leads to, and who does it (in words, for the picture)."""

    act: str
    sources: tuple[str, ...]
    target: str
    who: str


@dataclass(frozen=True, slots=True)
class StateTable:
    """The moves of one record. `labels` are the states in the words the pages use, in their order."""

    name: str
    labels: dict[str, str]
    moves: tuple[Move, ...]

    def move(self, act: str) -> Move:
        """The move of this name."""
        return next(move for move in self.moves if move.act == act)

    def can(self, state: str, act: str) -> bool:
        """Whether the act may be done from this state."""
        return state in self.move(act).sources

    def check(self, state: str, act: str) -> str:
        """The state the act leads to. Refused (`NotNow`, 409) from any state the table does not name."""
        if not self.can(state, act):
            label = self.labels[state].lower()
            raise NotNow(
                f"This {self.name} is now “{label}”, so that cannot be done. Open the page again to see what can."
            )
        return self.move(act).target
