"""The work that nobody waits for on a page: draws, figures, the sweep and PDFs, each in a process of its own."""

from __future__ import annotations

import io
import resource
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import django
import pikepdf

django.setup()

from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from audits.draw import draws  # noqa: E402
from audits.models import Action, Audit, Case, Judgement  # noqa: E402
from audits.overview import take_away  # noqa: E402
from benchmarks import floor, stage, table  # noqa: E402
from benchmarks.table import Line, p50, timed  # noqa: E402
from benchmarks.turns import Turns  # noqa: E402
from escalation import sweep as sweeping  # noqa: E402
from people import council_settings  # noqa: E402
from qualitycounts.base import clock, spreadsheets  # noqa: E402
from reporting import pdf, periods  # noqa: E402
from reporting.feed import figures  # noqa: E402
from reporting.models import Report  # noqa: E402
from reporting.reports import document, generate, tidy_table  # noqa: E402
from reporting.reports.counting import compose  # noqa: E402
from reporting.sections.agreement import Agreement  # noqa: E402
from reporting.sections.base import Window  # noqa: E402
from reporting.sections.contents import work_out  # noqa: E402
from reporting.sections.standards import Standards  # noqa: E402
from standards.timescales import add_months, add_working_days  # noqa: E402

CASES, GRADES, OPEN, SIZE, EXPORTED = 400_000, 1_000_000, 10_000, 60, 5_000


def peak() -> float:
    """The most memory this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def many() -> list[Line]:
    """No measure: brings the database to its full size, and tidies it as PostgreSQL does by itself after so many new
    rows: only then does an index answer alone."""
    stage.multiply(cases=CASES, grades=GRADES)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
    return []


def drawing() -> list[Line]:
    """Row 7: the draw of a month from a register of 400,000 cases, against as many tickets."""
    at = clock.now()
    cases = Case.objects.count()
    bare = timed(lambda: floor.hashes("2612", cases), times=2)
    before = peak()
    month = add_months(clock.day_of(at).replace(day=1), 1)
    drawn: list[Any] = []
    seconds = timed(lambda: drawn.append(draws.run(month=month, size=SIZE, by=stage.officer(), at=at)), times=1)
    what = f"Draw of {drawn[0].chosen} from {drawn[0].frame_size:,} of {cases:,} cases"
    return [
        table.slower("7", what, seconds, bare, "bare hashings", 10),
        Line("7", f"{what}: memory", peak(), 500, "MB", f"{before:.0f} MB before it"),
    ]


def counting() -> list[Line]:
    """Row 8: the figures of a report over a million grades. A month's report reads twenty months of them. How those of
    one month were agreed is read from two proposals of each; its gate was 5 ms where A was 17 ms, so 0.3 A. Floor and
    figures have one process of the database each."""
    on = clock.today()
    month = periods.month_of(on).previous
    ends = month.last + timedelta(days=1)
    standards, whole, alone = (
        "Grades of every standard, month by month: p50",
        "All figures of a month’s report: p50",
        "How one month’s grades were agreed: p50",
    )
    turns = Turns.of(
        {
            "A": lambda: floor.grades_by_index(str(add_months(ends, -12)), str(ends)),
            standards: lambda: Standards.count(Window(month, on)),
            whole: lambda: work_out(month, on=on),
            alone: lambda: Agreement.count(Window(month, on)),
        },
        times=5,
    )
    with CaptureQueriesContext(connection) as asked:
        work_out(month, on=on)
    statements = [one["sql"] for one in asked if one["sql"].lstrip("(").startswith("SELECT")]
    info = f"{Judgement.objects.count():,} grades of {Audit.objects.count():,} audits; {len(statements)} statements"
    of_month, of_agreement = turns.against("A", whole, row="8", limit=3), turns.against("A", alone, row="8", limit=0.3)
    return [
        turns.against("A", standards, row="8", limit=3),
        replace(of_month, info=f"{of_month.info}; its limits need twenty months of grades, A reads twelve; {info}"),
        replace(of_agreement, info=f"{of_agreement.info}; reads two proposals of each grade, A none"),
        Line("8", "Statements of all figures that read a whole table", scans(statements), 0),
        Line("8", "Statements of them that ask again for each row", asks_again(statements), 0),
    ]


def scans(statements: list[str]) -> int:
    """How many of the statements read every row of a large table, by the engine's own plan."""
    large = ("audits_audit", "audits_judgement", "audits_mark", "audits_proposal", "audits_note")
    words = [f"Seq Scan on {name}" for name in large] + [f"SCAN {name}" for name in large]
    return sum(
        any(word in line and "USING" not in line for line in plan for word in words) for plan in plans(statements)
    )


def asks_again(statements: list[str]) -> int:
    """How many of the statements put an ordered or counted question again for each row they read: the more rows, the
    more of such questions, and each may read as many. One that only asks whether there is a row is let be."""
    return sum(
        any("CORRELATED SCALAR" in line or "(SubPlan" in line for line in plan) and "LIMIT 1" in statement
        for statement, plan in zip(statements, plans(statements), strict=True)
    )


def plans(statements: list[str]) -> list[list[str]]:
    """The engine's own plan of each statement, in lines."""
    found = []
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{statement}")
            found.append([str(part) for row in cursor.fetchall() for part in row])
    return found


