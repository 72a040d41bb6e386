"""Small case extracts for tests: one row with nothing odd about it, changed cell by cell."""

from __future__ import annotations

import csv
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

from django.apps import apps

from audits.models import Case, CaseChange, Import
from audits.register import extracts
from tests.conftest import FIXTURES, NOW

NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 11, 30)
"""The days on which the two real-shaped extracts were taken."""
LATER = NOW + timedelta(hours=1)
HIGHEST_FIRST = ["CLA", "CP", "CIN", "CL", "EH"]


def fixture(month: str, kind: str) -> Path:
    return FIXTURES / month / f"{kind}.csv"


def take(path: Path, as_at: date, *, at: datetime = NOW) -> Import:
    """Import one of the real-shaped extracts."""
    return extracts.import_file(kind=path.stem, data=path.read_bytes(), name=path.name, as_at=as_at, by=None, at=at)


def line(person_id: str = "1", **cells: str) -> dict[str, str]:
    """A row of a case extract with nothing odd about it, but for `cells`."""
    usual = {
        "Person_ID": person_id,
        "Category": "CIN",
        "Age": "9",
        "Gender": "F",
        "Ethnicity": "WBRI",
        "Disability": "N",
        "Service": "Family Safeguarding",
        "Team": "North",
        "Allocated_Worker": "OKONKWO, Niamh",
        "Worker_Email": "niamh.okonkwo@example.gov.uk",
        "Date_Opened": "02/02/2026",
        "Date_Closed": "",
        "Last_Supervision": "14/10/2026",
        "Last_Audited": "",
    }
    return usual | cells


def as_csv(*lines: dict[str, str]) -> bytes:
    text = StringIO()
    writer = csv.DictWriter(text, list(lines[0]))
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue().encode()


def bring(*lines: dict[str, str], as_at: date = NOVEMBER, at: datetime = NOW, closing: int | None = None) -> Import:
    """Import a small case extract; `closing` says how many cases it is meant to close, where they are many."""
    given = {} if closing is None else {"closing": closing}
    data = as_csv(*lines)
    return extracts.import_file(kind="cases", data=data, name="cases.csv", as_at=as_at, by=None, at=at, **given)


HEADINGS = "Name,Email,Job Title,Service,Team,Line Manager Email"


def staff_csv(*people: str, title: str = "Social Worker") -> bytes:
    """A small staff extract of these first names, each with the same title and team."""
    lines = [f"{name} Lark,{name.lower()}@example.gov.uk,{title},Help,Hub," for name in people]
    return "\n".join((HEADINGS, *lines)).encode()


def case(person_id: str = "1") -> Case:
    return Case.objects.get(person_id=person_id)


def said(done: Import) -> list[tuple[int, str]]:
    return [(problem["row"], problem["column"]) for problem in done.problems]


def counted(done: Import) -> tuple[int, ...]:
    return tuple(done.counts[key] for key in ("rows", "added", "changed", "closed", "unchanged"))


def history(person_id: str = "1") -> list[tuple[str, str, str]]:
    return list(CaseChange.objects.filter(case__person_id=person_id).values_list("field", "was", "now"))


WROTE = ("Import", "TrailEntry", "Notice", "CaseChange", "Session", "Heartbeat")
"""What keeps that something happened, and so is not as it was."""


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of ours, but for those that keep what happened."""
    found = {}
    for model in apps.get_models():
        if model.__name__ not in WROTE:
            columns = [each.attname for each in model._meta.concrete_fields]
            found[model._meta.label] = sorted(model._default_manager.values_list(*columns), key=repr)
    return found
