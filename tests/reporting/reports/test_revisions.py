"""A grade that moves after a report was issued is told to whoever wrote it, and stands on its page."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client

from audits.record import withdrawal
from people.models import Notice
from reporting.models import Report
from reporting.periods import parse
from reporting.reports import checking, drafting, generate, issue
from reporting.reports.revisions import revisions
from tests.audits.panel.panels import SITTING, Sitters, an_action, decide, drawn, final, regraded, revealed
from tests.factories import Council

ISSUED = SITTING - timedelta(days=5)


def issued_november(council: Council) -> Report:
    """November's report, made and issued before its panel sat."""
    report = drafting.start_draft(period=parse("2026-11"), by=council.qa_officer, at=ISSUED)
    report = generate.generate_report(
        report=generate.request_report(report=report, by=council.qa_officer, at=ISSUED), at=ISSUED
    )
    if checking.needed(report):
        report = checking.check_every_line(report=report, read=True, by=council.head_of_qa, at=ISSUED)
    return issue.issue_report(report=report, by=council.qa_officer, at=ISSUED)


def moved(report: Report) -> set[str]:
    """Who was told that the figures of a report moved."""
    told = Notice.objects.filter(key__startswith=f"report-moved-{report.ref}").select_related("to")
    return {notice.to.name for notice in told if notice.to}


def test_a_regrade_after_issue_is_told_to_the_author_and_stands_on_the_page(client: Client, council: Council) -> None:
    sitters = Sitters.make(council)
    audit = final(council, 1)
    report = issued_november(council)
    frozen = Report.objects.values("figures", "sha256").get(pk=report.pk)
    assert revisions(report) == []
    client.force_login(council.qa_officer)
    assert "figures have moved" not in client.get(f"/reports/{report.ref}/").content.decode()

    drawn(council, sitters)
    decide(
        revealed(council, sitters, audit, grade="inadequate"),
        regraded("inadequate", an_action()),
        by=council.head_of_qa,
    )
    assert [revision.audit.ref for revision in revisions(report)] == [audit.ref]
    assert {council.qa_officer.name, council.head_of_qa.name} <= moved(report)
    page = " ".join(client.get(f"/reports/{report.ref}/").content.decode().split())
    assert "Its figures have moved since it was made.</b> 1 audit of the period was regraded or set aside since" in page
    assert Report.objects.values("figures", "sha256").get(pk=report.pk) == frozen


def test_an_audit_that_is_voided_after_issue_is_told_too(council: Council) -> None:
    audit = final(council, 1)
    report = issued_november(council)
    withdrawal.void_audit(audit, why="Another child’s file was read.", by=council.head_of_qa, at=SITTING)
    assert [(revision.audit.ref, revision.what) for revision in revisions(report)] == [(audit.ref, "set aside")]
    assert council.qa_officer.name in moved(report)


def test_a_regrade_before_the_report_is_made_tells_nobody(council: Council) -> None:
    audit = final(council, 1)
    withdrawal.void_audit(
        audit, why="Another child’s file was read.", by=council.head_of_qa, at=ISSUED - timedelta(days=1)
    )
    report = issued_november(council)
    assert revisions(report) == []
    assert moved(report) == set()
