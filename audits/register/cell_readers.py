"""How the cell of each kind of column is read, and what is said of one that cannot be."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, NoReturn, Protocol

from audits.register.day_columns import PLAIN_STYLE, DayStyle, parse_day
from audits.register.vocabulary import code_words, fold_code, import_words, plain_category_words
from qualitycounts.base.dates import date_in_words
from qualitycounts.base.problems import Problem, quoted
from standards import categories
from standards.categories import Category

CLOSED = "closed"
"""What a word of the category column may mean beside a category: the case is closed."""
PERSON_ID = re.compile(r"(?=.*[0-9])[A-Za-z0-9][A-Za-z0-9/_-]{0,19}")
"""A number of a child: letters may stand in it, and a word such as "Total" is none."""
SHORTENED = re.compile(r"[0-9](\.[0-9]+)?E\+[0-9]+", re.IGNORECASE)
"""A long number as Excel shows it in a narrow column: its last figures are gone."""
ADDRESS = re.compile(r"(?:mailto:|[^<>@]*<)([^<>@\s]+@[^<>@\s]+)>?")
CODE = re.compile(r"[A-Z0-9]{1,10}")
AGE = re.compile(
    r"([0-9]{1,3})(?:\.[0-9]+)? ?(years?|yrs?|y|months?|mths?|m|weeks?|wks?|w|days?)?"
    r"(?:(?<=[a-z]),?(?: and)? ?[0-9]{1,2} ?(?:months?|mths?|m))?( old)?",
    re.IGNORECASE,
)
IN_A_YEAR = {"m": 12, "w": 52, "d": 365}
OLDEST = 25
FORMULA = "This cell holds a formula, and not its result (copy the column and paste it as values)"
CUT = "is a number whose last figures Excel has cut (export again and do not open the file in Excel before)"
UNUSED = "so the row was not used. Correct it in the case system and import again."
LEFT_OUT = "so it was left out. The rest of the row was used."


class AField(Protocol):
    """As much of a field of the table as reading its cell needs."""

    @property
    def heading(self) -> str:
        """What the column is called."""
        ...


class UnusableRow(Exception):
    """The row cannot be used; the problem is already said."""


@dataclass(frozen=True, slots=True)
class TableFacts:
    """What holds for every row of a table: its sheet, the columns it has not, the style of each date column, and what
    its mapping says: the category of the whole list, what words mean in the category column, and its `source`, the
    mapping's name ("" for our own columns)."""

    sheet: str = ""
    absent: frozenset[str] = frozenset()
    absent_names: tuple[str, ...] = ()
    styles: Mapping[str, DayStyle] = field(default_factory=dict)
    category: str = ""
    categories: Mapping[str, str] = field(default_factory=dict)
    source: str = ""


class RowReader:
    """One row while it is read: its cells by heading, what was read of it so far, and what is wrong with it."""

    def __init__(
        self, number: int, cells: Mapping[str, str], problems: list[Problem], as_at: date, table: TableFacts
    ) -> None:
        self.number = number
        self.cells = cells
        self.problems = problems
        self.as_at = as_at
        self.table = table
        self.values: dict[str, Any] = {}
        self.nameless = False

    def say(self, column: str, why: str) -> None:
        """Note what is odd; the row is used all the same."""
        self.problems.append(Problem(self.number, column, why, self.table.sheet))

    def refuse(self, column: str, why: str) -> NoReturn:
        """Note what is wrong; the row is not used."""
        self.say(column, why)
        raise UnusableRow

    def day(self, column: str, otherwise: Callable[[str, str], None], then: str) -> date | None:
        """The date in a column, None if the cell is blank; one that cannot be read goes to `otherwise`."""
        text = self.cells[column]
        if not text:
            return None
        try:
            return parse_day(text, self.table.styles.get(column, PLAIN_STYLE))
        except ValueError as fault:
            otherwise(column, f"{fault}, {then}")
            return None


def bare_number(cell: str) -> str:
    """A person number without the ".0" that a spreadsheet puts behind it and the mark of text before it."""
    return cell.removeprefix("'").removesuffix(".0")


def read_person_id(row: RowReader, field: AField) -> str:
    """Read the child's number; a row without a usable one is not used."""
    number = bare_number(row.cells[field.heading])
    if not PERSON_ID.fullmatch(number):
        row.nameless = True
        if number.startswith("="):
            row.refuse(field.heading, f"{FORMULA}, {UNUSED}")
        if SHORTENED.fullmatch(number):
            row.refuse(field.heading, f"{quoted(number)} {CUT}, {UNUSED}")
        what = f"{quoted(number)} is not a person number" if number else "There is no person number"
        row.refuse(field.heading, f"{what}, {UNUSED}")
    return number


