"""A split of the period's audits by category, or by service and its teams, with small groups masked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reporting.masking import Split, mask

SPLIT = (
    "Audits finalised in the period by the group the case was in then. Below Good: Requires improvement or Inadequate."
)
UNKNOWN = "Not recorded"


@dataclass(frozen=True)
class Group:
    """One line of the table as it may be printed; a team stands under its service."""

    name: str
    audits: str
    good: str
    below: str
    team: bool = False


@dataclass(frozen=True)
class Groups:
    """The table as it may be printed; `left_out` where nothing of it may be."""

    definition: str
    rows: list[Group]
    audits: int
    good: int
    below: int
    left_out: bool


Counts = Mapping[str, Sequence[int]]


def groups(counted: Counts) -> Groups:
    """The masked table of groups, each with [Good or better, below Good], in the order of their names."""
    names = sorted(counted)
    split = mask([counted[name] for name in names])
    return _table(_rows(names, split), split)


def services(counted: Mapping[tuple[str, str], Sequence[int]]) -> Groups:
    """The masked table of services, each followed by its teams.

    A team's row adds up to its service's, so teams are listed only where the service's own row is printed in full,
    and are masked against it.
    """
    teams: defaultdict[str, dict[str, Sequence[int]]] = defaultdict(dict)
    for (service, team), two in counted.items():
        teams[service][team] = two
    names = sorted(teams)
    split = mask([[sum(column) for column in zip(*teams[name].values(), strict=True)] for name in names])
    rows = []
    for row in _rows(names, split):
        rows.append(row)
        if all(cell.isdigit() for cell in (row.audits, row.good, row.below)):
            within = sorted(teams[row.name])
            rows += _rows(within, mask([teams[row.name][name] for name in within]), team=True)
    return _table(rows, split)


def _rows(names: Sequence[str], split: Split, *, team: bool = False) -> list[Group]:
    """The printed lines; none where the table is left out."""
    if split.left_out:
        return []
    return [Group(name, row[2], row[0], row[1], team) for name, row in zip(names, split.rows, strict=True)]


def _table(rows: list[Group], split: Split) -> Groups:
    good, below, whole = split.totals if len(split.totals) == 3 else (0, 0, 0)
    return Groups(SPLIT, rows, whole, good, below, split.left_out)
