"""A split of the period's audits by service, team or category, with small groups masked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reporting.masking import mask

SPLIT = (
    "Audits finalised in the period by the group the case was in then. Below Good: Requires improvement or Inadequate."
)


@dataclass(frozen=True)
class Group:
    """One line of the table as it may be printed."""

    name: str
    audits: str
    good: str
    below: str


@dataclass(frozen=True)
class Groups:
    """The table as it may be printed; `left_out` where nothing of it may be."""

    definition: str
    rows: list[Group]
    audits: int
    good: int
    below: int
    left_out: bool


def groups(counted: Sequence[tuple[str, Sequence[int]]]) -> Groups:
    """The masked table of (name, [Good or better, below Good]) lines, in their order."""
    split = mask([two for _, two in counted])
    good, below, whole = split.totals if counted else (0, 0, 0)
    lines = zip(counted, split.rows, strict=True) if not split.left_out else ()
    return Groups(
        SPLIT,
        [Group(name, cells[2], cells[0], cells[1]) for (name, _), cells in lines],
        whole,
        good,
        below,
        split.left_out,
    )
