"""Reports on My work: what is new to read, what the director answers, and items of the action plan."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q
from django.urls import reverse

from people import access
from people.models import User
from people.roles import Permission, Role
from qualitycounts.base.clock import day_of
from qualitycounts.base.dates import short_day
from qualitycounts.base.row_questions import NO_ROW
from qualitycounts.work.parts import Card, Item, Line, Part
from reporting.access import visible_reports
from reporting.models import PlanItem, Report
from reporting.plan import page as plan_page
from reporting.reports.audiences import RESPOND_DAYS
from standards.timescales import add_working_days

LATEST = 3
"""Reports shown to those who read them."""


def add_reports(part: Part, user: User, *, on: date) -> None:
    """What reports ask of a person: one query; and one for the items of the plan that are theirs, but for those who
    keep the plan and have all of it on its own page."""
    if not access.may(user, Permission.PUBLISH_REPORT) and access.may(user, Permission.SEE_REPORTS):
        issued = visible_reports(user).light().filter(issued_at__isnull=False).order_by("-issued_at")
        answers = access.holds(user, Role.ASSISTANT_DIRECTOR)
        unanswered = Q(kind=Report.Kind.QUARTERLY, state=Report.State.ISSUED) if answers else NO_ROW
        shown = list(issued.filter(Q(pk__in=issued.values("pk")[:LATEST]) | unanswered))
        part.cards.append(latest(shown[:LATEST]))
        if answers:
            to_answer(part, shown)
    if access.may(user, Permission.KEEP_PLAN):
        return
    for item in plan_page.mine(user):
        url = reverse("plan-item", args=[item.ref])
        part.items.append(Item(item.due_on, _short(item), item.ref, "Say how it goes", url, "CQAWG action plan"))


def to_answer(part: Part, issued: Iterable[Report]) -> None:
    """A quarterly report is complete only with the Assistant Director's written response (strategy 4.7.5), however many
    reports were issued since."""
    for report in issued:
        if report.kind == Report.Kind.QUARTERLY and report.state == Report.State.ISSUED and report.issued_at:
            due, about = add_working_days(day_of(report.issued_at), RESPOND_DAYS.value()), report.about.short
            url = reverse("report-response", args=[report.ref])
            what = f"Respond to the quarterly report, {about}"
            part.items.append(Item(due, what, about, "Write the response", url, "Quarterly report"))


def _short(item: PlanItem) -> str:
    return item.what if len(item.what) < 80 else f"{item.what[:77].rstrip()} …"


def latest(issued: Iterable[Report]) -> Card:
    """The latest reports that one may read."""
    lines = [
        Line(
            f"{report.get_kind_display()}, {report.about.label}",
            reverse("report", args=[report.ref]),
            f"Issued {short_day(report.issued_at)}",
        )
        for report in issued
    ]
    empty = "None yet. Monthly and quarterly reports come here on the day they are issued."
    return Card("reports", "Latest reports", lines, empty, reverse("reports"), "All reports")
