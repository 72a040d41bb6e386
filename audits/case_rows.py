"""What each row of a case extract says of a child's case, tidied, and what is wrong with it. Knows no models.

The strategy has cases chosen at random a month ahead (App. 2, before): the extract is where the draw's cases come from.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import NoReturn

from audits.extract import Table, day
from people.problems import Problem

COLUMNS = (
    "Person ID",
    "Category",
    "Age",
    "Gender",
    "Ethnicity",
    "Disability",
    "Service",
    "Team",
    "Allocated Worker",
    "Worker Email",
    "Date Opened",
    "Date Closed",
    "Last Supervision",
    "Last Audited",
)
HIGHEST_FIRST = ("CLA", "CP", "CIN", "CL", "EH")
PERSON_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9/_-]{0,19}")
CODE = re.compile(r"[A-Z0-9]{1,10}")
OLDEST = 25
LONGEST = {"Service": 120, "Team": 120, "Allocated Worker": 150, "Worker Email": 254}
UNUSED = "so the row was not used. Correct it in the case system and import again."


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One child's case as the extract has it. `row` is its number in the file."""

    row: int
    person_id: str
    category: str
    age: int | None
    gender: str
    ethnicity: str
    disability: str
    service: str
    team: str
    worker_name: str
    worker_email: str
    opened_on: date
    closed_on: date | None
    last_supervision_on: date | None
    last_audited_on: date | None

    @property
    def rank(self) -> tuple[bool, int, int]:
        """Of two rows of one child the lower is used: an open case first, then the higher category, then the first."""
        return self.closed_on is not None, HIGHEST_FIRST.index(self.category), self.row


@dataclass(frozen=True, slots=True)
class CaseRows:
    """The row used for each child, and everybody the file names, in a row that was used or not."""

    used: dict[str, CaseRow] = field(default_factory=dict)
    named: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)


class _Unusable(Exception):
    """The row cannot be used; the problem is already said."""


def clean(table: Table, as_at: date) -> CaseRows:
    """The cases of a table of `COLUMNS`, one row a child, tidied; every odd cell is said and no row stops the others.

    A row without a usable person number, category or opening date is left out, and so is one opened after `as_at`.
    """
    found = CaseRows(named={cell for cells in table.unused for cell in cells}, problems=list(table.problems))
    for number, cells in table.records():
        person_id = re.sub(r"\.0$", "", cells["Person ID"])
        found.named.add(person_id)
        try:
            row = _Reader(number, cells, found.problems).case(person_id, as_at)
        except _Unusable:
            continue
        other = found.used.get(person_id)
        if other is None:
            found.used[person_id] = row
            continue
        kept, left = sorted((row, other), key=lambda each: each.rank)
        found.used[person_id] = kept
        found.problems.append(repeated(kept, left))
    found.problems.sort()
    return found


def repeated(kept: CaseRow, left: CaseRow) -> Problem:
    """What to say of a second row of the same child."""
    if kept.category == left.category:
        return Problem(left.row, "Person ID", f"This child is also in row {kept.row}. That row was used, this one not.")
    why = "which is higher" if (kept.closed_on is None) == (left.closed_on is None) else "which is open"
    return Problem(
        left.row,
        "Category",
        f"This child is also in row {kept.row} as {kept.category}, {why}. That row was used and this one, "
        f"{left.category}, was not.",
    )


