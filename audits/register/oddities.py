"""What is odd in a file, one line a column and kind, to be put right by whoever made the report: on the page in few
lines, and as a sheet with every cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from audits.models import Import
from audits.register import extracts
from audits.register.case_rows import CaseRows
from audits.register.reading import Reading
from qualitycounts.base.problems import Problem
from qualitycounts.base.refusals import allows
from qualitycounts.base.spreadsheets import Column

SHOWN_ROWS = 8
"""Rows of one kind that its line names; the sheet has them all."""
CHANGING = re.compile(r"“[^”]*”|[0-9][0-9,./-]*")
"""What differs between two sentences of one kind: cells and numbers."""
Numbers = Mapping[tuple[str, int], str]
"""The person number of each row, by its sheet and number."""


@dataclass(frozen=True, slots=True)
class OddityGroup:
    """All cells of a column that are odd in the same way; `why` is what is said of the first."""

    column: str
    why: str
    problems: list[Problem]
    numbers: Numbers

    @property
    def rows(self) -> str:
        """The rows in words, with the child's number beside each."""
        shown = [place_in_words(each, self.numbers) for each in self.problems[:SHOWN_ROWS]]
        more = len(self.problems) - len(shown)
        count = f"{len(self.problems):,} row{'s' if len(self.problems) > 1 else ''}"
        return f"{count}: {', '.join(shown)}{f' and {more:,} more' if more else ''}"


@dataclass(frozen=True, slots=True)
class Oddity:
    """One odd cell as the sheet has it."""

    problem: Problem
    number: str
    used: bool | None


COLUMNS: tuple[Column[Oddity], ...] = (
    Column("Sheet", lambda oddity: oddity.problem.sheet),
    Column("Row", lambda oddity: oddity.problem.row),
    Column("Person number", lambda oddity: oddity.number),
    Column("Column", lambda oddity: oddity.problem.column),
    Column("What is odd", lambda oddity: oddity.problem.why),
    Column("Row used", lambda oddity: oddity.used),
)


def place_in_words(problem: Problem, numbers: Numbers) -> str:
    """A row with its sheet, where there are several, and the child's number: "7 of List_6 (562578)"."""
    number = numbers.get((problem.sheet, problem.row), "")
    of_sheet = f" of {problem.sheet}" if problem.sheet else ""
    return f"{problem.row}{of_sheet}{f' ({number})' if number else ''}"


def group_problems(problems: Iterable[Problem], numbers: Numbers) -> list[OddityGroup]:
    """The problems by column and kind, those of most rows first."""
    groups: dict[tuple[str, str], OddityGroup] = {}
    for each in problems:
        kind = each.column, CHANGING.sub("…", each.why)
        groups.setdefault(kind, OddityGroup(each.column, each.why, [], numbers)).problems.append(each)
    return sorted(groups.values(), key=lambda group: -len(group.problems))


def person_numbers(reading: Reading) -> Numbers:
    """The person number of every row of a case extract that has one; none of a staff list."""
    if not isinstance(reading.cleaned, CaseRows):
        return {}
    return {row.place: row.person_id for row in reading.cleaned.used.values()} | reading.cleaned.numbers


def all_oddities(looked_at: Import) -> list[Oddity]:
    """Every odd cell of a file in its order. Once it was applied its rows are gone, and with them the numbers."""
    if not allows(extracts.check_can_apply, looked_at):
        return [Oddity(Problem(**each), "", None) for each in looked_at.problems]
    reading = extracts.read_again(looked_at)
    numbers = person_numbers(reading)
    return [
        Oddity(each, numbers.get((each.sheet, each.row), ""), (each.sheet, each.row) in reading.used)
        for each in reading.plan.problems
    ]
