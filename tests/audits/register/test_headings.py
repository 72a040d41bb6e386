"""The headings are found where a report puts them: past titles, dates and covers, on any sheet that can be seen."""

from __future__ import annotations

import io

import openpyxl
import pytest

from audits.register import read_table
from qualitycounts.base.refusals import Refused
from tests.audits.register import tables
from tests.audits.register.test_read_table import PLAIN, ROWS, TWO, read


def book(**sheets: list[list[object]]) -> bytes:
    """A workbook of these sheets."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    saved = io.BytesIO()
    made.save(saved)
    return saved.getvalue()


TABLE: list[list[object]] = [["Person ID", "Category"], [562578, "CLA"], [626272, "CIN"]]


def numbered_from(first: int) -> list[tuple[int, tuple[str, ...]]]:
    """The two rows, the first of them in this row of the file."""
    return [(number, cells) for number, (_, cells) in enumerate(ROWS, start=first)]


def test_titles_and_run_dates_above_the_headings_are_passed_over() -> None:
    title = "Open cases by team\r\nRun on 28/11/2026 09:14 by J Officer\r\n\r\n"
    assert read(title + PLAIN).rows == numbered_from(5)
    assert read(title.replace(",", ";") + PLAIN.replace(",", ";")).rows == numbered_from(5)
    assert read(book(Report=[["Open cases"], ["Run 28/11/2026", "by J"], [], *TABLE]), "x.xlsx").rows == numbered_from(
        5
    )


def test_the_headings_are_looked_for_among_thirty_rows_and_no_further() -> None:
    lines = "".join(f"note {number}\r\n" for number in range(29))
    assert read(lines + PLAIN).rows == numbered_from(31)
    with pytest.raises(Refused, match="Row 1 reads: 1 cell that we know no heading of"):
        read("note\r\n" + lines + PLAIN)


def test_merged_headings_above_the_headings_are_not_taken_for_them() -> None:
    made = openpyxl.load_workbook(
        io.BytesIO(book(Report=[["Child", None, "Team"], [*TABLE[0], "Team"], [1, "CLA", "N"]]))
    )
    made.active.merge_cells("A1:B1")
    saved = io.BytesIO()
    made.save(saved)
    assert read(saved.getvalue(), "x.xlsx").rows == [(3, ("1", "CLA"))]


def test_any_sheet_that_can_be_seen_may_hold_the_table() -> None:
    made = book(Cover=[["Person ID"], ["see the next sheet"]], Notes=[], Cases=TABLE, Old=[["x"], *TABLE])
    assert read(made, "x.xlsx").rows == ROWS


def test_a_note_under_the_headings_is_said_and_left_out() -> None:
    table = tables.read_table(
        b"Person ID,Category,Team\nas in the system,,\n1,CLA,North\n,,Total of 1 row\n", "c.csv", (*TWO, "Team")
    )
    assert (table.rows, table.size) == ([(3, ("1", "CLA", "North"))], 1)
    assert [(problem.row, problem.why) for problem in table.problems] == [(2, read_table.NOTE), (4, read_table.NOTE)]


def test_the_refusal_says_which_sheet_and_row_was_read_and_what_stands_there_but_no_name() -> None:
    made = book(Cover=[["x"]], Children=[["Team", "Qwertysson", "Date of birth"], ["North", "Ann", "1"]])
    with pytest.raises(Refused) as refused:
        tables.read_table(made, "x.xlsx", ("Person ID", "Team"))
    assert refused.value.sentence == (
        "The file has no column called “Person ID”. Row 1 of the sheet “Children” reads: “Team”, “Date of birth”, "
        "1 cell that we know no heading of. It must have these headings, in any order: Person ID, Team."
    )
