"""Reports on My work: what QA writes, checks and issues, what the director answers, and items of the action plan."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from people import access
from people.models import User
from people.roles import Permission, Role
from people.templatetags.qc import short_day
from qualitycounts.clock import day_of
from qualitycounts.work.dates import by_month
from qualitycounts.work.parts import Card, Item, Line, Part
from reporting import checking, plan_page
from reporting.access import visible_reports
from reporting.audiences import RESPOND_DAYS
from reporting.models import PlanItem, Report
from reporting.periods import Kind, Period, month_of
from standards.timescales import add_working_days

LATEST = 3
"""Reports shown to those who read them."""
WRITES = {
    Report.State.DRAFT: ("Read and finish the report of", "Open the draft"),
    Report.State.FAILED: ("Make again the report of", "Open it"),
    Report.State.GENERATED: ("Issue the report of", "Open it"),
}
"""What a report that is not out yet asks for, by its state, and the button."""


def add(found: Part, user: User, *, on: date) -> None:
    """What reports ask of a person: one query; and one for the items of the plan that are theirs, but for those who
    keep the plan and have all of it on its own page."""
    if access.may(user, Permission.PUBLISH_REPORT):
        to_write(found, user, on=on)
    elif access.may(user, Permission.SEE_REPORTS):
        issued = list(visible_reports(user).light().filter(issued_at__isnull=False).order_by("-issued_at")[:LATEST])
        found.cards.append(latest(issued))
        if access.holds(user, Role.ASSISTANT_DIRECTOR):
            to_answer(found, issued)
    if access.may(user, Permission.KEEP_PLAN):
        return
    for item in plan_page.mine(user):
        url = f"/plan/{item.ref}/"
        found.items.append(Item(item.due_on, _short(item), item.ref, "Say how it goes", url, "CQAWG action plan"))


def to_write(found: Part, user: User, *, on: date) -> None:
    """The reports of last month and of last quarter, until they are issued (strategy 4.7.5)."""
    periods = ended(on)
    written = [str(period) for period in periods]
    versions = list(visible_reports(user).light().filter(period__in=written).order_by("-number"))
    for period in periods:
        of_it = [version for version in versions if version.period == str(period)]
        if not any(version.issued_at for version in of_it) and (of_it or period.kind == Kind.MONTH):
            one_to_write(found, user, period, next(iter(of_it), None), on=on)


def one_to_write(found: Part, user: User, period: Period, newest: Report | None, *, on: date) -> None:
    """What one report asks for until it is issued."""
    due, kind = by_month(on), "Monthly report" if period.kind == Kind.MONTH else "Quarterly report"
    if newest is None:
        what, button, url = f"Start the report of {period.label}", "Start it", "/reports/"
    elif newest.state in WRITES:
        words, button = WRITES[Report.State(newest.state)]
        url = f"/reports/{newest.ref}/"
        if checking.can_check(newest, user) and newest.has_words:
            words, button = "Read as the second person the report of", "Read it"
        what = f"{words} {period.label}"
    else:
        found.waiting.append((due, Line(f"The report of {period.label}", f"/reports/{newest.ref}/", "Being made")))
        return
    found.items.append(Item(due, what, period.label, button, url, kind))


def ended(on: date) -> list[Period]:
    """The month and the quarter that are over."""
    month = month_of(on)
    quarter = Period(month.shifted(-((month.first.month - 1) % 3)).first, Kind.QUARTER)
    return [month.previous, quarter.previous]


def to_answer(found: Part, issued: Sequence[Report]) -> None:
    """A quarterly report is complete only with the Assistant Director's written response (strategy 4.7.5)."""
    for report in issued:
        if report.kind == Report.Kind.QUARTERLY and report.state == Report.State.ISSUED and report.issued_at:
            due, about = add_working_days(day_of(report.issued_at), RESPOND_DAYS.value()), report.about.short
            url = f"/reports/{report.ref}/response/"
            what = f"Respond to the quarterly report, {about}"
            found.items.append(Item(due, what, about, "Write the response", url, "Quarterly report"))


def _short(item: PlanItem) -> str:
    return item.what if len(item.what) < 80 else f"{item.what[:77].rstrip()} …"


def latest(issued: Sequence[Report]) -> Card:
    """The latest reports that one may read."""
    lines = [
        Line(
            f"{report.get_kind_display()}, {report.about.label}",
            f"/reports/{report.ref}/",
            f"Issued {short_day(report.issued_at)}",
        )
        for report in issued
    ]
    empty = "None yet. Monthly and quarterly reports come here on the day they are issued."
    return Card("reports", "Latest reports", lines, empty, "/reports/", "All reports")
