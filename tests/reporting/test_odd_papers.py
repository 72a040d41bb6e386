"""What workbooks, packs and lists say in odd worlds: a report that was replaced, minutes that are no share, no team."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.template.loader import render_to_string
from django.test import Client

from audits.models import Audit, Panel
from audits.panel.minutes import Minutes
from audits.panel.sample import Sample
from audits.panel.sitting import finished_in_words
from people import council_settings
from qualitycounts.work.reports import LATEST
from reporting import periods
from reporting.models import Report
from reporting.reports import audiences
from reporting.reports.tidy import TidyRow, tidy_rows
from reporting.reports.workbook import cover_rows
from reporting.sections.base import Figure
from reporting.sections.contents import work_out
from reporting.sections.workers_say import WorkersSay, WorkersSayPage
from tests.conftest import NOW, TODAY
from tests.factories import Council, finalised_audit
from tests.work import card, rows

QUARTER = periods.parse("2026-27Q2")


def quarterly(**fields: object) -> Report:
    return Report(ref="REP-2627Q2-1", period=str(QUARTER), kind="quarterly", as_at=TODAY, made_at=NOW, **fields)  # type: ignore[misc]


@pytest.mark.django_db
def test_the_day_of_issue_stands_on_the_cover_as_that_and_not_as_the_day_of_what_came_after() -> None:
    later = NOW + timedelta(days=30)
    cover = dict(cover_rows(quarterly(state="superseded", issued_at=NOW)))
    assert (cover["State"], cover["Issued"], "Answered" in cover) == ("Superseded", "23 November 2026", False)
    cover = dict(cover_rows(quarterly(state="responded", issued_at=NOW, responded_at=later)))
    assert cover["State"] == "Issued, with its response"
    assert (cover["Issued"], cover["Answered"]) == ("23 November 2026", "23 December 2026")
    assert "Issued" not in dict(cover_rows(quarterly(state="generated")))


@pytest.mark.django_db
@pytest.mark.parametrize(("as_at", "ends"), [(date(2026, 9, 30), ", so far"), (date(2026, 10, 1), "(2026-27 Q2)")])
def test_a_workbook_of_a_period_in_progress_says_so(as_at: date, ends: str) -> None:
    report = quarterly()
    report.as_at = as_at
    assert dict(cover_rows(report))["Report"].endswith(ends)


def test_minutes_of_audits_are_no_share_of_them(council: Council) -> None:
    """95 minutes are not 396% of 24 audits."""
    said = [Figure("Yes", "Answers.", 5, 6, 0, 0)]
    took = [Figure("Half took at most", "Minutes.", 95, 24, 80, 20)]
    figures = work_out(QUARTER, on=TODAY).having(WorkersSay, WorkersSay(said, said, took))
    of_workers: list[TidyRow] = [row for row in tidy_rows(figures) if row.part == "Workers say"]
    timed = [row for row in of_workers if row.group == "Minutes"]
    assert [(row.figure, row.count, row.unit, row.share, row.bounds) for row in timed] == [
        ("Half took at most", 95, "minutes", None, None),
        ("Half took at most", 80, "minutes", None, None),
        ("Audits", 24, "audits", None, None),
    ]
    assert {row.unit for row in of_workers if row.group != "Minutes"} == {"answers"}
    assert "number" not in {row.unit for row in tidy_rows(figures)}, "each says what it counts"


def test_one_person_may_have_given_several_answers() -> None:
    fair, helped = ([Figure("Yes", "Answers.", count, 6)] for count in (1, 2))
    assert WorkersSayPage(WorkersSay(fair, helped), periods.PeriodKind.QUARTER, so_far=False).lead == (
        "Of 6 workers’ answers, 1 says that the audit was fair and 2 that it helped."
    )


def test_readers_named_by_capitals_keep_them(council: Council) -> None:
    by = council.head_of_qa
    council_settings.change(audiences.WIDER, value="DMT\nAll staff", why="As agreed.", number=0, by=by, at=NOW)
    assert audiences.wider() == "For DMT and All staff."


@pytest.mark.parametrize(
    ("finished", "voters", "words"),
    [
        (0, 0, "Nobody who is there may grade it"),
        (1, 1, "1 of 1 has finished"),
        (0, 1, "0 of 1 has finished"),
        (1, 3, "1 of 3 have finished"),
    ],
)
def test_how_many_have_finished_is_said_of_one_and_of_none(finished: int, voters: int, words: str) -> None:
    assert finished_in_words(finished, voters) == words


def test_a_panel_that_every_audit_was_taken_from_decided_nothing() -> None:
    empty = Minutes(Panel(), (), (), Sample({}, 0, [], []), (), (), ())
    assert empty.in_words == "No audit was before the panel"


def test_a_member_who_is_too_near_to_every_audit_is_not_asked_for_grades() -> None:
    panel = Panel(ref="PANEL-2611", month=date(2026, 11, 1), meets_on=date(2026, 12, 31))
    pack = " ".join(
        render_to_string("reports/panel_pack.html", {"panel": panel, "papers": [], "reader": "Ann"}).split()
    )
    assert "For Ann. No audit before this panel is yours to read: you are too near to each of them." in pack
    assert "Give your own grades" not in pack


def test_a_month_without_notes_is_not_none_of_none(council: Council, client: Client, settings: object) -> None:
    client.force_login(council.qa_officer)
    page = " ".join(client.get("/themes/?month=2026-05").content.decode().split())
    assert "Audits finalised in May 2026 have no note to read." in page
    assert "0 of 0" not in page


def test_an_audit_without_a_team_says_so_on_my_work(council: Council) -> None:
    audit = finalised_audit(council)
    Audit.objects.update(team=None)
    assert card(council.qa_officer, "to-close") == [f"{audit.ref} No team, met Mon 16 Nov"]


def test_a_quarterly_report_waits_for_its_response_however_many_are_issued_after_it(council: Council) -> None:
    issued = {"pdf": b"%PDF", "sha256": "0" * 64, "state": "issued", "issued_by": council.head_of_qa, "made_at": NOW}
    written = [("2026-27Q1", "quarterly"), *((f"2026-{month:02}", "monthly") for month in range(7, 8 + LATEST))]
    for place, (period, kind) in enumerate(written):
        at = NOW + timedelta(hours=place)
        Report.objects.create(ref=f"REP-{place}", period=period, kind=kind, issued_at=at, **issued)
    asked = [what for what, _, _ in rows(council.assistant_director)]
    assert any(what.startswith("Respond to the quarterly report") for what in asked), asked
    assert len(card(council.assistant_director, "reports")) == LATEST
