"""What each row of a case extract says of a child's case, tidied, and what is wrong with it. Knows no models.

The strategy has cases chosen at random a month ahead (App. 2, before): the extract is where the draw's cases come from.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from audits.register.case_fields import FIELDS, READ_FIRST, CaseDetails
from audits.register.cell_readers import PERSON_ID, UNUSED, RowReader, UnusableRow, bare_number
from audits.register.column_checks import judge_columns
from audits.register.read_table import ReadTable
from audits.register.vocabulary import fold_code
from people import council_settings
from qualitycounts.base import progress
from qualitycounts.base.problems import Problem
from standards import categories

PERSON_ID_FIELD, CATEGORY_FIELD = FIELDS[:2]
LIMITED = tuple(each for each in FIELDS if each.longest)


@dataclass(slots=True, kw_only=True)
class CaseRow(CaseDetails):
    """One child's case as the extract has it. `row` is its number in the file, or in the `sheet` of a workbook with
    several tables; `absent` are the fields that the file does not have, `source` the mapping it was read by."""

    row: int
    sheet: str = ""
    absent: tuple[str, ...] = ()
    source: str = ""

    @property
    def place(self) -> tuple[str, int]:
        """Where it stands: its sheet and row."""
        return self.sheet, self.row

    @property
    def rank(self) -> tuple[bool, int, int]:
        """Of two rows of one child the lower is used: an open case first, then the higher category, then the first."""
        return self.closed_on is not None, categories.case_categories().highest_first.index(self.category), self.row


@dataclass(frozen=True, slots=True)
class CaseRows:
    """The row used for each child, and everybody the file names, in a row that was used or not.

    `numbers` has the person number of each row that was not used, where it can be one; `repeated` are the places of
    the rows that say again what another says.
    """

    used: dict[str, CaseRow] = field(default_factory=dict)
    named: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    numbers: dict[tuple[str, int], str] = field(default_factory=dict)
    repeated: set[tuple[str, int]] = field(default_factory=set)
    nameless: set[tuple[str, int]] = field(default_factory=set)
    """The places of rows that look like a child's and have no number that can be one: whose they are cannot be told."""
    lower: set[tuple[str, str]] = field(default_factory=set)
    """Each child, by number, that has an open row of a lower category beside the one that is used, with that."""


def clean(tables: Iterable[ReadTable], as_at: date) -> CaseRows:
    """The cases of the tables of a file, one row a child, tidied; every odd cell is said and no row stops the others.

    A row without a usable person number, category or opening date is left out, and so is one opened after `as_at`.
    Refuses (422) the file where a date column that it cannot do without is written both day first and month first.
    """
    case_rows = CaseRows()
    with council_settings.read_once():
        for table, facts in judge_columns(list(tables), case_rows.problems):
            case_rows.problems.extend(table.problems)
            case_rows.named.update(cell for cells in table.unused for cell in cells)
            for number, cells in progress.counted(table.records(), "rows looked at", len(table.rows)):
                read_into(case_rows, RowReader(number, cells, case_rows.problems, as_at, facts))
    case_rows.problems.sort()
    return case_rows


def read_into(case_rows: CaseRows, reader: RowReader) -> None:
    """Read one row, and keep it where it is the one to use of its child's rows."""
    person_id = bare_number(reader.cells[PERSON_ID_FIELD.heading])
    case_rows.named.add(person_id)
    try:
        row = read_row(reader)
    except UnusableRow:
        if reader.nameless and looks_like_a_case(reader):
            case_rows.nameless.add((reader.table.sheet, reader.number))
        keep_number(case_rows, reader.table.sheet, reader.number, person_id)
        return
    other = case_rows.used.get(person_id)
    if other is None:
        case_rows.used[person_id] = row
        return
    kept, left = sorted((row, other), key=lambda each: each.rank)
    case_rows.used[person_id] = kept
    case_rows.repeated.add(left.place)
    if kept.category != left.category and kept.closed_on is None and left.closed_on is None:
        case_rows.lower.add((left.person_id, left.category))
    case_rows.problems.append(repeated(kept, left))
    keep_number(case_rows, left.sheet, left.row, person_id)


def keep_number(case_rows: CaseRows, sheet: str, row: int, person_id: str) -> None:
    """Remember whose row was not used; a cell without a figure may hold a name, and is no number."""
    if PERSON_ID.fullmatch(person_id) and any(letter.isdigit() for letter in person_id):
        case_rows.numbers[sheet, row] = person_id


def repeated(kept: CaseRow, left: CaseRow) -> Problem:
    """What to say of a second row of the same child."""
    place = f"row {kept.row} of {kept.sheet}" if kept.sheet != left.sheet else f"row {kept.row}"
    if kept.category == left.category:
        why = f"This child is also in {place}. That row was used, this one not."
        return Problem(left.row, PERSON_ID_FIELD.heading, why, left.sheet)
    why = "which is higher" if (kept.closed_on is None) == (left.closed_on is None) else "which is open"
    return Problem(
        left.row,
        CATEGORY_FIELD.heading,
        f"This child is also in {place} as {kept.category}, {why}. That row was used and this one, "
        f"{left.category}, was not.",
        left.sheet,
    )


def looks_like_a_case(reader: RowReader) -> bool:
    """Whether a row without a number has a category and a date all the same: it is no total and no note."""
    category = reader.cells[CATEGORY_FIELD.heading] or reader.table.category
    known = (
        category.upper() in categories.case_categories().highest_first or fold_code(category) in reader.table.categories
    )
    return known and any(reader.cells[each.heading] for each in FIELDS if each.is_day)


def fold_number(number: str) -> str:
    """A number without what a spreadsheet takes off it or changes: the zeros in front, and capitals."""
    return number.casefold().lstrip("0")


def read_row(reader: RowReader) -> CaseRow:
    """Read one row field by field; raises `UnusableRow`, with the reason said, where it cannot be used."""
    for each in LIMITED:
        if len(reader.cells[each.heading]) > each.longest:
            reader.refuse(each.heading, f"This cell has more than {each.longest} characters, {UNUSED}")
    for each in READ_FIRST:
        reader.values[each.name] = each.reader(reader, each)
    reader.values.pop("closed", None)
    facts = reader.table
    return CaseRow(
        row=reader.number, sheet=facts.sheet, absent=facts.absent_names, source=facts.source, **reader.values
    )
