"""What the tool of an activity was answered, as it may be printed: counts by question with small numbers hidden.

What was written in words is of one child or worker: it is counted, and told in words by the conclusion alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from audits.models import Activity
from audits.programme.tool_page import AnswerCounts, answer_counts
from reporting import masking

ANSWERED = "Answered"


@dataclass(frozen=True)
class AnswerRow:
    """One question: how often each answer was given, and how many answered, as it may be printed."""

    question: str
    cells: list[str]
    whole: str


@dataclass(frozen=True)
class AnswerTable:
    """The questions that the same people answered from the same choices; `left_out`: those that too few answered."""

    who: str
    columns: list[str]
    rows: list[AnswerRow]
    left_out: list[str]

    @property
    def heads(self) -> list[str]:
        """The names of its columns after the question."""
        return [*self.columns, ANSWERED]


def answer_tables(activity: Activity, *, until: datetime | None = None) -> list[AnswerTable]:
    """The tables of an activity's answers: of the sheets that were finished by a moment."""
    tables: dict[tuple[str, tuple[str, ...]], list[AnswerCounts]] = {}
    for counts in answer_counts(activity, until=until):
        tables.setdefault((counts.who, counts.columns), []).append(counts)
    return [masked_table(who, columns, counts) for (who, columns), counts in tables.items()]


def masked_table(who: str, columns: Sequence[str], counts: Sequence[AnswerCounts]) -> AnswerTable:
    """A table with its small numbers hidden, and without a row where nothing would be left to read."""
    questions = [each.asks for each in counts]
    shown = masking.mask_without_totals([each.counts for each in counts])
    if not shown:
        return AnswerTable(who, list(columns), [], questions)
    rows = [AnswerRow(question, list(cells[:-1]), cells[-1]) for question, cells in zip(questions, shown, strict=True)]
    return AnswerTable(who, list(columns), rows, [])
