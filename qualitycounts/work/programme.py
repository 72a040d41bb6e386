"""The month's round on My work: the next draw, the programme to agree to, and the reports (work/reports.py)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from audits import agreement, draw
from audits.models import Activity
from people import access
from people.models import User
from people.roles import Permission
from people.templatetags.qc import month
from qualitycounts.clock import day_of
from qualitycounts.work import reports
from qualitycounts.work.dates import by_month
from qualitycounts.work.parts import Item, Part
from standards.timescales import add_working_days

AGREE_DAYS = 10
"""Working days in which a manager answers about the programme (ours)."""


def part(user: User, *, at: datetime) -> Part:
    """What the month asks of QA, and what a reader may read."""
    found, on = Part(), day_of(at)
    if access.may(user, Permission.RUN_SELECTION):
        next_draw(found, on=on)
    if access.may(user, Permission.AGREE_PROGRAMME):
        to_agree(found, user, on=on)
    reports.add(found, user, on=on)
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