def read_category(row: RowReader, field: AField) -> str:
    """Read the category, a code or a word that was mapped to one; a row without a usable one is not used.

    A word that means the case is closed leaves it in the category of its list, closed.
    """
    cell = row.cells[field.heading]
    code = cell.upper() if cell else row.table.category
    codes = categories.case_categories().highest_first
    if code not in codes:
        meant = row.table.categories.get(fold_code(cell), "")
        if meant == CLOSED and row.table.category:
            row.values["closed"], meant = True, row.table.category
        code = meant if meant in codes else code
    if code not in codes:
        what = (
            f"{quoted(code, plain_category_words())} is not one of"
            if code
            else "There is no category, which must be one of"
        )
        row.refuse(field.heading, f"{what} {', '.join(codes)}, {UNUSED}")
    return code


def read_text(row: RowReader, field: AField) -> str:
    """Read a name of a team or service, its spaces tidied."""
    return " ".join(row.cells[field.heading].split())


def read_email(row: RowReader, field: AField) -> str:
    """Read an e-mail in small letters, also out of "mailto:" or "Ann Lee <ann.lee@example.gov.uk>"."""
    cell = row.cells[field.heading].lower()
    if "<" in cell or ":" in cell:
        cell = ADDRESS.sub(r"\1", cell)
    return cell


def read_opened_on(row: RowReader, field: AField) -> date | None:
    """Read the opening date; a row without one, or opened after the extract was taken, is not used.

    A list of care leavers need not have one: the register's own stands, else the day of the extract.
    """
    if field.heading in row.table.absent and categories.base_of(row.values["category"]) == Category.CL:
        return None
    opened = row.day(field.heading, row.refuse, UNUSED)
    if opened is None:
        row.refuse(field.heading, f"There is no opening date, {UNUSED}")
    if opened > row.as_at:
        why = f"The case opens after {date_in_words(row.as_at)}, the date of this extract, {UNUSED}"
        row.refuse(field.heading, why)
    return opened


def read_closed_on(row: RowReader, field: AField) -> date | None:
    """Read the closing date. One before the opening still closes; one after the extract has not happened yet."""
    closed = row.day(field.heading, row.refuse, UNUSED)
    if closed is not None and closed > row.as_at:
        row.say(field.heading, "The case closes after the date of this extract. It is kept as open until then.")
        return None
    if closed is not None and (opened := row.values["opened_on"]) and closed < opened:
        row.say(field.heading, "The case closed before it opened. It is kept as closed; check both dates.")
    return closed or (row.as_at if row.values.get("closed") else None)


def read_past_day(row: RowReader, field: AField) -> date | None:
    """Read the date of something that has happened; one that cannot be right is left out."""
    day = row.day(field.heading, row.say, LEFT_OUT)
    if day is not None and day > row.as_at:
        row.say(field.heading, f"This date is after {date_in_words(row.as_at)}, the date of this extract, {LEFT_OUT}")
        return None
    return day


def read_day(row: RowReader, field: AField) -> date | None:
    """Read a date that may be still to come; one that cannot be right is left out."""
    return row.day(field.heading, row.say, LEFT_OUT)


def read_age(row: RowReader, field: AField) -> int | None:
    """Read the age in whole years: of 8.6, "8 years", "6 months" and "unborn" too; None where it cannot be one."""
    years, why = age_in(row.cells[field.heading])
    if why:
        row.say(field.heading, why)
    return years


@lru_cache(maxsize=10_000)
def age_in(cell: str) -> tuple[int | None, str]:
    """The age that a cell gives, and what is wrong with one that gives none."""
    years: int | None = None
    if cell.casefold() in import_words()["unborn"]:
        years = 0
    elif match := AGE.fullmatch(cell):
        years = int(match[1]) // IN_A_YEAR.get((match[2] or "y")[0].lower(), 1)
    if cell and (years is None or years > OLDEST):
        what = quoted(cell, ("years", "months", "weeks"))
        return None, f"{what} is not an age from 0 to {OLDEST}, so it was left out."
    return years, ""


def read_code(row: RowReader, field: AField) -> str:
    """Read a short code in capitals, also from "b) Female" or "No"; what is not one is left out."""
    letters = code_in(field.heading, row.cells[field.heading])
    if letters and not CODE.fullmatch(letters):
        row.say(field.heading, "This is not a code of up to 10 letters or figures, so it was left out.")
        return ""
    return letters


@lru_cache(maxsize=10_000)
def code_in(heading: str, cell: str) -> str:
    """The code that a cell of a column gives, or its words in capitals where it gives none."""
    if cell.isascii() and cell.isalnum() and len(cell) <= 2:
        return cell.upper()
    plain = fold_code(cell)
    return code_words(heading).get(plain, plain.upper())


def read_worker_name(row: RowReader, field: AField) -> str:
    """Read the worker's name exactly as written."""
    name = row.cells[field.heading]
    if name.startswith(("=", "+", "-", "@")):
        row.say(field.heading, "This cell holds a formula where a name should be. It was kept as plain text.")
    return name


def read_worker_number(row: RowReader, field: AField) -> str:
    """Read a worker's number in capitals, without spaces and the ".0" of a spreadsheet."""
    cell = row.cells[field.heading]
    return "".join(bare_number(cell).upper().split()) if cell else ""


DAY_READERS = (read_opened_on, read_closed_on, read_past_day, read_day)
