"""The whole document: every chart with its table and words, every table with its heads, and nothing of any child."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.test import TestCase

from audits.models import Action, Audit, Mark, Note
from reporting import pdf, periods
from reporting.models import Report
from reporting.reports import checking, counting, document
from reporting.sections.contents import read_figures
from tests.audits.panel.panels import SITTING, Sitters
from tests.audits.panel.test_figures import a_decided_panel
from tests.conftest import NOW
from tests.factories import Council
from tests.reporting.builder import Builder
from tests.reporting.test_pdf import elements

SECRET = "Zebedee kicked the wardrobe"


def report(period: str, **words: str) -> Report:
    return Report(ref="REP-2610-1", period=period, kind="monthly", number=1, **words)


def headings(entries: Any) -> Iterator[Any]:
    """Every heading of the file's outline."""
    for entry in entries:
        yield entry
        yield from headings(entry.children)


class TestDocument(TestCase):
    """A year of audits, with words in every box that holds words."""

    @classmethod
    def setUpTestData(cls) -> None:
        Builder(Council.make(), seed=4).audits(160)
        Note.objects.update(text=SECRET)
        Mark.objects.update(seen=SECRET)
        Action.objects.update(what=SECRET, measure=SECRET, outcome=SECRET, evidence=SECRET)
        Audit.objects.update(finalised_why=SECRET)

    def html(self, period: str = "2026-10", **words: str) -> str:
        return document.render_document(report(period, **words), counting.compose(periods.parse(period), at=NOW))

    def test_no_words_and_no_reference_of_any_audit_are_in_it(self) -> None:
        for period in ("2026-10", "2026-27Q2", "2026-27"):
            page = self.html(period)
            assert SECRET not in page
            assert "QC-" not in page
            for audit in Audit.objects.select_related("case"):
                assert audit.case.person_id not in page

    def test_a_month_is_not_split_and_a_quarter_claims_no_more_than_it_hides(self) -> None:
        month, quarter = self.html(), self.html("2026-27Q2")
        assert 'aria-label="Table: audits by' not in month
        assert "&lt;5 stands for" not in month
        assert 'aria-label="Table: audits by' in quarter
        assert "worked out from this report by subtraction. Reports of other periods" in quarter

    def test_nobody_who_was_audited_or_audits_is_named(self) -> None:
        page = self.html()
        for name in ("Niamh Okonkwo", "Kofi Brennan", "Tomasz Adeyemi", "Devinder Halloran"):
            assert name not in page

    def test_what_is_asked_is_a_table_of_who_and_what(self) -> None:
        page = self.html(
            recommendations="DMT: agree an hour.\n- clear what is late\nA colon: in: it", worries="• Plans."
        )
        asked = re.findall(r'<th scope="row">(\w[\w ]*)</th>\s*<td>([^<]+)</td>', page)
        assert ("DMT", "Agree an hour.") in asked
        assert ("All", "Clear what is late") in asked
        assert ("A colon", "In: it") in asked
        assert "<li>Plans.</li>" in page

    def test_every_table_has_heads_and_every_picture_says_what_it_shows(self) -> None:
        page = self.html()
        assert page.count("<table") == page.count("<thead")
        for head in re.findall(r"<th[ >][^>]*>", page):
            assert "scope=" in head
        for picture in re.findall(r"<svg.*?</svg>", page, re.DOTALL):
            title = re.search(r"<title[^>]*>([^<]+)</title>", picture)
            assert title
            assert title[1].endswith(".")

    def test_the_pdf_says_everything_that_the_page_shows(self) -> None:
        words = "\n".join(f"Head of Service {place}: agree a protected hour a month for plans." for place in range(5))
        page = self.html(recommendations=words)
        with pikepdf.open(BytesIO(pdf.render(page))) as file:
            found = list(elements(file))
            figures = [str(item.Alt) for item in found if str(item.S) == "/Figure"]
            heads = [str(item.A.Scope) for item in found if str(item.S) == "/TH" and "/A" in item]
            assert len(figures) == page.count("<svg")
            assert all(words.endswith(".") for words in figures)
            assert set(heads) == {"/Column", "/Row"}
            assert str(file.docinfo.Title) == "Monthly audit report, October 2026"
            assert len(file.pages) == 2
            with file.open_outline() as outline:
                pages = {
                    str(entry.title): file.pages.index(entry.destination[0]) + 1 for entry in headings(outline.root)
                }
            assert pages["What we ask of you"] == 1, "a director reads the first page alone"
            assert pages["The tables"] == 2


@pytest.mark.django_db
@pytest.mark.parametrize("period", ["2026-11", "2024-05", "2026-27Q3", "2025-26"])
def test_a_period_with_nothing_in_it_still_makes_a_report(v7: object, period: str) -> None:
    page = document.render_document(report(period), counting.compose(periods.parse(period), at=NOW))
    assert "No audits were finalised" in page
    assert pdf.render(page).startswith(b"%PDF")


def test_points_are_read_a_line_each_without_their_dashes() -> None:
    assert document.lines_of("- One\n\n  • Two\n* Three\nFour - five\n--\n") == ["One", "Two", "Three", "Four - five"]


def test_a_month_that_is_not_over_says_so(council: Council) -> None:
    november = counting.compose(periods.parse("2026-11"), at=NOW)
    assert november.as_at == date(2026, 11, 23).isoformat()
    assert "November 2026, so far" in document.render_document(report("2026-11"), november)
    october = document.render_document(report("2026-10"), counting.compose(periods.parse("2026-10"), at=NOW))
    assert "so far" not in october


@pytest.mark.django_db
def test_what_the_panel_made_of_the_grades_stands_with_its_messages(council: Council) -> None:
    sitters = Sitters.make(council)
    a_decided_panel(council, sitters)
    sat = counting.compose(periods.parse(f"{SITTING:%Y-%m}"), at=SITTING + timedelta(days=1)).to_json()["moderation"]
    assert sat["decided"]["count"] == 0, "the panel sat in this month, on audits of the month before"
    assert sorted(sat["messages"]) == ["Look twice.", "Name who saw her."]
    period = periods.parse("2026-11")
    figures = counting.compose(period, at=SITTING + timedelta(days=1)).to_json()
    found = figures["moderation"]
    assert (found["decided"]["count"], found["regraded"]["count"], found["kappa"]) == (4, 1, None)
    assert [(one["count"], one["of"]) for one in found["agreement"]] == [(2, 4), (3, 4), (2, 4), (0, 4)]
    figures["moderation"]["messages"] = sat["messages"]
    made = report(str(period))
    page = document.render_document(made, read_figures(figures))
    said = "Of the 4 audits of this period 4 have been before the validation panel, which changed the grade of the case"
    assert f"{said} in 1." in " ".join(page.split())
    assert "<li>Look twice.</li>" in page
    after = counting.compose(period.next, at=SITTING + timedelta(days=40)).to_json()["moderation"]
    assert [(one["count"], one["before"], one["before_of"]) for one in after["agreement"]][:2] == [(0, 2, 4), (0, 3, 4)]
    many = found | {"kappa": 0.63, "kappa_words": "0.63 (0.44 to 0.83)"}
    said = document.render_document(made, read_figures(figures | {"moderation": many}))
    assert "Weighted kappa is 0.63 (0.44 to 0.83), on 4 audits." in " ".join(said.split())
    made.figures = figures
    assert checking.needed(made), "a message is words: a second person reads them before they go out"
