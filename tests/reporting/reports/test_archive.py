"""A year in one file: every file is named in its index with its fingerprint, and nothing in it runs."""

from __future__ import annotations

import csv
import hashlib
import re
import zipfile
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pytest
from django.test import Client

from audits.models import Note
from reporting import periods
from reporting.models import Report
from reporting.plan import recommendations
from reporting.reports import checking, drafting, editions, generate, issue, workbook
from reporting.themes import vocabulary
from tests.conftest import NOW
from tests.factories import Council
from tests.reporting.builder import Builder

OCTOBER = periods.parse("2026-10")
RUNS = "=HYPERLINK(A1)"


@pytest.fixture
def report(council: Council, settings: Any, issued_at_once: None) -> Report:
    """A month's report that was issued, with a recommendation and a theme that a spreadsheet would run."""
    settings.TODAY = NOW.date()
    officer, head = council.qa_officer, council.head_of_qa
    audit = Builder(council).audit(OCTOBER.first, grade="good")
    note = Note.objects.create(audit=audit, slug="s3-worried", text="x", saved_at=NOW, saved_by=council.auditor)
    theme = vocabulary.coin(name=RUNS, side="worried", standard=3, by=officer, at=NOW)
    vocabulary.tag(note=note, themes=[theme], by=officer, at=NOW)
    draft = drafting.start_draft(period=OCTOBER, by=officer, at=NOW)
    wording = recommendations.Wording("practice", RUNS, "@SUM(A1)", 3)
    recommendations.recommend(report=draft, wording=wording, by=officer, at=NOW)
    made = generate.generate_report(report=generate.request_report(report=draft, by=officer, at=NOW), at=NOW)
    issued = issue.issue_report(
        report=checking.check_every_line(report=made, read=True, by=head, at=NOW), by=officer, at=NOW
    )
    editions.make_editions(report=issued, at=NOW)
    return issued


def test_the_year_in_one_file_holds_what_its_index_says(council: Council, report: Report) -> None:
    reader = Client()
    reader.force_login(council.reader)
    reply = reader.get("/reports/year.zip?year=2026-27")
    assert (reply["Content-Type"], reply["Cache-Control"]) == ("application/zip", "private, no-store")
    with zipfile.ZipFile(BytesIO(reply.content)) as packed:
        assert packed.testzip() is None
        names = [name for name in packed.namelist() if name != "index.html"]
        index = packed.read("index.html").decode()
        rows = re.findall(r'<a href="([^"]+)">.*?<code>([0-9a-f]{64})</code>', index, re.DOTALL)
        assert [name for name, _ in rows] == names
        assert all(hashlib.sha256(packed.read(name)).hexdigest() == sha256 for name, sha256 in rows)
        papers = [name for name in names if name.endswith(".pdf")]
        assert papers == [f"{report.ref}/{report.ref}.pdf", f"{report.ref}/{report.ref}-large.pdf"]
        assert packed.read(papers[0]) == bytes(Report.objects.get().pdf or b"")
        assert all(packed.read(name).startswith(b"%PDF-") for name in papers)
        assert not any(name.startswith("/") or ".." in name for name in names)
        cells = [
            cell
            for name in names
            if name.endswith(".csv")
            for row in csv.reader(StringIO(packed.read(name).decode("utf-8-sig")))
            for cell in row
        ]
    assert f"'{RUNS}" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert reader.get("/reports/year.zip?year=2025-26").status_code == 422
    assert reader.get("/reports/year.zip?year=2026-10").status_code == 422
    stranger = Client()
    stranger.force_login(council.keyworker)
    assert stranger.get("/reports/year.zip").status_code == 403


def test_every_table_opens_as_a_workbook_without_a_formula(council: Council, report: Report) -> None:
    officer = Client()
    officer.force_login(council.qa_officer)
    said = []
    for table in workbook.tables(Report.objects.get()):
        reply = officer.get(f"/reports/{report.ref}/tables/{table.slug}.xlsx")
        sheet = openpyxl.load_workbook(BytesIO(b"".join(reply.streaming_content))).active  # type: ignore[attr-defined]
        assert sheet is not None
        rows = list(sheet.iter_rows())
        assert len(rows) == len(table.rows) + 1
        assert tuple(cell.value for cell in rows[0]) == table.heads
        assert not [cell for row in rows for cell in row if cell.data_type == "f"]
        said += [cell.value for row in rows for cell in row]
    assert f"'{RUNS}" in said
    assert "'@SUM(A1)" in said
