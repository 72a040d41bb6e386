"""The reports among the monthly duties: those of the months that are over, and whatever is begun of any period."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from audits.booking.book_by import by_month
from audits.duties.monthly_duties import Duty, Kept
from audits.duties.owed import OwedDuty, aside_address
from people.models import User
from reporting.access import visible_reports
from reporting.models import Report
from reporting.periods import Period, PeriodKind, month_of, parse
from reporting.reports import checking
from reporting.reports.after_panel import has_panel, owed_by
from standards.timescales import add_months

WRITES = {
    Report.State.DRAFT: ("Read and finish the report of", "Open the draft"),
    Report.State.FAILED: ("Make again the report of", "Open it"),
    Report.State.GENERATED: ("Issue the report of", "Open it"),
}
"""What a report that is not out yet asks for, by its state, and the button."""
REPORTS = {
    PeriodKind.MONTH: "Monthly report",
    PeriodKind.QUARTER: "Quarterly report",
    PeriodKind.HALF: "Learning event",
    PeriodKind.YEAR: "Annual report",
}
"""What the report of a period is called, by its length."""


def reports_owed(kept: Kept, *, user: User | None, on: date) -> Iterator[OwedDuty]:
    """The reports of the months that are over, from the first that was ever begun, and whatever is begun of any period,
    until they are issued or set aside (strategy 4.7.5): one query."""
    versions: dict[str, list[Report]] = {}
    reports = visible_reports(user) if user else Report.objects.all()
    for version in reports.light().order_by("-number"):
        versions.setdefault(version.period, []).append(version)
    waiting = {parse(period) for period, some in versions.items() if not any(version.issued_at for version in some)}
    set_aside = {month_of(month) for duty, month in kept.set_aside if duty == Duty.REPORT}
    months = {month_of(month) for month in kept.months_owed(Duty.REPORT, on=on, done=())}
    if not kept.nothing_audited_yet(on=on):
        months.add(month_of(on).previous)
    if written := [period for period in map(parse, versions) if period.kind == PeriodKind.MONTH]:
        months = {month for month in months if month.first >= min(period.first for period in written)}
    begun_or_owed = (waiting | {month for month in months if str(month) not in versions}) - set_aside
    for period in sorted(begun_or_owed, key=lambda period: (period.last, period.kind)):
        newest = next(iter(versions.get(str(period), [])), None)
        yield report_owed(period, newest, user=user, after_panel=has_panel(kept, period.first, on=on))


def report_owed(period: Period, newest: Report | None, *, user: User | None, after_panel: bool) -> OwedDuty:
    """What one report asks for until it is issued; only a month’s is set aside, or owed `after_panel`."""
    monthly = period.kind == PeriodKind.MONTH
    usual = by_month(add_months(period.last.replace(day=1), 1))
    what, button, url = f"Start the report of {period.label}", "Start it", reverse("reports")
    waits = newest is not None and newest.state not in WRITES
    if newest is not None:
        url, button = reverse("report", args=[newest.ref]), "Open it"
        words = "The report of"
        if not waits:
            words, button = WRITES[Report.State(newest.state)]
        if user is not None and not waits and checking.can_check(newest, user) and newest.has_words:
            words, button = "Read as the second person the report of", "Read it"
        what = f"{words} {period.label}"
    return OwedDuty(
        duty=Duty.REPORT,
        key=f"report:{period}",
        month=period.last.replace(day=1),
        due_on=owed_by(period.first, usual) if monthly and after_panel else usual,
        what=what,
        about=period.label,
        button=button,
        url=url,
        who=REPORTS[period.kind],
        aside=aside_address(Duty.REPORT, period.first) if monthly else "",
        waits=waits,
    )