class _Reader:
    """Reads the cells of one row, saying what is wrong as it goes."""

    def __init__(self, number: int, cells: dict[str, str], problems: list[Problem]) -> None:
        self.number = number
        self.cells = cells
        self.problems = problems

    def case(self, person_id: str, as_at: date) -> CaseRow:
        """The whole row; `_Unusable` if it has no number, category or opening date to go by."""
        if not person_id:
            self.refuse("Person ID", f"There is no person number, {UNUSED}")
        if not PERSON_ID.fullmatch(person_id):
            self.refuse("Person ID", f"“{person_id}” is not a person number, {UNUSED}")
        category = self.cells["Category"].upper()
        if category not in HIGHEST_FIRST:
            self.refuse("Category", f"“{category}” is not one of {', '.join(HIGHEST_FIRST)}, {UNUSED}")
        for column, most in LONGEST.items():
            if len(self.cells[column]) > most:
                self.refuse(column, f"This cell has more than {most} characters, {UNUSED}")
        opened_on = self.day("Date Opened", self.refuse, UNUSED)
        if opened_on is None:
            self.refuse("Date Opened", f"There is no opening date, {UNUSED}")
        if opened_on > as_at:
            self.refuse("Date Opened", f"The case opens after {as_at:%-d %B %Y}, the date of this extract, {UNUSED}")
        return CaseRow(
            row=self.number,
            person_id=person_id,
            category=category,
            age=self.age(),
            gender=self.code("Gender"),
            ethnicity=self.code("Ethnicity"),
            disability=self.code("Disability"),
            service=" ".join(self.cells["Service"].split()),
            team=" ".join(self.cells["Team"].split()),
            worker_name=self.worker_name(),
            worker_email=self.cells["Worker Email"].lower(),
            opened_on=opened_on,
            closed_on=self.closed_on(opened_on, as_at),
            last_supervision_on=self.past("Last Supervision", as_at),
            last_audited_on=self.past("Last Audited", as_at),
        )

    def say(self, column: str, why: str) -> None:
        """Note what is odd; the row is used all the same."""
        self.problems.append(Problem(self.number, column, why))

    def refuse(self, column: str, why: str) -> NoReturn:
        """Note what is wrong; the row is not used."""
        self.say(column, why)
        raise _Unusable

    def day(self, column: str, otherwise: Callable[[str, str], None], then: str) -> date | None:
        """The date in a column, None if the cell is blank; one that cannot be read goes to `otherwise`."""
        text = self.cells[column]
        if not text:
            return None
        try:
            return day(text)
        except ValueError as fault:
            otherwise(column, f"{fault}, {then}")
            return None

    def closed_on(self, opened_on: date, as_at: date) -> date | None:
        """The closing date. One before the opening still closes; one after `as_at` has not happened yet."""
        closed_on = self.day("Date Closed", self.refuse, UNUSED)
        if closed_on is not None and closed_on > as_at:
            self.say("Date Closed", "The case closes after the date of this extract. It is kept as open until then.")
            return None
        if closed_on is not None and closed_on < opened_on:
            self.say("Date Closed", "The case closed before it opened. It is kept as closed; check both dates.")
        return closed_on

    def past(self, column: str, as_at: date) -> date | None:
        """A date of something that has happened; one that cannot be right is left out."""
        then = "so it was left out. The rest of the row was used."
        found = self.day(column, self.say, then)
        if found is not None and found > as_at:
            self.say(column, f"This date is after {as_at:%-d %B %Y}, the date of this extract, {then}")
            return None
        return found

    def age(self) -> int | None:
        """The age in years, None where it is missing or cannot be a child's or a care leaver's."""
        text = self.cells["Age"]
        if text.isascii() and text.isdigit() and len(text) < 4 and int(text) <= OLDEST:
            return int(text)
        if text:
            self.say("Age", f"“{text[:20]}” is not an age from 0 to {OLDEST}, so it was left out.")
        return None

    def code(self, column: str) -> str:
        """A short code in capitals; what is not one is left out."""
        code = self.cells[column].upper()
        if code and not CODE.fullmatch(code):
            self.say(column, "This is not a code of up to 10 letters or figures, so it was left out.")
            return ""
        return code

    def worker_name(self) -> str:
        """The worker's name exactly as written."""
        name = self.cells["Allocated Worker"]
        if name.startswith(("=", "+", "-", "@")):
            self.say("Allocated Worker", "This cell holds a formula where a name should be. It was kept as plain text.")
        return name
