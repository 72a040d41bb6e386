"""Children and families have a page of their own in every longer report."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest

from audits.models import Note
from reporting import pdf, periods
from reporting.models import Report
from reporting.reports import counting, document
from reporting.sections.families import Families
from reporting.sections.section import Figures, View
from reporting.themes import vocabulary
from tests.conftest import NOW
from tests.factories import Council
from tests.reporting.builder import Builder
from tests.reporting.reports.test_document import headings
from tests.reporting.test_mutated import drawn_for

Q3 = periods.parse("2026-27Q3")
Q2 = periods.parse("2026-27Q2")


def asked(builder: Builder, period: periods.Period, *choices: str) -> list[Note]:
    """Audits from the first day of a period on, with what came of asking each family."""
    notes = []
    for place, choice in enumerate(choices):
        audit = builder.audit(period.first + timedelta(days=place))
        saved = {"saved_at": NOW, "saved_by": builder.council.auditor}
        notes.append(Note.objects.create(audit=audit, slug="feedback", choice=choice, text="What she said.", **saved))
        Note.objects.create(audit=audit, slug="record-wishes", choice="strong", **saved)
    return notes


def page_of(period: periods.Period) -> tuple[Report, Figures]:
    report = Report(ref="REP-1-1", period=str(period), kind="quarterly", number=1)
    return report, counting.compose(period, at=NOW)


def test_whom_we_heard_stands_beside_whom_we_did_not(council: Council) -> None:
    builder = Builder(council)
    asked(builder, Q3, "given", "given", "declined", "asked", "not_explored")
    asked(builder, Q2, "given", "not_explored")
    report, figures = page_of(Q3)
    page = figures.of(Families).page(View(report, figures))
    assert page is not None
    assert page.lead == "We heard 2 of 5 families."
    assert page.not_heard == "We did not hear 3: 1 said no, 1 has not answered yet, 1 was not asked."
    assert [(name, now.counts, before.counts) for name, now, before in page.asked] == [
        ("Were asked", "4 of 5", "1 of 2"),
        ("Gave their view", "2 of 5", "1 of 2"),
    ]
    assert next((bar.name, bar.now.counts) for bar in page.wishes) == ("Strong", "5 of 5")
    assert "Families: asked, and given 2" in page.strip


def test_one_family_is_one_and_an_audit_that_says_nothing_of_it_is_not_passed_over(council: Council) -> None:
    builder = Builder(council)
    asked(builder, Q3, "given")
    builder.audit(Q3.first)
    report, figures = page_of(Q3)
    page = figures.of(Families).page(View(report, figures))
    assert page is not None
    assert page.lead == "We heard the one family."
    assert page.not_heard == "1 more audit does not record whether anyone was asked."


def test_what_families_spoke_of_is_a_share_of_those_it_is_counted_in(council: Council) -> None:
    """Two themed audits are tagged as well: 3 of 1 would be no share."""
    notes = asked(Builder(council), Q3, "given", "given", "given")
    theme = vocabulary.coin(name="Being listened to", side="well", standard=5, by=council.qa_officer, at=NOW)
    for note in notes:
        vocabulary.tag(note=note, themes=[theme], by=council.qa_officer, at=NOW)
    drawn_for((note.audit for note in notes[1:]), "themed")
    (spoke,) = page_of(Q3)[1].of(Families).spoke_of
    assert (spoke.count, spoke.of) == (1, 1)


def test_their_words_are_printed_once_cleared_and_on_their_page_alone(council: Council) -> None:
    (note, *_) = asked(Builder(council), Q3, "given", "given")
    theme = vocabulary.coin(name="Being listened to", side="well", standard=5, by=council.qa_officer, at=NOW)
    vocabulary.tag(note=note, themes=[theme], by=council.qa_officer, at=NOW)
    picked = {"line": "What she said.", "words": "“I choose where we meet.”", "kind": "quote", "standard": 5}
    line = vocabulary.pick_quotation(note=note, **picked, speaker="child", by=council.qa_officer, at=NOW)
    assert not counting.compose(Q3, at=NOW).of(Families).quotes
    vocabulary.settle_quotation(quotation=line, clear=True, why="", by=council.head_of_qa, at=NOW)
    report, figures = page_of(Q3)
    html = document.render_document(report, figures)
    assert html.count("I choose where we meet") == 1
    assert figures.of(Families).spoke_of[0].name == "Being listened to"
    assert 'href="#families"' in html
    with pikepdf.open(BytesIO(pdf.render(html))) as file, file.open_outline() as outline:
        places = {str(entry.title): file.pages.index(entry.destination[0]) for entry in headings(outline.root)}
        assert places["What children and families said, and what was done"] == 1
        assert places["Grades by month"] == 2, "it is a page of its own"


@pytest.mark.parametrize(
    ("written", "has"), [("2026-27Q3", True), ("2026-27H2", False), ("2026-27", True), ("2026-11", False)]
)
def test_every_longer_report_has_the_page_and_a_month_has_not(council: Council, written: str, has: bool) -> None:
    asked(Builder(council), Q3, "given", "declined")
    period = periods.parse(written)
    report, figures = page_of(period)
    assert ('id="families"' in document.render_document(report, figures)) is has


def test_a_quarter_in_which_nobody_was_asked_has_no_empty_page(council: Council) -> None:
    report, figures = page_of(Q3)
    assert 'id="families"' not in document.render_document(report, figures)
