"""Taking in a case list: how much longer than reading the file bare, in how much memory, with how many questions.

Each size is measured in a process of its own, as memory that was held once is not given back. Ratios are of the
processor's time.
"""

from __future__ import annotations

import csv
import io
import random
import resource
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402

from audits.models import Import  # noqa: E402
from audits.register import extracts  # noqa: E402
from audits.register.case_fields import FIELDS  # noqa: E402
from audits.register.raw_files import MIB, Limits  # noqa: E402
from audits.register.reading import read_file  # noqa: E402
from benchmarks import table  # noqa: E402
from benchmarks.table import Line, p50, timed  # noqa: E402
from people.models import User  # noqa: E402
from qualitycounts.base import clock  # noqa: E402

PAGE, COMMAND, FEW = 20_000, 400_000, 2_000
ROOM = Limits(size=200 * MIB, rows=500_000, unpacked=500 * MIB)


def case_list(rows: int) -> bytes:
    """A case list of so many invented children, held by the workers there are."""
    chance, day = random.Random(rows), date(2026, 10, 30)
    workers = list(User.objects.filter(left_on=None).values_list("name", "email")[:500])
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([field.heading for field in FIELDS if not field.extra])
    for number in range(rows):
        name, email = workers[number % len(workers)]
        opened = day - timedelta(days=chance.randrange(30, 900))
        supervised = day - timedelta(days=chance.randrange(0, 60))
        category = chance.choice(("CLA", "CP", "CIN", "CL", "EH"))
        place = ("Help", f"Team {number % 40}", name, email)
        days = (f"{opened:%d/%m/%Y}", "", f"{supervised:%d/%m/%Y}", "")
        writer.writerow((f"B{number:07}", category, chance.randrange(18), "F", "WBRI", "N", *place, *days))
    return text.getvalue().encode()


def read_bare(data: bytes) -> None:
    """Read a list as a table and its dates as days, and nothing else: the floor."""
    text = io.TextIOWrapper(io.BytesIO(data), "utf-8-sig", newline="")
    places = [place for place, field in enumerate(each for each in FIELDS if not each.extra) if field.is_day]
    rows = []
    for number, cells in enumerate(csv.reader(text)):
        for place in places if number else ():
            if cells[place]:
                day, month, year = cells[place].split("/")
                date(int(year), int(month), int(day))
        rows.append(cells)


def peak() -> float:
    """The most memory this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def previewed(data: bytes) -> Import:
    """Look at a list as the page does, up to the rows that are kept."""
    return extracts.keep_preview(
        kind="cases", data=data, name="cases.csv", as_at=date(2026, 10, 31), by=None, at=clock.now(), limits=ROOM
    )


def processor(work: Callable[[], object], *, times: int) -> list[float]:
    """Seconds of the processor for each of so many runs: a ratio of these is not disturbed by other work."""
    seconds = []
    for _ in range(times):
        began = time.process_time()
        work()
        seconds.append(time.process_time() - began)
    return seconds


def statements(work: Callable[[], Any]) -> int:
    """How many statements a piece of work asks; rows go in and out in parts of a fixed size and are not counted."""
    count = 0

    def counted(execute: Callable[..., Any], sql: str, *args: Any) -> Any:
        nonlocal count
        count += not sql.startswith("INSERT")
        return execute(sql, *args)

    with connection.execute_wrapper(counted):
        work()
    return count


def page() -> list[Line]:
    """Row 10: what a file of 20,000 cases would change, as the page works it out."""
    data, few = case_list(PAGE), case_list(FEW)
    asked = statements(lambda: previewed(few))
    before = peak()
    own: list[float] = []
    seconds = timed(lambda: own.extend(processor(lambda: previewed(data), times=1)), times=1)
    bare = processor(lambda: read_bare(data), times=3)
    more = statements(lambda: previewed(data)) - asked
    what = f"Preview of {PAGE:,} cases"
    return [
        Line(
            "10",
            what,
            p50(seconds),
            5,
            "s",
            f"{p50(own):.1f} s of the processor, {p50(own) / p50(bare):.0f} times bare",
        ),
        Line("10", f"{what}: memory beyond the base", peak() - before, 300, "MB", f"{before:.0f} MB before it"),
        Line("10", f"{what}: statements beyond those of {FEW:,}", more, 0, "", f"{asked} statements"),
    ]


def command() -> list[Line]:
    """Row 10: a file of 400,000 cases by command, as `--dry-run` reads it and as it is applied."""
    data = case_list(COMMAND)
    bare = processor(lambda: read_bare(data), times=2)
    file: dict[str, Any] = {"kind": "cases", "data": data, "name": "cases.csv", "as_at": date(2026, 10, 31)}
    before = peak()
    read = processor(lambda: read_file(**file, limits=ROOM), times=1)
    what, memory = f"{len(data) / MIB:.0f} MB, {COMMAND:,} cases by command", peak()
    new = processor(lambda: applied(file), times=1)
    same = processor(lambda: applied(file), times=1)
    return [
        table.slower("10", f"{what}: read and compared", read, bare, "times bare", 10),
        Line("10", f"{what}: memory", memory, None, "MB", f"{before:.0f} MB before it"),
        table.slower("10", f"{what}: applied to a register that has them", same, bare, "times bare", 10),
        table.slower(
            "10", f"{what}: applied, every case new, each written with its trail", new, bare, "times bare", 30
        ),
    ]


def applied(file: dict[str, Any]) -> Import:
    """Import a list as the command does."""
    return extracts.import_file(**file, by=None, at=clock.now(), limits=ROOM)


def run(size: str) -> None:
    """Measure one of the two sizes, and print the lines for the run to read."""
    print(table.dump({"page": page, "command": command}[size]()))


if __name__ == "__main__":
    run(sys.argv[1])
