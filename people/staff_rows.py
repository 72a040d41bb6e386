"""What each row of a staff extract says of a person, tidied, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from people.problems import Problem
from people.roles import ROLES_BY_TITLE, Role

COLUMNS = ("Name", "Email", "Job Title", "Service", "Team", "Line Manager Email")
LONGEST = {"Name": 150, "Email": 254, "Job Title": 150, "Service": 120, "Team": 120}
UNUSED = "so the row was not used. Correct it in the staff list and import again."
TITLES = {title.casefold(): roles for title, roles in ROLES_BY_TITLE.items()}


@dataclass(frozen=True, slots=True)
class StaffRow:
    """One person as the extract has them. `row` is its number in the file."""

    row: int
    email: str
    name: str
    job_title: str
    service: str
    team: str
    manager_email: str

    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles of the job title; everyone is staff."""
        return (Role.STAFF, *TITLES.get(self.job_title.casefold(), ()))


@dataclass(frozen=True, slots=True)
class StaffRows:
    """The row used for each e-mail, whatever names somebody in a row that could not be used, and what is wrong."""

    used: dict[str, StaffRow] = field(default_factory=dict)
    unused: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)


def clean(
    records: Iterable[tuple[int, Mapping[str, str]]],
    problems: Iterable[Problem] = (),
    unused: Iterable[Iterable[str]] = (),
) -> StaffRows:
    """The people of rows of `COLUMNS`, one an e-mail, tidied; every odd cell is said and no row stops the others.

    A row without a name or a usable e-mail is left out. A job title that is not in the council's table makes its
    holder staff and nothing more. `problems` and the cells of `unused` rows come from reading the file.
    """
    found = StaffRows(problems=list(problems), unused={cell.casefold() for cells in unused for cell in cells})
    for number, cells in records:
        tidy = {column: " ".join(cells[column].split()) for column in COLUMNS}
        problem = why_unused(number, tidy)
        row = StaffRow(
            row=number,
            email=tidy["Email"].lower(),
            name=tidy["Name"],
            job_title=tidy["Job Title"],
            service=tidy["Service"],
            team=tidy["Team"],
            manager_email=tidy["Line Manager Email"].lower(),
        )
        if problem is None and row.email in found.used:
            kept = found.used[row.email].row
            problem = Problem(number, "Email", f"Row {kept} has this e-mail too. That row was used, this one not.")
        elif problem is None:
            found.used[row.email] = row
            found.problems.extend(oddities(row))
            continue
        found.unused.update((row.email, row.name.casefold()))
        found.problems.append(problem)
    return found


def why_unused(number: int, cells: Mapping[str, str]) -> Problem | None:
    """The first thing that keeps a row from being used."""
    if not cells["Name"]:
        return Problem(number, "Name", f"There is no name, {UNUSED}")
    try:
        validate_email(cells["Email"])
    except ValidationError:
        return Problem(number, "Email", f"“{cells['Email']}” is not an e-mail address, {UNUSED}")
    for column, most in LONGEST.items():
        if len(cells[column]) > most:
            return Problem(number, column, f"This cell has more than {most} characters, {UNUSED}")
    return None


def oddities(row: StaffRow) -> Iterable[Problem]:
    """What is odd about a row that is used all the same."""
    if row.name.startswith(("=", "+", "-", "@")):
        yield Problem(row.row, "Name", "This cell holds a formula where a name should be. It was kept as plain text.")
    if not row.job_title:
        yield Problem(row.row, "Job Title", "There is no job title, so this person has the staff role only.")
    elif row.job_title.casefold() not in TITLES:
        yield Problem(
            row.row,
            "Job Title",
            f"“{row.job_title}” is not in the council’s table of job titles, so this person has the staff role only. "
            "Grant a role by hand if there should be one.",
        )
