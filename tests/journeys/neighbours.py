"""An invented council next door, with job titles of its own: its staff list and its open cases as they are exported."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date, timedelta
from io import StringIO

ADDRESS = "ashdown.example"
TITLES = {
    "Gwen Marchetti": ("Director of Children’s Services", "", "", ""),
    "Osian Pell": ("Service Manager", "Help and Protection", "", "Gwen Marchetti"),
    "Carys Elderfield": ("QA and Audit Lead", "Quality Assurance", "", "Gwen Marchetti"),
    "Hal Brightwater": ("Head of Quality Assurance", "Quality Assurance", "", "Gwen Marchetti"),
    "Ruth Lindqvist": ("Practice Manager", "Help and Protection", "Oak", "Osian Pell"),
    "Sam Abara": ("Practice Manager", "Help and Protection", "Elm", "Osian Pell"),
    "Dougal Nakamura": ("Advanced Practitioner", "Help and Protection", "Oak", "Ruth Lindqvist"),
    "Ines Farrow": ("Advanced Practitioner", "Help and Protection", "Elm", "Sam Abara"),
    "Tilda Moss": ("Independent Reviewing Officer", "Quality Assurance", "", "Hal Brightwater"),
}
"""Who is not a social worker: their title, service, team and manager."""
WORKERS = {"Oak": ("Ada Finch", "Bo Larsen", "Cleo Hart", "Dev Nair"), "Elm": ("Eva Stone", "Finn Gray", "Gia Lowe")}
MANAGERS = {"Oak": "Ruth Lindqvist", "Elm": "Sam Abara"}


def email(name: str) -> str:
    """The address of somebody."""
    return f"{name.casefold().replace(' ', '.')}@{ADDRESS}" if name else ""


def staff_list() -> bytes:
    """Everyone who works there."""
    rows = [
        (who, email(who), title, service, team, email(boss)) for who, (title, service, team, boss) in TITLES.items()
    ]
    for team, names in WORKERS.items():
        boss = email(MANAGERS[team])
        rows += [(name, email(name), "Social Worker", "Help and Protection", team, boss) for name in names]
    return as_file(("Name", "Email", "Job Title", "Service", "Team", "Line Manager Email"), rows)


def case_list(on: date) -> bytes:
    """Five open cases of each worker, as at a day."""
    rows = []
    workers = [(name, team) for team, names in WORKERS.items() for name in names]
    for number in range(5 * len(workers)):
        name, team = workers[number % len(workers)]
        opened = on - timedelta(days=200 + 3 * number)
        category = ("CIN", "CP", "CLA")[number % 3]
        rows.append((
            str(700_000 + number), category, str(2 + number % 14), "FM"[number % 2], "WBRI", "N", "Help and Protection",
            team, name, email(name), f"{opened:%d/%m/%Y}", "", "", "",
        ))  # fmt: skip
    return as_file(CASE_COLUMNS, rows)


CASE_COLUMNS = (
    "Person ID", "Category", "Age", "Gender", "Ethnicity", "Disability", "Service", "Team", "Allocated Worker",
    "Worker Email", "Date Opened", "Date Closed", "Last Supervision", "Last Audited",
)  # fmt: skip


def as_file(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> bytes:
    """A table as a CSV file."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode()
