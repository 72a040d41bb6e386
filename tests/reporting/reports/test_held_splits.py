"""Reports of one council year, one after the other: what is out stays, and what would tell on it is held back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

import pytest

from audits.categories.change import category_or_404, change_category, code_before, number_of_changes
from qualitycounts.base import clock
from qualitycounts.base.refusals import NotNow
from reporting import periods
from reporting.models import Report
from reporting.reports import checking, drafting, generate, issue
from tests.factories import Council
from tests.reporting.builder import Builder

FIRST = {"CIN": (9, 8), "CLA": (7, 6), "CP": (8, 7)}
SECOND = {"CIN": (1, 2), "CLA": (7, 8), "CP": (2, 9)}
"""Good and Inadequate: in the second quarter a child in need is one of three."""


@pytest.fixture(autouse=True)
def drawn_as_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reporting.pdf.render", lambda html: html.encode())


@pytest.fixture
def builder(council: Council) -> Builder:
    return Builder(council)


def quarter(builder: Builder, first: date, counts: Mapping[str, tuple[int, int]]) -> None:
    for category, (good, bad) in counts.items():
        for place, grade in enumerate(["good"] * good + ["inadequate"] * bad):
            builder.audit(first + timedelta(days=place), hour=9, grade=grade, category=category, team=None)


def made(council: Council, written: str, at: datetime) -> Report:
    draft = drafting.start_draft(period=periods.parse(written), by=council.qa_officer, at=at)
    report = generate.request_report(report=draft, by=council.qa_officer, at=at)
    report = generate.generate_report(report=report, at=at)
    return checking.check_every_line(report=report, read=True, by=council.head_of_qa, at=at)


def out(report: Report, council: Council, at: datetime) -> Report:
    return issue.issue_report(report=report, by=council.head_of_qa, at=at, why="Agreed.")


def categories(report: Report) -> dict[str, str]:
    return {row["name"]: row["audits"] for row in report.figures["audits"]["by_category"]["rows"]}


def test_a_half_year_holds_back_what_two_quarters_with_it_would_tell(council: Council, builder: Builder) -> None:
    quarter(builder, date(2026, 4, 1), FIRST)
    quarter(builder, date(2026, 7, 1), SECOND)
    at = clock.start_of(date(2026, 11, 2))
    alone = made(council, "2026-27H1", at)
    assert categories(alone)["Child in need"] == "20", "with nothing out it is printed"
    quarters = [out(made(council, written, at), council, at) for written in ("2026-27Q1", "2026-27Q2")]
    assert categories(quarters[0])["Child in need"] == "17"
    assert categories(quarters[1])["Child in need"] == "<5"
    before = [(report.sha256, report.figures) for report in quarters]

    with pytest.raises(NotNow, match=r"would tell a small number\. Start version 2"):
        out(alone, council, at)
    again = out(made(council, "2026-27H1", at), council, at)
    assert categories(again).get("Child in need", "") in ("", "[c]")
    assert again.figures["audits"]["by_category"]["audits"] == 74
    assert [
        (each.sha256, each.figures) for each in Report.objects.filter(kind="quarterly").order_by("period")
    ] == before


def renamed(council: Council, code: str, name: str, at: datetime) -> None:
    category = category_or_404(code)
    asked = {"after": code_before(code), "why": "As we speak now.", "number": number_of_changes()}
    assert change_category(code, name=name, by=council.head_of_qa, at=at, **asked).former[-1] == category.name


def test_a_category_under_another_name_is_held_against_what_is_out_under_the_old_one(
    council: Council, builder: Builder
) -> None:
    quarter(builder, date(2026, 4, 1), FIRST)
    quarter(builder, date(2026, 7, 1), SECOND)
    at = clock.start_of(date(2026, 11, 2))
    alone = made(council, "2026-27H1", at)
    first = out(made(council, "2026-27Q1", at), council, at)
    renamed(council, "CIN", "Family Help (targeted)", at)
    renamed(council, "CP", "Child protection", at)
    second = out(made(council, "2026-27Q2", at), council, at)
    renamed(council, "CIN", "Family Help", at)
    assert (categories(first)["Child in need"], categories(second)["Family Help (targeted)"]) == ("17", "<5")

    with pytest.raises(NotNow, match=r"would tell a small number\. Start version 2"):
        out(alone, council, at)
    again = out(made(council, "2026-27H1", at), council, at)
    assert categories(again).get("Family Help", "") in ("", "[c]"), "20 less 17 would tell the 3 of the second quarter"
    first.refresh_from_db()
    assert set(categories(first)) == {"Child in need", "Child looked after", "Child protection plan"}


def test_a_quarter_beside_another_is_printed_as_by_itself(council: Council, builder: Builder) -> None:
    quarter(builder, date(2026, 4, 1), FIRST)
    quarter(builder, date(2026, 7, 1), SECOND)
    at = clock.start_of(date(2026, 11, 2))
    by_itself = made(council, "2026-27Q2", at).figures["audits"]["by_category"]
    out(made(council, "2026-27Q1", at), council, at)
    assert made(council, "2026-27Q2", at).figures["audits"]["by_category"] == by_itself
