"""The lists of reports and of learning needs as files to keep: what the pages show, and no more than one may see."""

from __future__ import annotations

import csv
import json
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from people.models import TrailEntry, User
from reporting import periods
from reporting.learning import learning
from reporting.models import Report
from reporting.reports import generate, issue
from tests.conftest import NOW, TODAY
from tests.factories import Council

pytestmark = pytest.mark.usefixtures("issued_at_once")


@pytest.fixture(autouse=True)
def on_the_day(settings: Any) -> None:
    settings.TODAY = TODAY


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def rows_taken(person: User, address: str) -> list[dict[str, str]]:
    reply = signed_in(person).get(address)
    assert reply.status_code == 200
    return list(csv.DictReader(StringIO(b"".join(reply).decode("utf-8-sig"))))  # type: ignore[arg-type]


def kept_of(act: str) -> list[Any]:
    return [json.loads(entry.content or "") for entry in TrailEntry.objects.filter(act=act)]


def test_reports_leave_a_row_a_version_and_one_for_each_that_waits(council: Council) -> None:
    by = council.qa_officer
    report = generate.generate_report(report=generate.claim(period=periods.parse("2026-10"), by=by, at=NOW), at=NOW)
    rows = rows_taken(by, "/reports/reports.csv")
    assert list(rows[0]) == [
        *("Period", "Name of the period", "Report", "Kind", "Version", "State", "Data as at", "Issued", "Answered"),
        "Why it corrects the one before",
    ]
    by_period = {row["Period"]: row for row in rows}
    assert len(by_period) == 12
    found, waiting = by_period["2026-10"], by_period["2026-09"]
    assert (found["Report"], found["State"], found["Kind"]) == (report.ref, "Ready to issue", "Monthly")
    assert (waiting["Report"], waiting["State"], waiting["Version"]) == ("", "Not started", "")
    assert rows_taken(council.reader, "/reports/reports.csv") == [], "readers see what is out alone"
    assert kept_of("reports.exported") == [{"reports": 1, "filter": ""}, {"reports": 0, "filter": ""}]
    issue.issue_report(report=Report.objects.get(pk=report.pk), by=by, at=NOW)
    [row] = rows_taken(council.reader, "/reports/reports.csv")
    assert (row["Report"], row["State"]) == (report.ref, "Issued")
    assert row["Issued"]
    assert 'href="/reports/reports.xlsx"' in signed_in(council.reader).get("/reports/").content.decode()
    book = load_workbook(BytesIO(b"".join(signed_in(council.reader).get("/reports/reports.xlsx"))))  # type: ignore[arg-type]
    assert [cell.value for cell in book.active["A"]] == ["Period", "2026-10"]


def test_needs_leave_with_what_is_offered(council: Council) -> None:
    officer = council.qa_officer
    assert "needs.xlsx" not in signed_in(officer).get("/needs/").content.decode(), "nothing to take where nothing is"
    answered = learning.raise_need(words="=Direct work", standard=5, professional=3, by=officer, at=NOW)
    learning.answer_need(need=answered, words="A day in March", by=officer, at=NOW)
    learning.raise_need(words="Genograms", standard=None, by=officer, at=NOW)
    open_need, row = rows_taken(officer, "/needs/needs.csv")
    assert list(row) == [
        *("Need", "Standard", "Social Work England", "What asked for it", "Raised by", "Raised", "Offered"),
        *("Answered by", "Answered"),
    ]
    assert (open_need["Need"], open_need["Standard"], open_need["Answered"]) == ("Genograms", "", "")
    assert (row["Need"], row["Standard"], row["Offered"]) == ("'=Direct work", "5", "A day in March")
    assert row["Social Work England"].startswith("3. ")
    assert 'href="/needs/needs.csv"' in signed_in(officer).get("/needs/").content.decode()
    assert kept_of("needs.exported") == [{"needs": 2, "filter": ""}]
    assert signed_in(council.auditor).get("/needs/needs.csv").status_code == 403
