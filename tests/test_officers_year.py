"""A year of a QA Officer's work, with two months off sick: no duty is lost, each late thing is said once a level."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from audits.draw import draws, sending
from audits.duties import monthly_duties, owed, setting_aside
from audits.duties.monthly_duties import Duty
from audits.models import CASE_NUMBER, Audit, Judgement, Panel, SetAside
from audits.panel import sample as panel_sample
from audits.record import signing
from escalation import sweep
from escalation.models import Breach
from people import digests, notices, trail
from people.models import Notice
from people.roles import Role
from qualitycounts.work.page import my_work
from reporting.models import Report
from reporting.periods import month_of
from reporting.reports import checking, drafting, generate, issue
from standards.grades import Grade
from standards.timescales import add_months, add_working_days, have_passed
from tests.factories import CaseFactory, Council, UserFactory, auditor_of, keyworker_of

pytestmark = pytest.mark.once
FIRST = date(2026, 11, 1)
SICK = {date(2027, 1, 1), date(2027, 2, 1)}


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 10, tzinfo=UTC)


def draw_for(month: date, council: Council, day: date) -> None:
    """Draw one case for a month, look at it, and send it."""
    made = draws.run(month=month, size=1, by=council.qa_officer, at=at(day), send=False)
    sending.send_draw(made, note="", by=council.qa_officer, at=at(day))


def meet_and_sign(month: date, day: date) -> None:
    """The chairs of a month's audits do their part: met, graded and signed on a day."""
    for audit in Audit.objects.filter(month=month, state=Audit.State.ALLOCATED, auditor__isnull=False):
        audit.state, audit.met_on, audit.agreed_at = Audit.State.AGREED, day, at(day)
        audit.agreed_by = auditor_of(audit)
        audit.save()
        Judgement.objects.create(audit=audit, number=CASE_NUMBER, state=Judgement.State.AGREED, grade=Grade.GOOD)
        with trail.acting(by=keyworker_of(audit), at=at(day)) as act:
            signing.finalise_audit(act, audit)


def draw_sample_of(month: date, council: Council, day: date) -> None:
    """Draw the panel's sample of a month, where an audit was finalised in it."""
    if panel_sample.finalised_in(month) and not Panel.objects.filter(month=month).exists():
        members = list(panel_sample.sitters(on=day))
        panel_sample.draw_sample(
            month=month, meets_on=day + timedelta(days=20), members=members, by=council.qa_officer, at=at(day)
        )


def report_of(month: date, council: Council, day: date) -> None:
    """Make a month's report and issue it."""
    period = month_of(month)
    if Report.objects.filter(period=str(period), issued_at__isnull=False).exists():
        return
    report = drafting.start_draft(period=period, by=council.qa_officer, at=at(day))
    report = generate.request_report(report=report, by=council.qa_officer, at=at(day))
    report = generate.generate_report(report=report, at=at(day))
    if checking.needed(report):
        report = checking.check_every_line(report=report, read=True, by=council.head_of_qa, at=at(day))
    issue.issue_report(report=report, by=council.qa_officer, at=at(day))


def owed_on(day: date) -> list[owed.OwedDuty]:
    return owed.owed_duties(monthly_duties.read_duties(on=day), user=None, on=day)


def expected_on(day: date) -> set[str]:
    """What is owed, worked out from what is there: the draws up to next month, and what each month since then owes."""
    this = day.replace(day=1)
    drawn = set(draws.draws_newest_first().values_list("activity__month", flat=True))
    aside = set(SetAside.objects.values_list("duty", "month"))
    months = [add_months(FIRST, step) for step in range(14)]
    wanted = {
        f"draw:{month:%Y-%m}"
        for month in months[1:]
        if month <= add_months(this, 1) and month not in drawn and ("draw", month) not in aside
    }
    for month in (month for month in months if month < this):
        if panel_sample.finalised_in(month) and not Panel.objects.filter(month=month).exists():
            wanted.add(f"sample:{month:%Y-%m}")
        if not Report.objects.filter(period=str(month_of(month)), issued_at__isnull=False).exists():
            wanted.add(f"report:{month:%Y-%m}")
    return wanted


def catch_up(council: Council, day: date) -> None:
    """Back at work: what can still be done is done, and what cannot is set aside with a reason."""
    for duty in owed_on(day):
        if duty.duty == Duty.DRAW and duty.month < day.replace(day=1):
            setting_aside.set_duty_aside(
                duty=Duty.DRAW,
                month=duty.month,
                why="I was ill, and its month is over.",
                by=council.qa_officer,
                at=at(day),
            )
        elif duty.duty == Duty.DRAW:
            draw_for(duty.month, council, day)
        elif duty.duty == Duty.PANEL:
            draw_sample_of(duty.month, council, day)
        else:
            report_of(duty.month, council, day)


@pytest.mark.usefixtures("issued_at_once")
def test_a_year_with_two_months_off_sick(council: Council, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reporting.pdf.render", lambda html: html.encode())
    UserFactory.create_batch(2, roles=(Role.AUDITOR,))
    for _ in range(20):
        CaseFactory.create(keyworker=council.keyworker)
    draw_for(FIRST, council, date(2026, 10, 5))
    late: Counter[str] = Counter()
    for step in range(12):
        month = add_months(FIRST, step)
        begins, until = add_working_days(month, 2), add_months(month, 1)
        if month not in SICK:
            settings.TODAY = begins
            catch_up(council, begins)
        day = add_working_days(month, 4)
        while day < until:
            settings.TODAY = day
            if day >= add_working_days(month, 8):
                meet_and_sign(month, day)
            sweep.sweep_deadlines(on=day, at=at(day))
            digests.gather_digests(at=at(day))
            notices.deliver_outbox(at=at(day), most=500)
            owes = owed_on(day)
            assert {duty.key for duty in owes} == expected_on(day), day
            for duty in owes:
                if have_passed(owed.HEAD_DAYS.value(), duty.due_on, on=day):
                    late[owed.late_key(duty)] += 1
            day += timedelta(days=7)
        if month in SICK:
            shown = {row.item.what for group in my_work(council.head_of_qa, at=at(day)).groups for row in group.rows}
            assert {duty.what for duty in owed_on(day)} <= shown, "the Head of QA sees what waits"
    assert len(late) >= 5, "two months off make several duties late"
    told = Counter(Notice.objects.filter(key__startswith="duty:").values_list("key", flat=True))
    assert told == Counter(dict.fromkeys(late, 1)), "each late duty is said to the Head of QA once"
    claims = Counter(Breach.objects.values_list("step", "action", "due_on", "level"))
    assert not [claim for claim, times in claims.items() if times > 1]
    letters = Counter(Notice.objects.filter(key__startswith="late:").values_list("to", "key"))
    assert not [key for key, times in letters.items() if times > 1]
    end = date(2027, 11, 3)
    settings.TODAY = end
    catch_up(council, end)
    assert [duty.key for duty in owed_on(end) if duty.due_on < end] == []
    assert {(aside.duty, aside.month) for aside in SetAside.objects.all()} == {("draw", date(2027, 2, 1))}
    assert not Notice.objects.filter(mail=Notice.Mail.DEAD).exists()
