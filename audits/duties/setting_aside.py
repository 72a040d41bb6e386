"""Saying that a month's draw, sample or report will not be done, and why: then it is asked of nobody any more."""

from __future__ import annotations

from datetime import date, datetime

from audits.duties import owed
from audits.duties.monthly_duties import Duty
from audits.models import SetAside
from people import access, trail
from people.models import User
from people.roles import Permission
from qualitycounts.base.clock import day_of
from qualitycounts.base.dates import month_in_words
from qualitycounts.base.refusals import NotNow, written
from standards.timescales import add_months

PERMISSIONS = {
    Duty.DRAW: Permission.RUN_SELECTION,
    Duty.PANEL: Permission.RUN_PANEL,
    Duty.REPORT: Permission.PUBLISH_REPORT,
}
"""Who may set a duty aside: whoever may do it."""


def check_set_aside(duty: Duty, month: date, *, by: User, on: date) -> None:
    """Refused: whoever may not do the duty (403); the month is still to come, the duty is set aside already, or nobody
    is asked for it (409)."""
    access.check(by, PERMISSIONS[duty])
    begins = month if duty == Duty.DRAW else add_months(month, 1)
    if begins > on:
        raise NotNow(f"{month_in_words(month)} is not over, so there is still time for it.")
    if SetAside.objects.filter(duty=duty, month=month).exists():
        raise NotNow(f"{duty.label} of {month_in_words(month)} is set aside already.")
    if not owed.is_owed(duty, month, on=on):
        raise NotNow(f"{duty.label} of {month_in_words(month)} is asked of nobody: it is done, or there is none to do.")


def set_duty_aside(*, duty: Duty, month: date, why: str, by: User, at: datetime) -> SetAside:
    """Say that a month's draw, sample or report will not be done, and why. `month` is its first day.

    Refused: as `check_set_aside`, or no reason (422).
    """
    with trail.acting(by=by, at=at) as act:
        check_set_aside(duty, month, by=by, on=day_of(at))
        why = written(why, "why", "Say why it will not be done. The reason stays on the programme.")
        duty_set_aside = SetAside.objects.create(duty=duty, month=month, why=why, set_aside_at=at, set_aside_by=by)
        act.add("duty.set_aside", duty_set_aside, now="set aside", why=why)
    return duty_set_aside


def take_duty_up_again(duty_set_aside: SetAside, *, by: User, at: datetime) -> None:
    """Ask for a duty again that was set aside. Refused: whoever may not do the duty (403)."""
    with trail.acting(by=by, at=at) as act:
        access.check(by, PERMISSIONS[Duty(duty_set_aside.duty)])
        act.add("duty.taken_up_again", duty_set_aside, was="set aside", why=duty_set_aside.why)
        duty_set_aside.delete()


def all_set_aside() -> list[SetAside]:
    """Everything that is set aside, the latest month first."""
    return list(SetAside.objects.select_related("set_aside_by"))
