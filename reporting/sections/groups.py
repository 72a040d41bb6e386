"""A split of the period's audits by category, or by service and its teams, with small groups masked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reporting.masking import Split, mask, mask_in_detail
from standards.grades import GOOD_OR_BETTER, Grade

SPLIT = (
    "Core audits finalised in the period by the group the case was in then. Below Good: Requires improvement or "
    "Inadequate."
)
UNKNOWN = "Not recorded"
PARTS = [[place for place, grade in enumerate(Grade) if (grade in GOOD_OR_BETTER) == good] for good in (True, False)]
"""Which of the four grades make up Good or better, and which are below."""


@dataclass(frozen=True)
class Group:
    """One line of the table as it may be printed; a team stands under its service. `grades` is empty where the four
    would give a small number away."""

    name: str
    audits: str
    good: str
    below: str
    grades: tuple[str, ...] = ()
    team: bool = False


@dataclass(frozen=True)
class Groups:
    """The table as it may be printed; `left_out` where nothing of it may be, though there are `groups` groups: reports
    were frozen at first without that count."""

    definition: str
    rows: list[Group]
    audits: int
    good: int
    below: int
    grades: list[int]
    groups: int = 1
    left_out: bool = False


Counts = Mapping[str, Sequence[int]]


def groups(counted: Counts, *, printed_elsewhere: bool = False) -> Groups:
    """The masked table of groups, each with its four grades, in the order of their names. `printed_elsewhere`: how many
    audits each has is."""
    names = sorted(counted)
    split = mask_in_detail([counted[name] for name in names], PARTS, printed_elsewhere=printed_elsewhere)
    return _table(_rows(names, split), split, list(counted.values()), known=len(names))


def services(counted: Mapping[tuple[str, str], Sequence[int]]) -> Groups:
    """The masked table of services, each followed by its teams.

    The rows of teams add up to their service's, so teams are listed only where its own row is printed in full, and
    with the four grades only where it has all four; they are masked against it.
    """
    teams: defaultdict[str, dict[str, Sequence[int]]] = defaultdict(dict)
    for (service, team), four in counted.items():
        teams[service][team] = four
    names = sorted(teams)
    split = mask_in_detail(
        [[sum(column) for column in zip(*teams[name].values(), strict=True)] for name in names], PARTS
    )
    rows = []
    for row in _rows(names, split):
        rows.append(row)
        if all(cell.isdigit() for cell in (row.audits, row.good, row.below)):
            within = sorted(teams[row.name])
            counts = [teams[row.name][name] for name in within]
            in_full = row.grades and all(cell.isdigit() for cell in row.grades)
            rows += _rows(within, mask_in_detail(counts, PARTS) if in_full else mask(_halves(counts)), team=True)
    return _table(rows, split, list(counted.values()), known=len(names))


def _halves(counts: Sequence[Sequence[int]]) -> list[list[int]]:
    return [[sum(four[place] for place in part) for part in PARTS] for four in counts]


def _rows(names: Sequence[str], split: Split, *, team: bool = False) -> list[Group]:
    """The printed lines; none where the table is left out."""
    if split.left_out:
        return []
    detail = split.detail or [()] * len(names)
    return [
        Group(name, row[2], row[0], row[1], four, team)
        for name, row, four in zip(names, split.rows, detail, strict=True)
    ]


def _table(rows: list[Group], split: Split, counts: Sequence[Sequence[int]], *, known: int) -> Groups:
    good, below, whole = split.totals if len(split.totals) == 3 else (0, 0, 0)
    grades = [sum(column) for column in zip(*counts, strict=True)] or [0] * len(Grade)
    return Groups(SPLIT, rows, whole, good, below, grades, known, split.left_out)
