"""People of a staff list who have left by the day it was taken: a list that names leavers, too, brings none of them
back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from audits.register.day_columns import DayOrder, DayStyle, judge_day_column, parse_day, stands_for_none
from audits.register.read_table import ReadTable
from audits.register.vocabulary import blanks, still_open
from qualitycounts.base.dates import date_in_words
from qualitycounts.base.problems import Problem
from qualitycounts.base.refusals import Refused

LEAVING = "Leaving Date"


def without_leavers(table: ReadTable, as_at: date) -> ReadTable:
    """The table without the rows of those who had left by a day; each is said. A date that cannot be read keeps nobody
    out, and is said.

    Refuses (422) a column that is written day first and month first: whom it would let in cannot be told.
    """
    if LEAVING in table.absent:
        return table
    place = table.columns.index(LEAVING)
    column = judge_day_column((number, cells[place]) for number, cells in table.rows)
    if column.order == DayOrder.BOTH:
        raise Refused(
            f"In the column “{LEAVING}” row {column.day_first_row} can only be day first and row "
            f"{column.month_first_row} only month first, so who has left cannot be told. Nothing was changed. Export "
            "the file again with dates such as 31/10/2026 or 2026-10-31."
        )
    style = DayStyle(column.order == DayOrder.MONTH_FIRST, column.serials)
    rows, problems = [], list(table.problems)
    for number, cells in table.rows:
        left, why = left_on(cells[place], style)
        if left is not None and left <= as_at:
            why = f"Left on {date_in_words(left)}, so this person does not work here and the row was not used."
        else:
            rows.append((number, cells))
        if why:
            problems.append(Problem(number, LEAVING, why, table.sheet))
    if not rows:
        raise Refused(
            "Everybody in this list has left, so it is no list of who works here and nothing was changed. Export the "
            "staff list of those who work here; whoever is not in it has left."
        )
    return replace(table, rows=rows, problems=problems)


def left_on(cell: str, style: DayStyle) -> tuple[date | None, str]:
    """The day that a cell says somebody leaves, and what is wrong with one that says none."""
    if not cell or cell.casefold() in blanks() | still_open() or stands_for_none(cell):
        return None, ""
    try:
        return parse_day(cell, style), ""
    except ValueError as fault:
        return None, f"{fault}, so the person was taken to work here."
