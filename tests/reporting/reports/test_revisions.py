"""A grade that moves after a report was issued is told to whoever wrote it, and stands on its page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from audits.models import Judgement
from audits.record import withdrawal
from people.models import Notice
from qualitycounts.base.refusals import NotNow
from reporting.models import Report
from reporting.periods import parse
from reporting.reports import checking, drafting, generate, issue, tidy_table
from reporting.reports.counting import compose
from reporting.reports.revisions import revisions
from reporting.sections.grades import Grades
from standards.models import Standard
from tests.audits.panel.panels import SITTING, Sitters, an_action, decide, drawn, final, regraded, revealed
from tests.factories import Council

pytestmark = pytest.mark.usefixtures("issued_at_once")
ISSUED = SITTING - timedelta(days=5)
LATER = SITTING + timedelta(days=5)


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


def test_readers_are_told_once_a_sitting_and_see_which_figures_a_correction_changes(
    client: Client, council: Council
) -> None:
    sitters = Sitters.make(council)
    first, second = final(council, 1), final(council, 2)
    report = issued_november(council)
    drawn(council, sitters)
    for audit in (first, second):
        review = revealed(council, sitters, audit, grade="inadequate")
        decide(review, regraded("inadequate", an_action()), by=council.head_of_qa)
    told = Notice.objects.filter(key__startswith=f"report-to-correct-{report.ref}").select_related("to")
    names = [notice.to.name for notice in told if notice.to]
    assert sorted(names) == sorted(set(names)), "once, though two audits moved"
    assert {council.reader.name, council.assistant_director.name, council.head_of_service.name} <= set(names)
    assert council.head_of_qa.name not in names, "who corrects it is asked to, not told"
    assert first.ref not in str([(notice.subject, notice.body) for notice in told])

    client.force_login(council.reader)
    page = " ".join(client.get(f"/reports/{report.ref}/").content.decode().split())
    why = "The validation panel changed grades of 2 audits since it was issued, the last on 31 December 2026."
    assert f"A correction is proposed</h2> <p>{why} What was issued stays as it is" in page
    assert '<th scope="row">Inadequate</th> <td>0 of 2</td> <td>2 of 2</td>' in page
    assert "Start a correction" not in page
    client.force_login(council.qa_officer)
    page = " ".join(client.get(f"/reports/{report.ref}/").content.decode().split())
    assert f'name="why" aria-describedby="id_correct-h" autocomplete="off" value="{why}"' in page


def test_a_standard_that_is_regraded_alone_is_told_too(council: Council) -> None:
    sitters = Sitters.make(council)
    audit = final(council, 1)
    standard = Judgement.objects.create(
        audit=audit, number=3, standard=Standard.objects.get(number=3), state=Judgement.State.AGREED, grade="good"
    )
    report = issued_november(council)
    drawn(council, sitters)
    review = revealed(council, sitters, audit)
    better = regraded("good", grades={standard.number: "outstanding"})
    decide(review, better, by=council.head_of_qa)
    assert council.qa_officer.name in moved(report)


def test_a_month_that_was_revised_is_marked_in_later_trends(client: Client, council: Council) -> None:
    sitters = Sitters.make(council)
    audit = final(council, 1)
    issued_november(council)
    drawn(council, sitters)
    before = compose(parse("2026-12"), at=SITTING)
    assert before.of(Grades).revised is None
    review = revealed(council, sitters, audit, grade="inadequate")
    decide(review, regraded("inadequate", an_action()), by=council.head_of_qa)
    december = drafting.start_draft(period=parse("2026-12"), by=council.qa_officer, at=LATER)
    year = drafting.start_draft(period=parse("2026-27"), by=council.qa_officer, at=LATER)
    assert december.figures["audits"]["revised"] == ["2026-11"]
    client.force_login(council.qa_officer)
    page = " ".join(client.get(f"/reports/{year.ref}/").content.decode().split())
    assert page.count("Nov (r)") == 2, "in the grades by month, and in the trend"
    assert "Dec (r)" not in page
    pictures = page.split('<div class="multiples">')[1].split("</div>")[0].split("<figure")[1:]
    assert [(each.count(">(r)</text>"), each.count("November 2026 (r) ")) for each in pictures] == [(1, 1)]
    marks = {each.row.period: each.row.mark for each in tidy_table.rows_of_report(year)}
    assert {str(period) for period, mark in marks.items() if mark} == {"2026-11", "2026-27"}
    assert "(r) marks a month that was revised" in page


def test_a_regrade_before_any_report_revises_nothing(council: Council) -> None:
    sitters = Sitters.make(council)
    audit = final(council, 1)
    drawn(council, sitters)
    review = revealed(council, sitters, audit, grade="inadequate")
    decide(review, regraded("inadequate", an_action()), by=council.head_of_qa)
    report = drafting.start_draft(period=parse("2026-11"), by=council.qa_officer, at=LATER)
    made_and_issued(report, council)
    assert compose(parse("2026-12"), at=LATER).of(Grades).revised is None


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


WHY = "The panel regraded one audit."


def test_a_correction_needs_its_reason_says_what_changed_and_is_announced_as_one(
    client: Client, council: Council
) -> None:
    sitters = Sitters.make(council)
    audit = final(council, 1)
    first = issued_november(council)
    drawn(council, sitters)
    decide(
        revealed(council, sitters, audit, grade="inadequate"),
        regraded("inadequate", an_action()),
        by=council.head_of_qa,
    )
    client.force_login(council.qa_officer)
    refused = client.post("/reports/start/", {"period": "2026-11"})
    assert refused.status_code == 422
    assert "write in a line why it is corrected" in refused.content.decode()
    assert Report.objects.count() == 1

    client.post("/reports/start/", {"period": "2026-11", "why": WHY})
    second = made_and_issued(Report.objects.get(number=2), council)
    revised = second.figures["revised"]
    assert (revised["replaces"], revised["issued"], revised["why"]) == (1, str(ISSUED.date()), WHY)
    grades = {"Good": ("1 of 1", "0 of 1"), "Inadequate": ("0 of 1", "1 of 1")}
    changed = {row["name"]: (row["was"], row["now"]) for row in revised["rows"]}
    assert changed == grades | {"Graded Good or better": ("1 of 1", "0 of 1")}
    page = " ".join(client.get(f"/reports/{second.ref}/").content.decode().split())
    assert "Version 2, a correction: replaces version 1 of" in page
    assert f"<h2>Revised since it was issued</h2> <p>{WHY}</p>" in page
    subjects = Notice.objects.filter(key__startswith="report-issued-").values_list("subject", flat=True)
    assert set(subjects) == {
        "The monthly audit report for November 2026 is out",
        "Correction, version 2: the monthly audit report for November 2026 is out",
    }
    old = " ".join(client.get(f"/reports/{first.ref}/").content.decode().split())
    assert old.index("<strong>Superseded.</strong>") < old.index("<h1>Monthly audit report</h1>")
    assert f'href="/reports/{second.ref}/">version 2</a>, which takes its place: {WHY}' in old


def test_a_report_whose_audits_were_regraded_since_it_was_made_is_not_issued(council: Council) -> None:
    audit = final(council, 1)
    report = drafting.start_draft(period=parse("2026-11"), by=council.qa_officer, at=ISSUED)
    asked = generate.request_report(report=report, by=council.qa_officer, at=ISSUED)
    report = generate.generate_report(report=asked, at=ISSUED)
    withdrawal.void_audit(audit, why="Another child’s file was read.", by=council.head_of_qa, at=SITTING)
    with pytest.raises(NotNow, match=r"1 audit was regraded or set aside since this was made.* Start version 2"):
        issue.issue_report(report=report, by=council.qa_officer, at=SITTING)
    second = made_and_issued(drafting.start_draft(period=parse("2026-11"), by=council.qa_officer, at=LATER), council)
    assert second.figures["revised"] is None, "the first was never issued, so nothing is corrected"
    assert second.issued_at


def made_and_issued(report: Report, council: Council) -> Report:
    """A draft, made and issued after the panel sat."""
    asked = generate.request_report(report=report, by=council.qa_officer, at=LATER)
    made = generate.generate_report(report=asked, at=LATER)
    return issue.issue_report(report=made, by=council.qa_officer, at=LATER)
