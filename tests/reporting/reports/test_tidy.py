"""A report's numbers as a tidy table: all of them, each once, as numbers, and masked where the report masks."""

from __future__ import annotations

import io
import re
from collections import Counter
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.test import Client

from people.models import User
from reporting import periods
from reporting.models import Report
from reporting.odds import Share, bounds
from reporting.reports import generate, tidy_table
from reporting.reports.tidy_table import ReportRow
from reporting.sections.contents import all_tables, read_figures
from tests.conftest import NOW, TODAY
from tests.factories import Council
from tests.reporting.builder import Builder
from tests.reporting.feed.test_feed import HEADINGS
from tests.reporting.reports.test_golden import KINDS, golden
from tests.shape import ROOT


def rows_of(kind: str) -> list[ReportRow]:
    stored = golden(kind)["figures"]
    return list(tidy_table.rows_of_report(Report(ref="REP-1", period=stored["period"], kind=kind, figures=stored)))


@pytest.mark.parametrize("kind", KINDS)
def test_no_two_rows_are_the_same_number(kind: str) -> None:
    rows = [each.row for each in rows_of(kind)]
    assert len(rows) > 300
    keys = Counter((row.part, row.group, row.figure, row.period, row.unit) for row in rows)
    assert [key for key, n in keys.items() if n > 1] == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_figure_and_every_share_of_a_report_is_in_it(kind: str) -> None:
    """Found by another way: whatever in the stored report has a name and a count, or is a row of shares."""
    stored = golden(kind)["figures"]
    figures = Counter[tuple[Any, ...]]()
    shares = Counter[tuple[Any, ...]]()

    def look(value: Any) -> None:
        if isinstance(value, dict) and {"name", "count", "definition"} <= set(value):
            figures[value["name"], value["count"], value["of"]] += 1
        elif isinstance(value, dict) and "by_month" in value:
            shares.update(zip(value["counts"], value["ofs"], strict=True))
        elif isinstance(value, dict | list):
            for each in value.values() if isinstance(value, dict) else value:
                look(each)

    look({name: value for name, value in stored.items() if name != "story"})
    assert sum(figures.values()) > 50
    rows = [each.row for each in rows_of(kind)]
    assert figures - Counter((row.figure, row.count, row.of) for row in rows) == Counter()
    assert shares - Counter((row.count, row.of) for row in rows) == Counter()


def test_what_the_report_hides_is_hidden_and_said_to_be() -> None:
    stored = golden("quarterly")["figures"]
    split = stored["audits"]["by_category"]
    printed = [cell for row in split["rows"] for cell in (row["audits"], row["good"], row["below"], *row["grades"])]
    rows = [each.row for each in rows_of("quarterly") if each.row.group.startswith("By category")]
    assert [row.masked or str(row.count) for row in rows] == [cell.replace(",", "") for cell in printed]
    assert [row.count for row in rows if row.masked] == [None] * sum(row.masked != "" for row in rows)
    assert all(row.bounds is None for row in rows if row.masked)


def test_the_workbook_has_a_cover_notes_and_numbers_as_numbers(council: Council, settings: Any) -> None:
    settings.TODAY = TODAY
    Builder(council, on=TODAY).audits(60)
    report = generate.report_for(period=periods.parse("2026-27Q2"), by=council.qa_officer, at=NOW)
    client = Client()
    client.force_login(council.head_of_qa)
    reply = client.get(f"/reports/{report.ref}/figures.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(reply)))  # type: ignore[arg-type]
    assert book.sheetnames == ["Cover", "Notes", "Figures"]
    cover = dict(book["Cover"].iter_rows(values_only=True))
    assert cover["Reference and version"] == f"{report.ref}, version 1"
    assert [row[0] for row in book["Notes"].iter_rows(values_only=True)] == ["Heading", *HEADINGS]
    titles, *rows = book["Figures"].iter_rows(values_only=True)
    assert list(titles) == HEADINGS
    records = [dict(zip(HEADINGS, row, strict=True)) for row in rows]
    kinds = {name: {type(record[name]) for record in records if record[name] is not None} for name in HEADINGS}
    for name in ("count", "of", "percent", "low", "high", "version"):
        assert kinds[name] <= {int, float}, name
    assert kinds["period"] == kinds["figure"] == {str}
    assert {record["starts_on"].date() for record in records if record["period"] == "2026-27Q2"} == {date(2026, 7, 1)}
    graded = [record for record in records if record["percent"] is not None]
    assert len(graded) > 100
    for record in graded:
        low, high = bounds(Share(record["count"], record["of"]))
        assert record["percent"] == round(100 * record["count"] / record["of"], 1)
        assert (record["low"], record["high"]) == (round(100 * low, 1), round(100 * high, 1))


def test_a_report_that_is_not_made_has_none(council: Council, settings: Any) -> None:
    settings.TODAY = TODAY
    report = Report.objects.create(ref="REP-2610-1", period="2026-10", kind="monthly", made_at=NOW)
    client = Client()
    client.force_login(council.head_of_qa)
    for kind in ("csv", "xlsx"):
        assert client.get(f"/reports/{report.ref}/figures.{kind}").status_code == 404


def test_readers_take_the_figures_of_issued_reports_alone(council: Council, settings: Any) -> None:
    settings.TODAY = TODAY
    reader: User = council.reader
    report = generate.report_for(period=periods.parse("2026-10"), by=council.qa_officer, at=NOW)
    client = Client()
    client.force_login(reader)
    assert client.get(f"/reports/{report.ref}/figures.csv").status_code == 404
    Report.objects.filter(pk=report.pk).update(state="issued", issued_at=NOW, issued_by=council.qa_officer)
    assert client.get(f"/reports/{report.ref}/figures.csv").status_code == 200


def test_the_headings_are_documented() -> None:
    """They stay, as others build on them: the page for operators has each with its meaning."""
    documented = re.findall(r"^\| `(\w+)` \| (.+) \|$", (ROOT / "docs/operations.md").read_text(), re.MULTILINE)
    assert [pair for pair in documented if pair[0] in HEADINGS] == [
        (heading.name, heading.means) for heading in tidy_table.HEADINGS
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_each_row_of_each_table_to_take_away_has_a_cell_for_each_heading(kind: str) -> None:
    tables = list(all_tables(read_figures(golden(kind)["figures"])))
    assert len(tables) > 20
    assert [table.slug for table in tables for row in table.rows if len(row) != len(table.heads)] == []
