"""A month is two pages, whatever happens: words and four numbers with what is expected of each, then the tables."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import pikepdf
import pytest
from django.test import Client

from audits.models import Activity
from qualitycounts.base.refusals import Refused
from reporting import aims, pdf, periods
from reporting.models import Report
from reporting.reports import checking, counting, document, drafting, editions, generate, issue
from reporting.sections.brief import Brief
from reporting.sections.contents import read_figures
from reporting.sections.elsewhere import Elsewhere, Said
from reporting.sections.panel import Panel
from reporting.sections.recommendations import Recommendations, Recommended
from reporting.sections.revised import Revised, RevisedFigure
from tests.conftest import NOW
from tests.factories import Council
from tests.reporting.builder import Builder

OCTOBER = periods.parse("2026-10")
YEAR_BEFORE = periods.parse("2025-26")


def brief_of(period: str = "2026-10") -> Brief:
    return counting.compose(periods.parse(period), at=NOW).of(Brief)


def audits(builder: Builder, month: date, grades: str) -> None:
    """Audits of a month with their grades, as letters."""
    letters = {"O": "outstanding", "G": "good", "R": "requires_improvement", "I": "inadequate"}
    for place, letter in enumerate(grades):
        builder.judgements(builder.audit(month + timedelta(days=place), grade=letters[letter]))


def a_year_before(builder: Builder) -> None:
    """Twelve months of 2025-26 with five audits each, 42 of the 60 Good."""
    for place, month in enumerate(YEAR_BEFORE.months):
        audits(builder, month.first, "GGGGR" if place % 2 else "GGGRR")


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<svg.*?</svg>|<[^>]+>", " ", html, flags=re.DOTALL).split())


def test_each_number_says_what_is_expected_and_answers_two_questions(council: Council) -> None:
    builder = Builder(council)
    a_year_before(builder)
    audits(builder, OCTOBER.first, "GGRRI")
    good, inadequate, on_time, right = brief_of().numbers
    assert (good.count, good.of, good.least, good.most) == (2, 5, 1, 5)
    assert good.changed.short == "Too few to tell"
    assert good.changed.words == "Only 0 would show a fall. 2025-26: 42 of 60, 70%."
    assert good.expected == "Expected by chance: 1 to 5 of 5."
    assert good.enough.short == "No target is set"
    assert (inadequate.target, inadequate.enough.short) == (0, "Floor crossed")
    assert (on_time.of, right.count, right.of) == (0, 0, 3)
    assert right.changed.short == "Not tested"


def test_a_fall_is_shown_and_a_target_missed_and_neither_stands_for_the_other(council: Council) -> None:
    builder = Builder(council)
    a_year_before(builder)
    audits(builder, OCTOBER.first, "RRRRR")
    good = brief_of().numbers[0]
    assert (good.changed.short, good.changed.sign) == ("Fall shown", "▼")
    assert "more than chance explains. 2025-26: 42 of 60, 70%." in good.changed.words


@pytest.mark.parametrize(
    ("rate", "target", "says"),
    [("GGGGGGGGGR", 50, "Target met"), ("RRRRRRRRRG", 80, "Below target"), ("GGGGGRRRRR", 60, "Cannot be told yet")],
)
def test_a_target_is_held_against_the_whole_interval_since_april(
    council: Council, monkeypatch: pytest.MonkeyPatch, rate: str, target: int, says: str
) -> None:
    monkeypatch.setattr(aims.Aims, "in_force", classmethod(lambda cls: cls(good=target)))
    audits(Builder(council), OCTOBER.first, rate)
    good = brief_of().numbers[0]
    assert good.enough.short == says
    assert f"Target {target}%." in good.enough.words
    assert f"target {target}%" in good.strip


def test_a_standard_is_read_by_its_months_together(council: Council) -> None:
    builder = Builder(council)
    a_year_before(builder)
    for month in periods.parse("2026-27").months[:7]:
        audits(builder, month.first, "GRRRR")
    case = brief_of().lines[-1]
    assert (case.name, case.case, case.now) == ("The case as a whole", True, "1 of 5")
    assert (case.since, case.base) == ("7 of 35, 20%", "42 of 60, 70%")
    assert case.changed.short == "Fall shown"
    assert re.fullmatch(r"≤ \d+ or ≥ \d+", case.would_show)


def test_the_months_together_say_what_one_cannot(council: Council) -> None:
    builder = Builder(council)
    a_year_before(builder)
    for month in periods.parse("2026-27").months[:7]:
        audits(builder, month.first, "GGGRR")
    second = brief_of().sentences[1]
    said = f"{second.lead} {second.rest}"
    assert "cannot show, the 35 since April may:" in said or "has changed:" in said


def full_month(council: Council) -> None:
    """A month with something in every table: every kind of work, every path, words to the last character."""
    builder = Builder(council, seed=4)
    builder.audits(160)
    for kind in Activity.Kind:
        Activity.objects.create(
            kind=kind,
            title="A title as long as anyone would think of writing about the children that were missing from home"[
                :100
            ],
            month=OCTOBER.first,
            planned=4,
            conclusion="It came to this.",
            concluded_at=NOW.replace(month=10),
            concluded_by=council.head_of_qa,
        )


@pytest.mark.django_db
def test_it_never_makes_a_third_page(council: Council) -> None:
    full_month(council)
    words = {
        slug: "\n".join(["Head of Service: " + "word " * ((most // lines - 25) // 5)] * lines)
        for slug, (lines, most) in drafting.ROOM.items()
    }
    report = drafting.start_draft(period=OCTOBER, by=council.qa_officer, at=NOW)
    said = {"grades": "word " * (drafting.ROOM_BESIDE // 5 - 1)}
    drafting.write(report=report, version=1, words=words, blocks=said, by=council.qa_officer, at=NOW)
    report.refresh_from_db()
    report.why = "The panel regraded two audits, one of them upward, and one was set aside as it named the wrong child."
    figures = counting.compose(OCTOBER, at=NOW, report=report)
    rows = [RevisedFigure(f"{number} Supervision and oversight", "3 of 6", "2 of 6") for number in range(12)]
    figures = figures.having(Revised, Revised(1, "2026-11-02", report.why, rows))
    messages = [
        f"{n}: say in each plan who does what by when, and tell the family in words they use." for n in range(9)
    ]
    figures = figures.having(Panel, replace(figures.of(Panel), messages=messages))
    asked = [
        Recommended(number, "practice", "Hold a plan clinic a month in each team", "Plans", 3) for number in range(9)
    ]
    figures = figures.having(Recommendations, Recommendations(asked))
    found = [Said("LADO", "2026-27Q3", 3, "A worry", "A title of some length " * 5, "Words", "7 of 31")] * 20
    figures = figures.having(Elsewhere, Elsewhere(found))
    page = document.render_document(report, figures)
    for left_out in ("And 10 more", "And 7 more, in the minutes", "And 6 more"):
        assert left_out in page
    with pikepdf.open(BytesIO(pdf.render(page))) as file:
        assert len(file.pages) == 2


@pytest.mark.parametrize(
    ("slug", "typed", "says"),
    [
        ("worries", "A.\nB.\nC.\nD.\nE.", "Keep this to 3 lines"),
        ("recommendations", "x" * 501, "500 characters"),
    ],
)
def test_words_that_a_month_has_no_room_for_are_refused(council: Council, slug: str, typed: str, says: str) -> None:
    report = drafting.start_draft(period=OCTOBER, by=council.qa_officer, at=NOW)
    with pytest.raises(Refused, match=says) as refusal:
        drafting.write(report=report, version=1, words={slug: typed}, by=council.qa_officer, at=NOW)
    assert refusal.value.field == slug
    quarter = drafting.start_draft(period=periods.parse("2026-27Q2"), by=council.qa_officer, at=NOW)
    drafting.write(report=quarter, version=1, words={slug: typed}, by=council.qa_officer, at=NOW)


def test_what_is_written_beside_a_month_has_one_box_and_its_room(council: Council, client: Client) -> None:
    client.force_login(council.qa_officer)
    client.post("/reports/start/", {"period": "2026-10"})
    page = client.get("/reports/REP-2610-1/").content.decode()
    assert re.findall(r'name="(block_\w+)"', page) == ["block_grades"]
    answer = client.post("/reports/REP-2610-1/words/", {"version": 1, "block_grades": "y" * 301})
    assert answer.status_code == 422
    assert "Keep what you make of it to 300 characters; it has 301." in answer.content.decode()
    client.post("/reports/REP-2610-1/words/", {"version": 1, "block_grades": "Plans lack dates."})
    report = Report.objects.get()
    assert "Plans lack dates." in document.render_document(report, read_figures(report.figures))


def test_a_section_with_nothing_to_say_is_left_out(council: Council) -> None:
    report = Report(ref="REP-2610-1", period="2026-10", kind="monthly", number=1)
    page = text_of(document.render_document(report, counting.compose(OCTOBER, at=NOW)))
    for heading in (
        *("What is working well", "What we ask of you", "Validated so far", "Beside these", "Put right Children"),
        *("What was planned", "Escalations", "Actions due", "Children and families", "Core audits by case grade"),
    ):
        assert heading not in page
    assert "No decision is asked for" not in page


def test_its_words_are_defined_by_link_and_in_an_annex(council: Council, issued_at_once: None, client: Client) -> None:
    Builder(council).audits(60)
    report = drafting.start_draft(period=OCTOBER, by=council.qa_officer, at=NOW)
    report = generate.generate_report(
        report=generate.request_report(report=report, by=council.qa_officer, at=NOW), at=NOW
    )
    if checking.needed(report):
        report = checking.check_every_line(report=report, read=True, by=council.head_of_qa, at=NOW)
    report = issue.issue_report(report=report, by=council.qa_officer, at=NOW)
    assert "<dl" not in document.render_document(report, read_figures(report.figures))
    made = {edition.kind: edition for edition in editions.make_editions(report=report, at=NOW)}
    assert set(made) == {"large", "annex"}
    client.force_login(council.reader)
    annex = client.get(f"/reports/{report.ref}/editions/annex.pdf")
    assert annex.content == bytes(made["annex"].pdf)
    words = client.get(f"/reports/{report.ref}/definitions/").content.decode()
    for figure in read_figures(report.figures).story.tiles:
        assert figure.definition in words
    assert f'href="/reports/{report.ref}/definitions/"' in client.get(f"/reports/{report.ref}/").content.decode()


def test_a_month_that_was_frozen_before_keeps_its_pages(council: Council) -> None:
    Builder(council).audits(60)
    report = Report(ref="REP-2610-1", period="2026-10", kind="monthly", number=1)
    stored = counting.compose(OCTOBER, at=NOW).to_json()
    del stored["brief"]
    page = document.render_document(report, read_figures(stored))
    assert 'id="minute"' in page
    assert "Grades by month" in page
    assert "Has it changed?" not in page
    report.figures = stored
    report.issued_at = NOW
    assert editions.editions_wanted(report) == ["large"]
