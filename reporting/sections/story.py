"""The words that follow from the figures of a report and are frozen with them: typed as they are stored."""

from __future__ import annotations

from dataclasses import dataclass, field

from reporting.control_chart import Reading
from reporting.sections.frozen import WHERE_HELD


@dataclass(frozen=True)
class Sentence:
    """One sentence of the front page: what is printed bold, and the rest."""

    lead: str
    rest: str


@dataclass(frozen=True)
class Tile:
    """One of the four numbers: what, how many, of how many, what it was, whether that is a signal, and whether it is
    good enough, where there is a target."""

    name: str
    definition: str
    value: str
    of: str
    was: str
    read: str
    signal: bool
    enough: str | None = field(default=None, metadata=WHERE_HELD)

    @property
    def lines(self) -> list[tuple[str, str]]:
        """Its lines, each with its class: a value of words is set smaller, a signal stands out."""
        value, read = "value value--words" if len(self.value) > 4 else "value", "read signal" if self.signal else "read"
        lines = [("what", self.name), (value, self.value), ("of", self.of), ("was", self.was), (read, self.read)]
        return [*lines, ("read", self.enough)] if self.enough else lines


@dataclass(frozen=True)
class Story:
    """The sentences, the four numbers, and the readings of the rows of shares, those of the standards in order."""

    sentences: list[Sentence]
    tiles: list[Tile]
    good: Reading
    on_time: Reading
    put_right: Reading
    standards: str
    sets: str
    readings: list[Reading]
