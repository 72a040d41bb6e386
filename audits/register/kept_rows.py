"""The cleaned rows of a file, kept while it waits to be applied: what the register takes of it, and nothing else.

The file itself is never kept: a child's name may stand in a column that is dropped, or in a cell where it does not
belong.
"""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date
from operator import attrgetter
from typing import Any

from audits.models import Case
from audits.register.case_fields import DAY_FIELDS
from audits.register.case_rows import CaseRow, CaseRows
from audits.register.reading import Cleaned
from people.models import User
from people.roles import Role
from people.staff_rows import StaffRow, StaffRows
from qualitycounts.base.problems import Problem


def pack_rows(cleaned: Cleaned) -> bytes:
    """Write the cleaned rows as JSON.

    Of whoever a row that could not be used names, only those are kept who are on the register already: they are not
    absent from the file; and the number of its child, to be told beside it. Anything else in such a row is let go.
    """
    numbers: list[tuple[str, int, str]] = []
    nameless: list[tuple[str, int]] = []
    if isinstance(cleaned, StaffRows):
        people = {
            text for email, name in User.objects.values_list("email", "name") for text in (email, name.casefold())
        }
        named = cleaned.unused & people
    else:
        nameless = sorted(cleaned.nameless)
        numbers = [(*place, number) for place, number in cleaned.numbers.items()]
        known = Case.objects.values_list("person_id", "other_numbers")
        named = cleaned.named & {number for person_id, others in known for number in (person_id, *others)}
    names = [each.name for each in fields(StaffRow if isinstance(cleaned, StaffRows) else CaseRow)]
    values_of = attrgetter(*names)
    rows = [[as_json(value) for value in values_of(row)] for row in cleaned.used.values()]
    kept = {"rows": rows, "named": sorted(named), "problems": cleaned.problems, "numbers": numbers}
    return json.dumps(kept | {"nameless": nameless}).encode()


def unpack(data: bytes) -> dict[str, Any]:
    """Read what `pack` wrote."""
    kept: dict[str, Any] = json.loads(data)
    return kept | {"named": set(kept["named"]), "problems": [Problem(*each) for each in kept["problems"]]}


def unpack_cases(data: bytes) -> CaseRows:
    """Read the rows of a case extract that `pack` wrote."""
    kept = unpack(data)
    names = [each.name for each in fields(CaseRow)]
    rows = [CaseRow(**dict(zip(names, from_json(cells, names), strict=True))) for cells in kept["rows"]]
    numbers = {(sheet, row): number for sheet, row, number in kept["numbers"]}
    used = {row.person_id: row for row in rows}
    return CaseRows(used, kept["named"], kept["problems"], numbers, nameless=set(map(tuple, kept.get("nameless", ()))))


def unpack_staff(data: bytes) -> StaffRows:
    """Read the rows of a staff extract that `pack` wrote."""
    kept = unpack(data)
    rows = [StaffRow(*[*cells[:-1], tuple(map(Role, cells[-1]))]) for cells in kept["rows"]]
    return StaffRows({row.email: row for row in rows}, kept["named"], kept["problems"])


def as_json(value: object) -> object:
    """A cell as JSON has it: a day as 2026-11-30."""
    return value.isoformat() if isinstance(value, date) else value


def from_json(cells: list[Any], names: list[str]) -> list[Any]:
    """The cells of a row back from JSON."""
    for place, name in enumerate(names):
        if name in DAY_FIELDS and cells[place]:
            cells[place] = date.fromisoformat(cells[place])
        elif isinstance(cells[place], list):
            cells[place] = tuple(cells[place])
    return cells
