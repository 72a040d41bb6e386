"""The month's round on My work: its duties, the programme to agree to, and the reports (work/reports.py)."""

from __future__ import annotations

from datetime import date, datetime

from django.urls import reverse

from audits.duties import monthly_duties, owed
from audits.duties.owed import OwedDuty
from audits.programme import agreement
from people import access
from people.models import User
from people.roles import Permission
from qualitycounts.base.clock import day_of
from qualitycounts.work import reports
from qualitycounts.work.parts import Item, Line, Part
from standards.timescales import add_working_days

AGREE_DAYS = 10
"""Working days in which a manager answers about the programme (ours)."""


def programme_part(user: User, *, at: datetime) -> Part:
    """What the month asks of QA, and what a reader may read."""
    part, on = Part(), day_of(at)
    kept = monthly_duties.read_duties(on=on) if access.may(user, Permission.RUN_SELECTION) else None
    if kept is not None:
        part.begun = kept.begun is not None
        for duty in owed.owed_duties(kept, user=user, on=on):
            add_duty(part, duty)
    if access.may(user, Permission.AGREE_PROGRAMME):
        to_agree(part, user, on=on)
    reports.add_reports(part, user, on=on)
    return part


def add_duty(part: Part, duty: OwedDuty) -> None:
    """One duty of a month: to do, or waited for while others are at it."""
    if duty.waits:
        part.waiting.append((duty.due_on, Line(duty.what, duty.url, "Being made")))
        return
    row = Item(duty.due_on, duty.what, duty.about, duty.button, duty.url, duty.who, "", duty.more)
    part.items.append(row)


def to_agree(part: Part, user: User, *, on: date) -> None:
    """A year's programme that waits for this manager's agreement (strategy, section 7)."""
    for asked in agreement.programmes_to_agree(user, on=on):
        words = "Agree the audit programme"
        years = f"{asked.year} to {asked.year + 1}"
        due = add_working_days(day_of(asked.asked_at), AGREE_DAYS)
        url = reverse("programme", query={"year": asked.year})
        part.items.append(
            Item(due, words, years, "Read it", url, f"{asked.asked_by}", "", f"Asked by {asked.asked_by}")
        )
