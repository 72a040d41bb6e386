"""A year in one file: every file is named in its index with its fingerprint, and nothing in it runs."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import zipfile
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from audits.models import Audit, Note
from people.models import User
from reporting import periods
from reporting.models import Report
from reporting.plan import recommendations
from reporting.reports import archive, checking, drafting, editions, generate, issue, workbook
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
        folder = f"what-we-know/{report.ref}/{report.ref}"
        assert papers == [f"{folder}{kind}.pdf" for kind in ("", "-annex", "-large")]
        assert packed.read(papers[0]) == bytes(Report.objects.get().pdf or b"")
        assert all(packed.read(name).startswith(b"%PDF-") for name in papers)
        assert "graded by two people, and validated" not in index, "not every case is drawn, nor before the panel"
        assert "the validation panel looks at a sample" in index
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


def packed_year(user: User | None) -> dict[str, bytes]:
    """The files of the year, by name, as the person gets them; None: the command."""
    data = archive.pack_year(year=periods.parse("2026-27"), user=user, at=NOW)
    with zipfile.ZipFile(BytesIO(data)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(data.decode("utf-8-sig"))))


def test_a_superseded_version_is_in_it_with_why_and_the_index_asks_the_three_questions(
    council: Council, report: Report
) -> None:
    first, why = bytes(Report.objects.get().pdf or b""), "An audit was counted twice."
    draft = drafting.start_draft(period=OCTOBER, by=council.qa_officer, at=NOW, why=why)
    made = generate.generate_report(report=generate.request_report(report=draft, by=council.qa_officer, at=NOW), at=NOW)
    checked = checking.check_every_line(report=made, read=True, by=council.head_of_qa, at=NOW)
    second = issue.issue_report(report=checked, by=council.qa_officer, at=NOW)
    files = packed_year(council.reader)
    assert files[f"what-we-know/superseded/{report.ref}/{report.ref}.pdf"] == first
    assert f"what-we-know/{second.ref}/{second.ref}.pdf" in files
    index = files["index.html"].decode()
    asked = re.findall("<h2>(.*?)</h2>", index)
    assert asked == [
        "What do we know about the quality of practice?",
        "How do we know it?",
        "What comes next?",
    ]
    assert f"Replaced by {second.ref}: {why}" in index
    assert index.index("Superseded: ") > index.index(f"{second.ref}, version 2")
    [asked_for] = rows_of(files["what-next/recommendations.csv"])
    assert asked_for["Report"] == second.ref, "a superseded version asks for nothing"


def test_the_chain_of_each_audit_is_for_the_qa_team_and_names_nobody(council: Council, report: Report) -> None:
    audit = Audit.objects.get()
    Builder(council, number=40).action(audit, 1, OCTOBER.first, state="verified")
    whole = packed_year(council.qa_officer)
    [row] = rows_of(whole["how-we-know-it/chain.csv"])
    assert (row["Audit"], row["Grade now"], row["Actions"], row["Of these, checked"]) == (audit.ref, "Good", "1", "1")
    text = b"".join(data for name, data in whole.items() if name.endswith(".csv")).decode()
    assert not [mark for mark in (audit.case.person_id, council.keyworker.name, council.auditor.name) if mark in text]
    assert {name for name in whole if name.startswith("how-we-know-it/")} == {
        f"how-we-know-it/{name}.csv" for name in ("standards", "draws", "panels", "chain")
    }
    assert "how-we-know-it/chain.csv" not in packed_year(council.reader)
    assert set(packed_year(None)) == set(whole)


def test_the_command_packs_the_same_year(council: Council, report: Report, tmp_path: Path) -> None:
    out = tmp_path / "year.zip"
    said = StringIO()
    call_command("year", "2026-27", out=out, json=True, stdout=said)
    done = json.loads(said.getvalue())
    assert (done["year"], done["sha256"]) == ("2026-27", hashlib.sha256(out.read_bytes()).hexdigest())
    assert done["files"] == len(packed_year(None))
    for year, to, why in (("2025-26", out, "was issued yet"), ("2026-10", out, "not a council year")):
        with pytest.raises(CommandError, match=why):
            call_command("year", year, out=to, stdout=StringIO())
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("year", "2026-27", out=tmp_path / "no" / "year.zip", stdout=StringIO())


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