class Asked:
    """Counts what is asked of the database; rows that are written are not, since they go in parts of a fixed size."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Callable[..., Any], sql: str, *args: Any) -> Any:
        self.count += not sql.startswith("INSERT")
        return execute(sql, *args)


@dataclass(frozen=True, slots=True)
class Told:
    """What one sweep did and took."""

    seconds: float
    asked: int
    breaches: int


def told(on: date, at: datetime) -> Told:
    """One sweep as on a day."""
    asked = Asked()
    with connection.execute_wrapper(asked):
        began = time.perf_counter()
        done = sweeping.sweep_deadlines(on=on, at=at)
        return Told(time.perf_counter() - began, asked.count, done.breaches)


def sweep() -> list[Line]:
    """Row 9: weeks without a sweep are told of; then a working day goes by, and what it made late is told.

    The site was swept before, so that the two differ in how much they tell and in nothing else."""
    at, on = clock.now(), clock.today()
    told(on, at)
    open_actions(OPEN, on)
    late = told(on, at)
    day = told(add_working_days(on, 1), at)
    still = f"{Action.objects.filter(state=Action.State.OPEN).count():,} open actions"
    return [
        Line("9", "Sweep of a day", day.seconds, 1, "s", f"{still}, {day.breaches:,} deadlines told of"),
        Line("9", "Sweep after weeks without one", late.seconds, None, "s", f"{late.breaches:,} deadlines told of"),
        Line(
            "9",
            "Sweep: statements that the longer one asks beyond the day’s",
            late.asked - day.asked,
            0,
            "",
            f"{day.asked} statements",
        ),
    ]


def open_actions(count: int, on: date) -> None:
    """So many further open actions on the audits there are, falling due over the eighty days around `on`."""
    audits = list(Audit.objects.filter(state=Audit.State.CLOSED).select_related("keyworker")[: count // 4])
    Action.objects.bulk_create(
        Action(
            audit=audit,
            number=100 + number,
            kind=Action.Kind.SUPERVISION,
            part=Action.Part.WORKER,
            what="Synthetic",
            owner=audit.keyworker,
            due_on=on + timedelta(days=(place + number) % 80 - 20),
            first_due_on=on,
        )
        for place, audit in enumerate(audits)
        for number in range(4)
    )
    stage.gather_statistics()


def printing() -> list[Line]:
    """Row 6: PDFs as the worker makes them, once its libraries are warm."""
    at = clock.now()
    month = periods.month_of(clock.day_of(at)).previous
    lines = []
    for what, period in (("A month’s report", month), ("A year’s report", periods.parse(month.council_year))):
        report = Report(period=str(period), kind=Report.Kind.MONTHLY, ref="SYNTHETIC", made_at=at)
        words = document.render_document(report, compose(period, at=at))
        pages = page_count(pdf.render(words))
        seconds = timed(partial(pdf.render, words), times=2)
        info = f"{p50(seconds):.2f} s for {pages} pages"
        lines.append(Line("6", f"{what} as a PDF, a page of it", p50(seconds) / pages, 0.35, "s", info))
    lines.append(Line("6", "PDFs: memory of the worker", peak(), 250, "MB"))
    year = periods.parse(month.council_year).previous
    for name, period, most in (("month", month, 1.5), ("quarter", periods.parse(f"{year}Q4"), 10), ("year", year, 60)):
        began = time.perf_counter()
        made = generate.report_for(period=period, by=None, at=at)
        seconds, audits = time.perf_counter() - began, made.figures["audits"]["finalised"]["count"]
        info = "figures, the rows behind them and the file"
        lines.append(Line("6", f"A {name}’s report of {audits:,} audits, made whole", seconds, most, "s", info))
    return [*lines, Line("6", "Reports made whole: memory of the worker", peak(), 250, "MB")]


def taking_away() -> list[Line]:
    """Row 10: the list of audits as a file, and the feed of a year of reports."""
    at, by = clock.now(), stage.officer()
    audits = Audit.objects.filter(pk__in=Audit.objects.order_by("pk").values_list("pk", flat=True)[:EXPORTED])
    count = audits.count()
    columns = take_away.audit_columns()
    titles = [column.title for column in columns]

    def export(form: Callable[..., Iterator[bytes]]) -> int:
        with council_settings.read_once():  # as a request does, and what is streamed after it
            rows = take_away.take_audits_away(audits, asked="", by=by, at=at)
            return sum(len(part) for part in form(titles, ([column.value(row) for column in columns] for row in rows)))

    as_csv, as_xlsx = f"{count:,} audits as CSV", f"{count:,} audits as XLSX"
    turns = Turns.of(
        {
            "X": partial(floor.two_queries, EXPORTED),
            as_csv: partial(export, spreadsheets.as_csv),
            as_xlsx: partial(export, spreadsheets.as_xlsx),
        },
        times=5,
    )
    lines = [turns.against("X", each, row="10", limit=10) for each in (as_csv, as_xlsx)]
    with CaptureQueriesContext(connection) as asked:
        export(spreadsheets.as_csv)
    lines.append(Line("10", "Statements of it that read", sum(one["sql"].startswith("SELECT") for one in asked), 8))
    year = periods.council_year_of(clock.day_of(at)).previous
    reports = [
        Report(ref=f"REP-{n}", period=str(month), kind="monthly", figures=compose(month, at=at).to_json(), made_at=at)
        for n, month in enumerate(year.months)
    ]
    told = "The feed of a year of monthly reports"
    turns = Turns.of(
        {
            "X": partial(floor.two_queries, EXPORTED),
            told: lambda: sum(1 for _ in tidy_table.as_records(figures.rows_of_reports(reports))),
        },
        times=3,
    )
    return [*lines, turns.against("X", told, row="10", limit=10)]


def page_count(file: bytes) -> int:
    """How many pages a PDF has."""
    return len(pikepdf.open(io.BytesIO(file)).pages)


JOBS = {"many": many, "draw": drawing, "figures": counting, "sweep": sweep, "pdf": printing, "export": taking_away}


def run(job: str) -> None:
    """Measure one of the jobs, and print the lines for the run to read."""
    print(table.dump(JOBS[job]()))


if __name__ == "__main__":
    run(sys.argv[1])
