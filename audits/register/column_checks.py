"""The columns of a file judged as columns, before a row is read: which cells mean nothing, and how dates are written.

What is found is said once a column.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from audits.register.case_field import CaseField
from audits.register.case_fields import BY_HEADING, FIELDS
from audits.register.cell_readers import TableFacts
from audits.register.day_columns import DayColumn, DayOrder, DayStyle, judge_day_column, stands_for_none
from audits.register.read_table import ReadTable
from audits.register.vocabulary import blanks, nobody, still_open
from qualitycounts.base.problems import Problem
from qualitycounts.base.refusals import Refused

DAYS = tuple(each for each in FIELDS if each.is_day)
Judged = dict[tuple[str, str], DayColumn]
"""What each date column shows, by the sheet and our heading."""


def judge_columns(tables: list[ReadTable], problems: list[Problem]) -> Iterator[tuple[ReadTable, TableFacts]]:
    """Each table with its blanks taken out and the facts that its rows are read by; what is odd goes to `problems`.

    Refuses (422) a file whose opening or closing dates are written in both orders: none of them can be trusted. Of the
    other date columns such a one is left out.
    """
    tables = [without_blanks(table, problems) for table in tables]
    judged: Judged = {}
    for table in tables:
        for each in DAYS:
            if each.heading not in table.absent:
                judged[table.sheet, each.heading] = judge_day_column(column_of(table, each.heading))
    orders, orders_of_facts = orders_of(judged)
    for table in tables:
        styles, left_out = {}, set()
        for each in DAYS:
            if each.heading in table.absent:
                continue
            others = orders_of_facts if each.is_extra_fact else orders
            style = style_of(judged[table.sheet, each.heading], others, each, table.sheet, problems)
            if style is None:
                left_out.add(each.heading)
            else:
                styles[each.heading] = style
        used = without_columns(table, left_out) if left_out else table
        absent = tuple(sorted(BY_HEADING[heading].name for heading in used.absent))
        yield used, TableFacts(used.sheet, used.absent, absent, styles, used.category, used.categories, used.source)


def orders_of(judged: Judged) -> tuple[set[DayOrder], set[DayOrder]]:
    """The orders that the columns of a file show: as far as the dates of a case go by them, and with every fact.

    Where a fact is written in another order than the rest, it is no reason to doubt when a case opened.
    """
    orders = {column.order for (_, heading), column in judged.items() if not BY_HEADING[heading].is_extra_fact}
    with_facts = {column.order for column in judged.values()}
    return (orders if {DayOrder.DAY_FIRST, DayOrder.MONTH_FIRST} <= with_facts else with_facts), with_facts


def column_of(table: ReadTable, heading: str) -> Iterator[tuple[int, str]]:
    """The cells of a column, each with its row."""
    place = table.columns.index(heading)
    return ((number, cells[place]) for number, cells in table.rows)


def style_of(
    column: DayColumn, orders: set[DayOrder], field: CaseField, sheet: str, problems: list[Problem]
) -> DayStyle | None:
    """How the dates of a column are read; None, and said, where it is left out. `orders` are those of all columns.

    A column that could be read either way follows the others: month first where one of them can be nothing else.
    """
    why = ""
    if column.order == DayOrder.BOTH:
        why = (
            f"row {column.day_first_row} can only be day first and row {column.month_first_row} only month first, so "
            "no date in this column can be trusted"
        )
    elif column.order == DayOrder.EITHER and column.either_row and {DayOrder.DAY_FIRST, DayOrder.MONTH_FIRST} <= orders:
        why = (
            f"the dates of this column, as in row {column.either_row}, can be read day first and month first, and the "
            "other columns of the file are of both kinds"
        )
    if why and not field.keeps:
        of_sheet = f" of {sheet}" if sheet else ""
        raise Refused(
            f"In the column “{field.heading}”{of_sheet} {why}. Nothing was changed. Export the file again with dates "
            "such as 31/10/2026 or 2026-10-31."
        )
    if why:
        what = f"{why[0].upper()}{why[1:]}. The whole column was left out; the rest of the file was used."
        problems.append(Problem(column.month_first_row or column.either_row, field.heading, what, sheet))
        return None
    month_first = column.order == DayOrder.MONTH_FIRST or (
        column.order == DayOrder.EITHER and DayOrder.MONTH_FIRST in orders
    )
    row = column.month_first_row or column.either_row
    if month_first and row:
        shown = "as this row shows" if column.month_first_row else "as in the other columns of this file"
        said = f"The dates of this column are written month first, {shown}, and were read so."
        problems.append(Problem(row, field.heading, said, sheet))
    return DayStyle(month_first, column.serials)


def without_blanks(table: ReadTable, problems: list[Problem]) -> ReadTable:
    """The table with "NULL", "N/A", "-", 31/12/9999 and the like as blank cells; each column says once what it had."""
    taken: dict[int, set[str]] = {}
    for place, heading in enumerate(table.columns):
        if heading in table.absent:
            continue
        empty = {cell for cell in {cells[place] for _, cells in table.rows} if means_nothing(cell, heading)}
        if empty:
            taken[place] = empty
            counts = Counter(cells[place] for _, cells in table.rows if cells[place] in empty)
            first = next(number for number, cells in table.rows if cells[place] in empty)
            what = ", ".join(f"“{cell}” ({count:,})" for cell, count in counts.most_common(5))
            problems.append(Problem(first, heading, f"Read as blank in this column: {what}.", table.sheet))
    if not taken:
        return table
    rows = [
        (number, tuple("" if cell in taken.get(place, ()) else cell for place, cell in enumerate(cells)))
        for number, cells in table.rows
    ]
    return replace(table, rows=rows)


def means_nothing(cell: str, heading: str) -> bool:
    """Whether a cell stands for a blank in its column."""
    if not cell:
        return False
    field, plain = BY_HEADING[heading], cell.casefold()
    return (
        plain in blanks()
        or (field.name in ("worker_name", "worker_email") and plain in nobody())
        or (field.is_day and stands_for_none(cell))
        or (field.name == "closed_on" and plain in still_open())
    )


def without_columns(table: ReadTable, left_out: set[str]) -> ReadTable:
    """The table as if it had not these columns."""
    places = {table.columns.index(heading) for heading in left_out}
    rows = [
        (number, tuple("" if place in places else cell for place, cell in enumerate(cells)))
        for number, cells in table.rows
    ]
    return replace(table, rows=rows, absent=table.absent | left_out)
