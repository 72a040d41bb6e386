"""Steps of setting a council up that somebody set aside, with the reason: the rest is read off the data.

What is set aside, and taken up again, is kept as the council's settings are: each change with who, when and why.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from people import access, trail
from people.models import CouncilSetting, User
from people.roles import Permission
from qualitycounts.base.refusals import NotNow, Refused, written

SLUG = "start-"
"""How the kept name of a step begins."""
CAN_WAIT = {
    "council": "The council’s name and colour",
    "mail": "Mail",
    "titles": "What the job titles may do",
}
"""The steps without which the others can be done. Without the rest there is nothing to draw."""


def changes_of_step(step: str) -> QuerySet[CouncilSetting]:
    """Every time a step was set aside or taken up again, the latest first."""
    return CouncilSetting.objects.filter(slug=f"{SLUG}{step}").select_related("set_by").order_by("-number")


def steps_set_aside() -> dict[str, CouncilSetting]:
    """Each step that is set aside now, with who did it, when and why."""
    latest = {
        row.slug: row
        for row in CouncilSetting.objects.filter(slug__startswith=SLUG).select_related("set_by").order_by("number")
    }
    return {slug.removeprefix(SLUG): row for slug, row in latest.items() if row.value}


def is_set_aside(step: str) -> bool:
    """Whether a step is set aside now."""
    return step in steps_set_aside()


def set_step_aside(step: str, *, why: str, by: User, at: datetime) -> CouncilSetting:
    """Say that a step is not done for now, and why.

    Refused: not an administrator (403); a step that the others need, or no reason (422); set aside already (409).
    """
    access.check(by, Permission.MANAGE_USERS)
    if step not in CAN_WAIT:
        raise Refused("The steps after this one need it, so it cannot be set aside. Do it, or leave it for later.")
    reason = written(why, "why", "Say why it is not done for now. It stays on the page with your name.")
    with trail.acting(by=by, at=at) as act:
        last = changes_of_step(step).first()
        if last is not None and last.value:
            raise NotNow("This step is set aside already.")
        number = last.number + 1 if last else 1
        aside, _ = CouncilSetting.objects.get_or_create(
            slug=f"{SLUG}{step}",
            number=number,
            defaults={"value": "aside", "why": reason, "set_at": at, "set_by": by},
        )
        act.add("step.set_aside", aside, now="set aside", why=reason)
    return aside


def take_step_up_again(step: str, *, by: User, at: datetime) -> None:
    """Ask for a step again. Refused: not an administrator (403); not set aside (409)."""
    access.check(by, Permission.MANAGE_USERS)
    with trail.acting(by=by, at=at) as act:
        last = changes_of_step(step).first()
        if last is None or not last.value:
            raise NotNow("This step is not set aside.")
        up, _ = CouncilSetting.objects.get_or_create(
            slug=last.slug,
            number=last.number + 1,
            defaults={"value": "", "why": "Taken up again", "set_at": at, "set_by": by},
        )
        act.add("step.taken_up_again", up, was="set aside")
