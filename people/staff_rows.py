"""What each row of a staff extract says of a person, tidied, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from people import title_roles
from people.mail_domains import foreign_domain
from people.roles import Role
from qualitycounts.base.problems import Problem, shortened

COLUMNS = (
    "Name",
    "First Name",
    "Last Name",
    "Email",
    "Job Title",
    "Service",
    "Team",
    "Line Manager Email",
    "Staff Number",
    "Registration Number",
    "Leaving Date",
)
EXTRA = ("First Name", "Last Name", "Staff Number", "Registration Number", "Leaving Date")
"""Columns that a staff extract need not have."""
LONGEST = {
    "Name": 150,
    "Email": 254,
    "Job Title": 150,
    "Service": 120,
    "Team": 120,
    "Staff Number": 40,
    "Registration Number": 40,
}
UNUSED = "so the row was not used. Correct it in the staff list and import again."


@dataclass(frozen=True, slots=True)
class StaffRow:
    """One person as the extract has them. `row` is its number in the file; `manager_email` may be a name in words."""

    row: int
    email: str
    name: str
    job_title: str
    service: str
    team: str
    manager_email: str
    staff_number: str = ""
    registration_number: str = ""
    title_roles: tuple[Role, ...] = ()

    @property
    def place(self) -> tuple[str, int]:
        """Where it stands, as rows of several sheets are told: there is one sheet."""
        return "", self.row

    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles of the job title; everyone is staff."""
        return (Role.STAFF, *self.title_roles)


@dataclass(frozen=True, slots=True)
class StaffRows:
    """The row used for each e-mail, whatever names somebody in a row that could not be used, what is wrong, and the
    places of the rows that say again what another says."""

    used: dict[str, StaffRow] = field(default_factory=dict)
    unused: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    repeated: set[tuple[str, int]] = field(default_factory=set)


def clean(
    records: Iterable[tuple[int, Mapping[str, str]]],
    problems: Iterable[Problem] = (),
    unused: Iterable[Iterable[str]] = (),
) -> StaffRows:
    """The people of rows of `COLUMNS`, one an e-mail, tidied; every odd cell is said and no row stops the others.

    A row without a name or a usable e-mail is left out. A job title that is not in the council's table makes its
    holder staff and nothing more. `problems` and the cells of `unused` rows come from reading the file.
    """
    titles = title_roles.titles_in_force()
    staff_rows = StaffRows(problems=list(problems), unused={cell.casefold() for cells in unused for cell in cells})
    for number, cells in records:
        tidy = {column: " ".join(cells.get(column, "").split()) for column in COLUMNS}
        tidy["Name"] = tidy["Name"] or f"{tidy['First Name']} {tidy['Last Name']}".strip()
        problem = why_unused(number, tidy)
        row = StaffRow(
            row=number,
            email=tidy["Email"].lower(),
            name=tidy["Name"],
            job_title=tidy["Job Title"],
            service=tidy["Service"],
            team=tidy["Team"],
            manager_email=manager if "@" not in (manager := tidy["Line Manager Email"]) else manager.lower(),
            staff_number=plain_number(tidy["Staff Number"]),
            registration_number=plain_number(tidy["Registration Number"]),
            title_roles=titles.get(title_roles.fold(tidy["Job Title"]), ("", ()))[1],
        )
        if problem is None and row.email in staff_rows.used:
            kept = staff_rows.used[row.email].row
            staff_rows.repeated.add(row.place)
            problem = Problem(number, "Email", f"Row {kept} has this e-mail too. That row was used, this one not.")
        elif problem is None:
            staff_rows.used[row.email] = row
            staff_rows.problems.extend(oddities(row, known=title_roles.fold(row.job_title) in titles))
            continue
        staff_rows.unused.update((row.email, row.name.casefold()))
        staff_rows.problems.append(problem)
    return staff_rows


def plain_number(cell: str) -> str:
    """A worker's number in capitals, without spaces and the ".0" of a spreadsheet, as two are compared."""
    return "".join(cell.removesuffix(".0").upper().split())


def why_unused(number: int, cells: Mapping[str, str]) -> Problem | None:
    """The first thing that keeps a row from being used."""
    if not cells["Name"]:
        return Problem(number, "Name", f"There is no name, {UNUSED}")
    try:
        validate_email(cells["Email"])
    except ValidationError:
        return Problem(number, "Email", f"“{shortened(cells['Email'])}” is not an e-mail address, {UNUSED}")
    if wrong := foreign_domain(cells["Email"]):
        return Problem(number, "Email", f"“{shortened(cells['Email'])}” {wrong}, {UNUSED}")
    for column, most in LONGEST.items():
        if len(cells[column]) > most:
            return Problem(number, column, f"This cell has more than {most} characters, {UNUSED}")
    return None


def oddities(row: StaffRow, *, known: bool) -> Iterable[Problem]:
    """What is odd about a row that is used all the same. `known`: its job title is in the council's table."""
    if row.name.startswith(("=", "+", "-", "@")):
        yield Problem(row.row, "Name", "This cell holds a formula where a name should be. It was kept as plain text.")
    if not row.job_title:
        yield Problem(row.row, "Job Title", "There is no job title, so this person has the staff role only.")
    elif not known:
        yield Problem(
            row.row,
            "Job Title",
            f"“{row.job_title}” is not in the council’s table of job titles, so this person has the staff role only. "
            "A system administrator says on the page Job titles which roles it brings.",
        )
