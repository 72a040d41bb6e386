"""What stands beside the audits: other sources, each month where they tell each month, and the cases directors saw."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from audits.models import Viewing
from people.models import Notice
from people.roles import Role
from qualitycounts.base.refusals import Refused
from reporting import periods
from reporting.learning import evidence
from reporting.models import Evidence, Report
from reporting.reports import checking, counting, document, drafting, generate, issue
from reporting.sections.elsewhere import Elsewhere
from reporting.sections.spot_views import SpotViews
from tests.conftest import NOW
from tests.factories import Council, UserFactory
from tests.reporting.builder import Builder

OCTOBER, NOVEMBER = periods.parse("2026-10"), periods.parse("2026-11")


def entered(council: Council, source: str, period: str, **changed: Any) -> Evidence:
    words = {"standard": 3, "says": "worry", "title": "Allegations are told late", "words": "So.", "number": "7 of 31"}
    finding = evidence.Finding(source=source, period=period, **(words | changed))
    return evidence.enter(finding=finding, by=council.qa_officer, at=NOW)


def test_a_month_has_what_lado_and_performance_tell_of_it(council: Council) -> None:
    entered(council, "lado", "2026-10")
    entered(council, "exceptions", "2026-11")
    entered(council, "complaints", "2026-27Q3")
    titles = {
        str(period): [said.source for said in counting.compose(period, at=NOW).of(Elsewhere).elsewhere]
        for period in (OCTOBER, NOVEMBER, periods.parse("2026-27Q3"), periods.parse("2026-27"))
    }
    assert titles["2026-10"] == ["LADO"]
    assert titles["2026-11"] == ["Performance exceptions"]
    assert titles["2026-27Q3"] == titles["2026-27"] == ["Complaints", "Performance exceptions", "LADO"]
    report = Report(ref="REP-2610-1", period="2026-10", kind="monthly", number=1)
    page = document.render_document(report, counting.compose(OCTOBER, at=NOW))
    assert "LADO: Allegations are told late (7 of 31): a worry of Standard 3." in page
    report = Report(ref="REP-2627Q3-1", period="2026-27Q3", kind="quarterly", number=1)
    quarter = " ".join(document.render_document(report, counting.compose(periods.parse("2026-27Q3"), at=NOW)).split())
    assert "LADO, October 2026" in quarter
    assert "Complaints, " not in quarter


@pytest.mark.parametrize(
    "source", ["fostering", "adoption", "finance", "staff_survey", "peer_review", "training", "practice_reviews"]
)
def test_the_panels_finance_the_survey_and_peer_review_have_their_place_each_quarter(
    council: Council, source: str
) -> None:
    entered(council, source, "2026-27Q3")
    assert Evidence.objects.get().source == source
    with pytest.raises(Refused, match="Choose the quarter for this source"):
        entered(council, source, "2026-11")


def a_viewing(council: Council, held: date | None, kind: str, **more: Any) -> Viewing:
    director = council.assistant_director
    values: dict[str, Any] = {"opened_at": NOW, "opened_by": director, "read_on": NOW.date(), "why": "To see."}
    if held:
        values |= {"held_on": held, "learned": "Wilfred’s plan was read aloud.", "recorded_at": NOW}
        values |= {"recorded_by": director}
    return Viewing.objects.create(kind=kind, case=council.case, **(values | more))


def test_spot_views_and_presentations_are_counted_and_never_told(council: Council) -> None:
    filed = {"on_file_on": NOW.date(), "on_file_at": NOW, "on_file_by": council.keyworker}
    a_viewing(council, date(2026, 10, 1), "spot", by_chance=True, **filed)
    a_viewing(council, date(2026, 10, 31), "presentation", presented_by="Someone")
    a_viewing(council, date(2026, 9, 30), "spot")
    a_viewing(council, date(2026, 11, 1), "spot")
    a_viewing(council, None, "spot")
    views = counting.compose(OCTOBER, at=NOW).of(SpotViews)
    assert [(figure.name, figure.count, figure.before) for figure in views.kinds] == [
        ("Spot view of a case file", 1, 1),
        ("Case presentation", 1, 0),
    ]
    assert (views.on_file.count, views.by_chance.count, views.unwritten.count) == (1, 1, 0)
    assert counting.compose(NOVEMBER, at=NOW).of(SpotViews).unwritten.count == 1
    for written, kind in (("2026-10", "monthly"), ("2026-27Q3", "quarterly"), ("2026-27", "annual")):
        report = Report(ref="REP-1-1", period=written, kind=kind, number=1)
        page = document.render_document(report, counting.compose(periods.parse(written), at=NOW))
        assert "seen by directors" in page
        assert "Wilfred" not in page


def test_a_period_that_is_not_over_is_read_to_its_last_month_with_audits(council: Council) -> None:
    builder = Builder(council)
    for month in periods.parse("2025-26").months:
        for place in range(5):
            builder.judgements(builder.audit(month.first + timedelta(days=place), grade="good"))
    for place in range(5):
        builder.judgements(builder.audit(date(2026, 10, 2 + place), grade="good"))
    for written in ("2026-27Q3", "2026-27"):
        figures = counting.compose(periods.parse(written), at=NOW)
        said = [
            figures.story.good.words,
            figures.story.tiles[0].read,
            *(reading.words for reading in figures.story.readings),
        ]
        assert not [words for words in said if "othing" in words], (written, said)
        page = document.render_document(Report(ref="REP-1-1", period=written, number=1), figures)
        assert "so far" in page
        assert "Nothing was counted in March 2027" not in page


def test_the_analyst_and_the_principal_social_worker_are_told_that_a_report_is_out(
    council: Council, issued_at_once: None
) -> None:
    analyst, worker = (UserFactory.create(roles=(role,)) for role in (Role.ANALYST, Role.PRINCIPAL_SOCIAL_WORKER))
    Builder(council).audit(OCTOBER.first, grade="good")
    by = council.qa_officer
    draft = drafting.start_draft(period=OCTOBER, by=by, at=NOW)
    report = generate.generate_report(report=generate.request_report(report=draft, by=by, at=NOW), at=NOW)
    if checking.needed(report):
        report = checking.check_every_line(report=report, read=True, by=council.head_of_qa, at=NOW)
    issue.issue_report(report=report, by=by, at=NOW)
    told = set(Notice.objects.filter(link=f"/reports/{report.ref}/").values_list("to", flat=True))
    assert {analyst.pk, worker.pk} <= told
