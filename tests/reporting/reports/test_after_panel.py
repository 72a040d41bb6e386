"""A month's report waits for the panel on that month, unless the council issues it at once; members are then warned."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from audits.duties import monthly_duties, owed, setting_aside
from audits.duties.monthly_duties import Duty
from audits.models import Audit, Panel
from audits.panel import sitting
from people.models import Notice
from qualitycounts.base.refusals import NotNow
from reporting.models import Report
from reporting.periods import parse
from reporting.reports import checking, drafting, generate, issue
from tests.audits.panel.panels import DRAWN, NOVEMBER, SITTING, Sitters, decide, drawn, final, give, revealed, upheld
from tests.conftest import issue_at_once
from tests.factories import Council

BEFORE, AFTER = SITTING - timedelta(days=5), SITTING + timedelta(hours=1)


def made_november(council: Council) -> Report:
    """November's report, ready to issue."""
    by = council.qa_officer
    draft = drafting.start_draft(period=parse("2026-11"), by=by, at=BEFORE)
    report = generate.generate_report(report=generate.request_report(report=draft, by=by, at=BEFORE), at=BEFORE)
    if checking.needed(report):
        report = checking.check_every_line(report=report, read=True, by=council.head_of_qa, at=BEFORE)
    return report


def decided(council: Council, sitters: Sitters, audit: Audit) -> None:
    decide(revealed(council, sitters, audit), upheld(), by=council.head_of_qa)


def test_a_months_report_waits_until_the_panel_has_decided_on_every_audit(client: Client, council: Council) -> None:
    sitters = Sitters.make(council)
    first, second = final(council, 1), final(council, 2)
    report = made_november(council)
    with pytest.raises(NotNow, match="waits for the panel on November 2026, whose sample is not drawn yet"):
        issue.issue_report(report=report, by=council.qa_officer, at=BEFORE)
    drawn(council, sitters)
    client.force_login(council.qa_officer)
    page = client.get(f"/reports/{report.ref}/").content.decode()
    assert "It waits for the panel on November 2026, which sits on 31 December 2026" in page
    assert "Issue this report" not in page
    assert client.post(f"/reports/{report.ref}/issue/").status_code == 409
    decided(council, sitters, first)
    with pytest.raises(NotNow, match="once the panel has decided on every audit"):
        issue.issue_report(report=report, by=council.qa_officer, at=AFTER)
    decided(council, sitters, second)
    assert "Issue this report" in client.get(f"/reports/{report.ref}/").content.decode()
    assert issue.issue_report(report=report, by=council.qa_officer, at=AFTER).issued_at == AFTER


def test_it_does_not_wait_without_audits_nor_where_the_panel_is_set_aside(council: Council) -> None:
    nothing = made_november(council)
    assert issue.issue_report(report=nothing, by=council.qa_officer, at=BEFORE).issued_at
    final(council, 1)
    again = drafting.start_draft(period=parse("2026-11"), by=council.qa_officer, at=BEFORE, why="An audit was late.")
    by, asked = council.qa_officer, generate.request_report(report=again, by=council.qa_officer, at=BEFORE)
    made = generate.generate_report(report=asked, at=BEFORE)
    assert issue.issue_report(report=made, by=by, at=BEFORE).issued_at, "what is out is corrected at once"


def test_a_panel_that_will_not_sit_holds_nothing(council: Council) -> None:
    final(council, 1)
    report = made_november(council)
    setting_aside.set_duty_aside(
        duty=Duty.PANEL, month=NOVEMBER, why="Half the members are ill.", by=council.qa_officer, at=BEFORE
    )
    assert issue.issue_report(report=report, by=council.qa_officer, at=BEFORE).issued_at


@pytest.mark.parametrize(("at_once", "due_on"), [(False, date(2027, 1, 8)), (True, date(2026, 12, 14))])
def test_a_report_that_waits_is_owed_five_working_days_after_its_panel(
    council: Council, at_once: bool, due_on: date
) -> None:
    if at_once:
        issue_at_once(council)
    final(council, 1)
    on = DRAWN.date()
    duties = owed.owed_duties(monthly_duties.read_duties(on=on), user=None, on=on)
    assert [duty.due_on for duty in duties if duty.duty == Duty.REPORT] == [due_on]


def warning(client: Client, council: Council, sitters: Sitters, panel: Panel, audit: Audit) -> list[bool]:
    """Whether a member is warned on the page of the panel, and on that of an audit."""
    client.force_login(sitters.emeka)
    pages = (client.get(f"/panel/{panel.ref}/"), client.get(f"/panel/{panel.ref}/{audit.ref}/"))
    return ["that can give grades away" in " ".join(page.content.decode().split()) for page in pages]


def own_page(client: Client, report: Report) -> str:
    """The report's own page."""
    return " ".join(client.get(f"/reports/{report.ref}/").content.decode().split())


def test_members_are_warned_where_a_report_tells_them_the_grades_of_a_small_sample(
    client: Client, council: Council
) -> None:
    issue_at_once(council)
    sitters = Sitters.make(council)
    audit, other = final(council, 1, "inadequate"), final(council, 2)
    panel = drawn(council, sitters)
    assert warning(client, council, sitters, panel, audit) == [False, False]
    report = made_november(council)
    issue.issue_report(report=report, by=council.qa_officer, at=BEFORE)
    assert warning(client, council, sitters, panel, audit) == [True, True]
    page = " ".join(client.get(f"/panel/{panel.ref}/").content.decode().split())
    assert f"The report on November 2026 ({report.ref}) is out, and says how many of its 2 audits" in page
    assert "You sit on the panel on November 2026, and this says how many of its 2 audits" in own_page(client, report)
    client.force_login(council.qa_officer)
    assert "give grades away" not in client.get(f"/panel/{panel.ref}/").content.decode(), "who keeps it gives none"
    assert "give grades away" not in own_page(client, report)
    told = Notice.objects.filter(key=f"report-issued-{report.ref}")
    warned = {notice.to for notice in told if "leave the report until your grades are in" in notice.body}
    assert warned == {member for member in sitters.all if told.filter(to=member).exists()}
    assert warned
    assert len(warned) < len(told), "who has no grades to give is told plainly"
    sitting.begin_panel(panel, by=council.qa_officer, at=SITTING)
    for each in (audit, other):
        for member in sitters.all:
            give(each.reviews.get(), member, "good")
    assert warning(client, council, sitters, panel, audit) == [False, False], "all are revealed"
    assert "give grades away" not in own_page(client, report)
