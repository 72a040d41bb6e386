"""An Ofsted Annex A workbook of invented children: fifteen sheets, titles, lettered codes, float ids and ages.

`python -m tests.audits.register.annex_a 300 out.xlsx` writes one.
"""

from __future__ import annotations

import io
import random
import sys
from datetime import date, timedelta
from pathlib import Path

import openpyxl

SHEETS = ["Front_Sheet", "FAQ_and_changes", "Guidance", "Codes_used", *(f"List_{number}" for number in range(1, 12))]
EVERY = ["Child Unique ID", "Gender", "Ethnicity", "Date of Birth", "Age of Child (Years)"]
PLACE = ["Allocated Team", "Allocated Worker"]
HEADINGS = {
    "List_2": [
        *EVERY,
        "Assessment start date",
        "Assessment completion date",
        "Organisation completing assessment",
    ],
    "List_6": [
        *EVERY,
        "Does the Child have a Disability",
        "CIN Start Date",
        "Primary Need Code",
        "Date Child Was Last Seen",
        "CIN Closure Date",
        "Reason for Closure",
        "Case status",
        *PLACE,
    ],
    "List_7": [
        *EVERY,
        "Does the Child have a Disability",
        "Child Protection Plan Start Date",
        "Initial Category of Abuse",
        "Date of the Last Statutory Visit",
        "Child Protection Plan End Date",
        *PLACE,
    ],
    "List_8": [
        *EVERY,
        "Does the Child have a Disability",
        "Date Started to be Looked After",
        "Child's Category of Need",
        "Date of Last Social Work Visit",
        "Date Ceased to be Looked After",
        *PLACE,
    ],
    "List_9": [*EVERY, "Does the Child have a Disability", *PLACE, "Eligibility Category", "LA In Touch "],
}
TITLES = {
    "List_2": "List 2: Early Help",
    "List_6": "List 6: Children in Need",
    "List_7": "List 7: Child protection",
    "List_8": "List 8: Children in care",
    "List_9": "List 9: Care leavers",
}


def workbook_of(
    children: int, workers: list[tuple[str, str]], day: date = date(2026, 11, 27), seed: str = "a"
) -> bytes:
    """A workbook of so many children, held by these workers (team and name): one in eight early help, one in eight a
    care leaver; of the others half in need, a quarter each with a plan and looked after, these on list 6 as well; one
    in twenty closed."""
    chance = random.Random("a")
    rows: dict[str, list[list[object]]] = {name: [] for name in HEADINGS}
    for number in range(children):
        born = day - timedelta(days=chance.randrange(200, 6_500))
        every: list[object] = [
            9_100_000.0 + number,
            chance.choice(["a) Male", "b) Female", "c) Not stated/recorded", "d) Neither"]),
            chance.choice(["a) WBRI", "j) ABAN", "k) APKN", "u) UNKNOWN"]),
            born,
            (day - born).days / 365.25,
        ]
        disabled = chance.choice(["a) Yes", "b) No"])
        opened = day - timedelta(days=chance.randrange(20, 700))
        closed = day - timedelta(days=chance.randrange(1, 15)) if number % 20 == 19 else None
        place = list(workers[number % len(workers)])
        kind = number % 8
        if kind == 0:
            rows["List_2"].append([*every, opened, day, "a) Local authority"])
        elif kind == 1:
            rows["List_9"].append([*every, disabled, *place, "b) Former relevant child", "a) Yes"])
        else:
            status = {2: "a) Looked after child", 3: "b) Child Protection plan"}.get(kind, "c) Child in need plan")
            if kind == 4:
                status = "d) Open assessment"
            status = "e) Closed episode" if closed else status
            need = [*every, disabled, opened, "N1 - Abuse or neglect", day, closed, "RC7" if closed else None, status]
            rows["List_6"].append([*need, *place])
            if kind == 2:
                rows["List_8"].append([*every, disabled, opened, "N1", day, closed, *place])
            elif kind == 3:
                rows["List_7"].append([*every, disabled, opened, "Neglect", day, closed, *place])
    return saved(rows)


def saved(rows: dict[str, list[list[object]]]) -> bytes:
    """The rows as the workbook that Ofsted asks for: a title in row 1, the headings in row 2."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name in SHEETS:
        sheet = book.create_sheet(name)
        sheet.append([TITLES.get(name, name)])
        for row in ([HEADINGS[name], *rows[name]]) if name in HEADINGS else []:
            sheet.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


if __name__ == "__main__":
    WORKERS = [("Family Safeguarding South", "BEGUM, Oisín"), ("Children Looked After", "Connor\xa0Roberts")]
    Path(sys.argv[2]).write_bytes(workbook_of(int(sys.argv[1]), WORKERS))
