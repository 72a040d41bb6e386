"""The worker's say in a quarter's report: totals from five answers up, and the minutes that audits took."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from audits.meeting import lifecycle, pause
from audits.meeting.pace import minutes_taken
from audits.models import Audit, WorkerSay
from reporting import periods
from reporting.models import Report
from reporting.reports import document
from reporting.sections.contents import all_tables, read_figures, work_out
from reporting.sections.workers_say import WorkersSay
from tests.conftest import NOW
from tests.factories import CaseFactory, Council, agreed_audit, filled_audit, signed

QUARTER = periods.parse("2026-27Q3")
OVER = date(2027, 1, 4)


def said(count: int, month: date, fair: str = "yes") -> None:
    """So many answers of one month, the last of them that it helped in part."""
    for place in range(count):
        WorkerSay.objects.create(month=month, fair=fair, helped="partly" if place == count - 1 else "yes")


def section(period: str, on: date = OVER) -> WorkersSay | None:
    return work_out(periods.parse(period), on=on).get(WorkersSay)


def counts(section: WorkersSay | None) -> list[tuple[str, int, int | None, int | None, int | None]]:
    assert section is not None
    return [(each.name, each.count, each.of, each.before, each.before_of) for each in section.fair]


@pytest.mark.django_db
@pytest.mark.parametrize(("answers", "told"), [(4, 0), (5, 5)])
def test_fewer_than_five_answers_are_not_told(answers: int, told: int) -> None:
    said(answers, date(2026, 11, 1))
    assert [each.of for each in section("2026-27Q3").fair] == ([told] * 3 if told else [])  # type: ignore[union-attr]


@pytest.mark.django_db
def test_a_quarter_that_is_not_over_tells_nothing_and_a_month_and_a_half_year_never_do() -> None:
    said(9, date(2026, 11, 1))
    assert section("2026-27Q3", on=date(2026, 12, 31)) == WorkersSay()
    assert section("2026-11") is None
    assert section("2026-27H2") is None


@pytest.mark.django_db
def test_a_year_adds_up_the_quarters_that_are_told() -> None:
    said(5, date(2026, 5, 1))
    said(4, date(2026, 8, 1), "no")
    said(6, date(2026, 11, 1), "partly")
    assert counts(section("2026-27", on=date(2027, 4, 1))) == [
        ("Yes", 5, 11, 0, 0),
        ("In part", 6, 11, 0, 0),
        ("No", 0, 11, 0, 0),
    ]
    assert counts(section("2026-27Q3"))[0] == ("Yes", 0, 6, 0, 0), "the quarter before had too few to be told"


def met(council: Council, number: int, minutes: int) -> Audit:
    """A final audit whose meeting took so many minutes."""
    case = CaseFactory.create(keyworker=council.keyworker)
    ended = NOW + timedelta(minutes=minutes)
    audit = filled_audit(council, at=NOW, number=number, case=case)
    return signed(lifecycle.end_meeting(audit, by=council.auditor, at=ended), at=ended)


def test_the_minutes_of_five_audits_are_told_as_quartiles_and_of_four_none(council: Council) -> None:
    for number, minutes in enumerate((200, 60, 80, 70), 1):
        met(council, number, minutes)
    assert section("2026-27Q3") == WorkersSay()
    met(council, 5, 90)
    took = section("2026-27Q3")
    assert took is not None
    assert [(each.count, each.of, each.before) for each in took.minutes] == [
        (70, 5, None),
        (80, 5, None),
        (90, 5, None),
    ]
    said(5, date(2026, 11, 1))
    figures = work_out(QUARTER, on=OVER)
    report = Report(ref="R", period="2026-27Q3", kind="quarterly")
    page = " ".join(document.render_document(report, figures).split())
    assert "Of 5 workers’ answers, 5 say that the audit was fair and 4 that it helped." in page
    assert "Half of 5 audits took 80 minutes or less, pauses left out; the middle half took 70 to 90." in page
    assert {table.slug for table in all_tables(figures)} >= {"workers-fair", "workers-helped", "audit-minutes"}
    stored = {key: value for key, value in figures.to_json().items() if key != "workers_say"}
    before = " ".join(document.render_document(report, read_figures(stored)).split())
    assert "The worker’s say" not in before, "a report that was frozen before has no such section"


def test_minutes_are_from_opened_to_ended_without_the_pauses(council: Council) -> None:
    audit = agreed_audit(council, at=NOW)
    assert minutes_taken([audit.ref]) == {audit.ref: 0}
    again = lifecycle.reopen_meeting(audit, by=council.auditor, at=NOW + timedelta(hours=1), why="One more thing.")
    paused = pause.pause_meeting(
        again, by=council.auditor, at=NOW + timedelta(minutes=85), meets=NOW + timedelta(days=1)
    )
    assert minutes_taken([audit.ref]) == {audit.ref: 25}
    resumed = pause.resume_meeting(paused, by=council.auditor, at=NOW + timedelta(days=1))
    assert minutes_taken([audit.ref]) == {audit.ref: 25}, "what goes on is not over"
    lifecycle.end_meeting(resumed, by=council.auditor, at=NOW + timedelta(days=1, minutes=20))
    assert minutes_taken([audit.ref]) == {audit.ref: 45}
    assert minutes_taken([]) == {}
