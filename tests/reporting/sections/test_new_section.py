"""A section of a report is one module and one line: one that only this test knows is counted, frozen, printed and
taken away with the rest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import pytest
from django.template.loader import render_to_string
from django.test import Client

from audits.models import Audit
from reporting import periods
from reporting.models import Report
from reporting.reports import checking, document, drafting, generate, issue
from reporting.sections.bars import Bar, bars, figures_table
from reporting.sections.base import Figure, Window, counted, finalised_between
from reporting.sections.contents import SECTIONS, read_figures
from reporting.sections.row_lists import AuditList, RowList
from reporting.sections.section import Figures, Section, Table, View
from tests.conftest import NOW
from tests.factories import Council, finalised_audit

TEMPLATE = """<section id="mornings">
  <h2>Met in the morning</h2>
  {% for bar in mornings %}<p>{{ bar.name }}: {{ bar.now }}</p>{% endfor %}
</section>
"""


@dataclass(frozen=True)
class Mornings(Section):
    """How many audits were finalised before noon."""

    name = "mornings"
    key = "mornings"
    template = "mornings.html"

    early: Figure

    @classmethod
    def count(cls, window: Window) -> Self:
        """Audits of the period: one query."""
        audits = Audit.objects.filter(counted(), finalised_between(window.period, window.period))
        early = audits.filter(finalised_at__hour__lt=12).count()
        return cls(Figure("Before noon", "Audits finalised before noon.", early, audits.count()))

    def page(self, view: View) -> list[Bar]:
        """The share as a bar."""
        return bars([self.early])

    def tables(self, figures: Figures) -> Iterator[Table]:
        """The count."""
        yield figures_table("mornings", "Finalised in the morning", [self.early])

    def row_lists(self) -> Iterator[RowList]:
        """All that stand: it is only a test."""
        yield AuditList("mornings", "Of any morning", lambda row: row.stands)


@pytest.fixture
def mornings(settings: Any, tmp_path: Path) -> Iterator[None]:
    """One line in the list of sections, and its template."""
    (tmp_path / "mornings.html").write_text(TEMPLATE)
    (engine,) = settings.TEMPLATES
    settings.TEMPLATES = [engine | {"DIRS": [*engine["DIRS"], tmp_path]}]
    SECTIONS.append(Mornings)
    yield
    SECTIONS.remove(Mornings)


def issued(council: Council) -> Report:
    """A quarter's report, made and issued: a month's has room for few sections."""
    by = council.qa_officer
    draft = drafting.start_draft(period=periods.parse("2026-27Q3"), by=by, at=NOW)
    report = generate.generate_report(report=generate.request_report(report=draft, by=by, at=NOW), at=NOW)
    if checking.needed(report):
        report = checking.check_every_line(report=report, read=True, by=council.head_of_qa, at=NOW)
    return issue.issue_report(report=report, by=council.head_of_qa, at=NOW, why="Agreed.")


@pytest.mark.usefixtures("mornings")
def test_a_new_section_is_counted_frozen_printed_and_taken_away(client: Client, council: Council) -> None:
    audit = finalised_audit(council, number=1)
    report = issued(council)
    stored = Report.objects.get(pk=report.pk).figures["mornings"]
    assert stored == {
        "early": {
            "name": "Before noon",
            "definition": "Audits finalised before noon.",
            "count": 1,
            "of": 1,
            "before": None,
            "before_of": None,
        }
    }
    assert read_figures(report.figures).of(Mornings).early.count == 1
    assert bytes(report.pdf or b"").startswith(b"%PDF")

    client.force_login(council.qa_officer)
    page = client.get(f"/reports/{report.ref}/").content.decode()
    assert "<p>Before noon: 1 of 1</p>" in page
    assert f'href="/reports/{report.ref}/rows/mornings/"' in page
    assert "Finalised in the morning" in client.get(f"/reports/{report.ref}/tables/").content.decode()
    csv = b"".join(client.get(f"/reports/{report.ref}/tables/mornings.csv")).decode()  # type: ignore[arg-type]
    assert "Before noon,1,1,,,Audits finalised before noon." in csv
    assert audit.ref in client.get(f"/reports/{report.ref}/rows/mornings/").content.decode()


def test_a_report_that_was_frozen_before_there_was_such_a_section_opens_without_it(
    council: Council, request: pytest.FixtureRequest
) -> None:
    finalised_audit(council, number=1)
    report = issued(council)
    before = document.render_document(report, read_figures(report.figures))
    request.getfixturevalue("mornings")
    figures = read_figures(report.figures)
    assert figures.get(Mornings) is None
    assert figures.of(Mornings).early.count == 0
    after = document.render_document(report, figures)
    assert "Before noon" not in after
    assert after.replace(render_to_string("mornings.html"), "").split() == before.split()
