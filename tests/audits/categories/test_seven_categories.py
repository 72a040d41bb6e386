"""A council with seven categories under its own names, from its case list to a report that is out."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audits.allocation.independence import AUDITS_A_MONTH
from audits.draw import draws, recompute
from audits.meeting.desk import build_page
from audits.models import CASE_NUMBER, Audit, Case, Draw, Import
from audits.record.clashes import asked_criteria
from audits.register.mapping.choice import word_field
from people import council_settings
from qualitycounts.base import clock
from reporting import periods
from reporting.reports import checking, drafting, generate, issue
from standards import categories
from standards.review_intervals import BY_LAW
from tests.audits.categories.seven import NAMES, rename, seven
from tests.audits.register.extracts import as_csv, line
from tests.audits.register.mapping.settle import go_on, hand_over_file
from tests.conftest import NOW, TODAY
from tests.factories import Council, allocated_audit, met_and_signed, open_audit
from tests.reporting.builder import Builder

WORDS = {
    "EH": "Family Help (targeted)",
    "CIN": "Family Help Level 4",
    "CP": "CP",
    "CLA": "children looked after",
    "CL": "Care Leaver",
    "SB": "Short breaks",
    "UASC": "uasc",
}
"""What the case system writes: names of now and of before, codes, and words of its own."""
MET = datetime(2026, 12, 7, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def fixed_day(settings: Any, monkeypatch: pytest.MonkeyPatch, council: Council) -> None:
    settings.TODAY = TODAY
    monkeypatch.setattr("reporting.pdf.render", lambda html: html.encode())
    seven(council.head_of_qa)


def import_cases(client: Client) -> None:
    """Bring six cases of each category, whose words are settled on the page."""
    rows = [
        line(
            f"{number}{place}",
            Category=word,
            Worker_Email=("kofi.brennan", "niamh.okonkwo")[number % 2] + "@example.gov.uk",
        )
        for place, word in enumerate(WORDS.values(), 1)
        for number in range(10, 16)
    ]
    page = hand_over_file(client, as_csv(*rows), "cases.csv")
    asked = {field.label: field.value() for field in client.get(page).context["form"].word_rows()}
    assert asked == {
        "family help (targeted)": "EH",
        "family help level 4": "",
        "children looked after": "CLA",
        "care leaver": "CL",
        "short breaks": "SB",
    }
    go_on(client, page, keep="Ours", **{word_field("family help level 4"): "CIN"})
    client.post(reverse("register-import-apply", args=[Import.objects.latest("pk").pk]))


def drawn_by_an_outsider(draw: Draw) -> set[tuple[str, str]]:
    """The two lowest tickets of each category, by the frozen list and the seed alone."""
    tickets: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in draw.frame.splitlines():
        person_id, code = row.split(",")
        tickets[code].append((sha256(f"{draw.seed}:{person_id}".encode()).hexdigest(), person_id))
    return {(code, person_id) for code, rows in tickets.items() for _, person_id in sorted(rows)[:2]}


def test_from_the_extract_through_mapping_and_draw_to_a_signed_record(client: Client, council: Council) -> None:
    client.force_login(council.qa_officer)
    import_cases(client)
    held = Case.objects.filter(closed_on=None).values_list("category", flat=True)
    assert {code: list(held).count(code) for code in NAMES} == dict.fromkeys(NAMES, 6)
    page = client.get("/register/").content.decode()
    assert [name for name in NAMES.values() if name not in page] == []
    more = {"value": "20", "why": "For a month.", "number": 0}
    council_settings.change(AUDITS_A_MONTH, by=council.head_of_qa, at=NOW, **more)  # type: ignore[arg-type]
    draw = draws.run(month=date(2026, 12, 1), size=14, by=council.qa_officer, at=NOW)
    assert set(draw.picks.values_list("category", "case__person_id")) == drawn_by_an_outsider(draw)
    assert recompute.recompute_draw(draw.ref).ok
    page = client.get(f"/draws/{draw.ref}/proof/").content.decode()
    assert [name for name in NAMES.values() if name not in page] == []
    audit = Audit.objects.filter(category="SB").select_related("case", "auditor", "keyworker")[0]
    audit = met_and_signed(audit, grade="good", at=MET)
    assert (audit.state, audit.get_category_display()) == ("finalised", "Short breaks")
    assert "Short breaks" in client.get(f"/audits/{audit.ref}/").content.decode()


@pytest.mark.parametrize(("code", "base", "law"), [("SB", "CIN", ""), ("UASC", "CLA", str(BY_LAW["CLA"]))])
def test_its_meeting_asks_what_its_base_is_asked(council: Council, code: str, base: str, law: str) -> None:
    Case.objects.filter(pk=council.case.pk).update(category=code)
    council.case.refresh_from_db()
    audit = open_audit(council, case=council.case)
    own = asked_criteria(audit)
    applies = {row.number: row.applies for row in audit.judgements.exclude(number=CASE_NUMBER)}
    said = {
        str(fact) for step in "34" for point in build_page(audit, council.auditor, step).points for fact in point.facts
    }
    assert law in said if law else not any("a review" in each for each in said), said
    audit.category = base
    assert own == asked_criteria(audit)
    assert applies == {each.number: base in each.applies_to for each in audit.standard_set.standards.all()}


def test_a_report_prints_them_and_keeps_its_words_when_they_change(client: Client, council: Council) -> None:
    builder = Builder(council)
    for code in NAMES:
        for place in range(14):
            grade = "good" if place % 2 else "inadequate"
            builder.audit(date(2026, 7, 1) + timedelta(days=place), hour=9, grade=grade, category=code, team=None)
    at = clock.start_of(date(2026, 11, 2))
    draft = drafting.start_draft(period=periods.parse("2026-27Q2"), by=council.qa_officer, at=at)
    report = generate.request_report(report=draft, by=council.qa_officer, at=at)
    report = generate.generate_report(report=report, at=at)
    report = checking.check_every_line(report=report, read=True, by=council.head_of_qa, at=at)
    report = issue.issue_report(report=report, by=council.head_of_qa, at=at, why="Agreed.")
    rows = {row["name"]: row["audits"] for row in report.figures["audits"]["by_category"]["rows"]}
    assert rows == dict.fromkeys(NAMES.values(), "14")
    [needs] = [each for each in report.figures["coverage"]["splits"] if each["name"] == "Category of need"]
    assert [row["name"] for row in needs["rows"]] == [NAMES[code] for code in categories.case_categories().by_code]
    rename(council.head_of_qa, "SB", "Breaks")
    client.force_login(council.head_of_qa)
    shown = b"".join(client.get(f"/reports/{report.ref}/figures.csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert ("Short breaks" in shown, "Breaks," in shown) == (True, False)


def test_a_file_is_written_with_as_many_queries_for_many_rows_as_for_one(client: Client, council: Council) -> None:
    client.force_login(council.qa_officer)

    def taken() -> tuple[int, list[str]]:
        with CaptureQueriesContext(connection) as queries:
            answer = b"".join(client.get("/audits/audits.csv").streaming_content)  # type: ignore[attr-defined]
        rows = csv.DictReader(io.StringIO(answer.decode("utf-8-sig")))
        return len(queries), [row["Category"] for row in rows]

    taken()
    allocated_audit(council)
    first = taken()
    for number in range(2, 12):
        allocated_audit(council, number=number)
    assert taken() == (first[0], ["Child protection"] * 11)
