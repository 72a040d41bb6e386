"""What a page of another app says of an activity's answers as reports print them."""

from __future__ import annotations

from dataclasses import dataclass

from django import template

from audits.models import Activity
from audits.programme.tool_page import counts_in_words
from qualitycounts.base.components import Cell, Table, TableRow
from reporting.sections.tool_answers import ANSWERED, answer_tables

register = template.Library()


@dataclass(frozen=True, slots=True)
class PrintedAnswers:
    """The counts with small numbers hidden, and the questions that too few answered, each with who did."""

    tables: list[Table]
    left_out: list[tuple[str, str]]


@register.simple_tag
def answers_as_printed(activity: Activity) -> PrintedAnswers:
    """What an activity's tool was answered, as a report prints it."""
    printed = answer_tables(activity)
    left_out = [(question, table.who) for table in printed for question in table.left_out]
    rows: dict[str, list[TableRow]] = {}
    for table in printed:
        for row in table.rows:
            words = counts_in_words(table.columns, row.cells)
            cells = [Cell(row.question), Cell(words, "Answers"), Cell(row.whole, ANSWERED)]
            rows.setdefault(table.who, []).append(TableRow(cells))
    tables = [Table(who, ["Question", "Answers", ANSWERED], rows_of_who) for who, rows_of_who in rows.items()]
    return PrintedAnswers(tables, left_out)
