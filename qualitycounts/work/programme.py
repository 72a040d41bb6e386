"""The month's round on My work: the next draw and the last report for QA; the latest reports for their readers."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from audits import agreement, draw
from audits.models import Activity
from people import access
from people.models import User
from people.roles import Permission
from people.templatetags.qc import month, short_day
from qualitycounts.clock import day_of
from qualitycounts.work.dates import by_month
from qualitycounts.work.parts import Card, Item, Line, Part
from reporting.access import visible_reports
from reporting.models import Report
from reporting.periods import Period, month_of
from standards.timescales import add_working_days

AGREE_DAYS = 10
"""Working days in which a manager answers about the programme (ours)."""
LATEST = 3
"""Reports shown to those who read them."""
WRITES = {
    Report.State.DRAFT: ("Read and finish the report of", "Open the draft"),
    Report.State.FAILED: ("Make again the report of", "Open it"),
    Report.State.GENERATED: ("Issue the report of", "Open it"),
}
"""What a report that is not out yet asks for, by its state, and the button."""


def part(user: User, *, at: datetime) -> Part:
    """What the month asks of QA, and what a reader may read."""
    found, on = Part(), day_of(at)
    if access.may(user, Permission.RUN_SELECTION):
        next_draw(found, on=on)
    if access.may(user, Permission.AGREE_PROGRAMME):
        to_agree(found, user, on=on)
    if access.may(user, Permission.PUBLISH_REPORT):
        last_report(found, user, month_of(on).previous, on=on)
    elif access.may(user, Permission.SEE_REPORTS):
        found.cards.append(latest(user))
    return found


def next_draw(found: Part, *, on: date) -> None:
    """What is planned for next month is drawn in this one (strategy, App. 2, before)."""
    coming = (on.replace(day=1) + timedelta(days=32)).replace(day=1)
    for activity in draw.to_draw(coming):
        core = activity.kind == Activity.Kind.CORE
        words = f"Run the draw for {month(coming)}" if core else f"Run the draw of “{activity.title}”"
        url = "/draws/" if core else f"/draws/?activity={activity.pk}"
        kind = activity.get_kind_display()
        found.items.append(Item(by_month(on), words, month(coming), "Start the draw", url, kind, "", "A month ahead"))


def to_agree(found: Part, user: User, *, on: date) -> None:
    """A year's programme that waits for this manager's agreement (strategy, section 7)."""
    for asked in agreement.waiting(user, on=on):
        words = "Agree the audit programme"
        years = f"{asked.year} to {asked.year + 1}"
        due = add_working_days(day_of(asked.asked_at), AGREE_DAYS)
        url = f"/programme/?year={asked.year}"
        found.items.append(
            Item(due, words, years, "Read it", url, f"{asked.asked_by}", "", f"Asked by {asked.asked_by}")
        )


def last_report(found: Part, user: User, period: Period, *, on: date) -> None:
    """Last month's report, until it is issued (strategy 4.7.5)."""
    versions = list(visible_reports(user).light().filter(period=str(period)).order_by("-number"))
    if any(version.issued_at for version in versions):
        return
    due, newest = by_month(on), next(iter(versions), None)
    if newest is None:
        what, button, url = f"Start the report of {period.label}", "Start it", "/reports/"
    elif newest.state in WRITES:
        words, button = WRITES[Report.State(newest.state)]
        what, url = f"{words} {period.label}", f"/reports/{newest.ref}/"
    else:
        found.waiting.append((due, Line(f"The report of {period.label}", f"/reports/{newest.ref}/", "Being made")))
        return
    found.items.append(Item(due, what, period.label, button, url, "Monthly report"))


def latest(user: User) -> Card:
    """The latest reports that one may read."""
    issued = visible_reports(user).light().filter(issued_at__isnull=False).order_by("-issued_at")[:LATEST]
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
