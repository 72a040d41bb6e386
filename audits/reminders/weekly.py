"""A manager's week in one mail: what of their team or service is late, is due, was finalised, waits for supervision.

It goes once a week, on its first working day; a week in which there is nothing to say has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.db.models import Q

from audits.booking.notice_texts import WeekOfTeam
from audits.models import Action, Audit, Supervision
from people import council_settings, notices
from people.directory import roles_held
from people.models import Membership, Notice, User
from people.notices import notices_to
from people.roles import Role
from qualitycounts.base.clock import start_of
from qualitycounts.base.dates import short_day
from standards.timescales import is_working_day, one_calendar

SUMMARY = council_settings.Choice(
    "weekly_summary",
    "Managers have a summary of their week",
    "Mail",
    "One mail on the first working day of a week to each team manager and Head of Service. Ours.",
    choices=(("yes", "Yes"), ("no", "No")),
)
MANAGERS = (Role.TEAM_MANAGER, Role.HEAD_OF_SERVICE)
NAMED = 5
"""How many records a sentence names before it only counts."""
WEEK = timedelta(days=7)


def first_working_day(on: date) -> date:
    """The first working day of the week of a day."""
    day = on - timedelta(days=on.weekday())
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def week_key(on: date) -> str:
    """The key under which the week of a day is told, once."""
    return f"week:{on - timedelta(days=on.weekday()):%Y-%m-%d}"


def tell_week(*, on: date, at: datetime) -> int:
    """Send each manager the summary of the week that begins, where there is something to say; returns how many.

    Running it twice is harmless; days without it lose nothing within the week. Five queries.
    """
    with one_calendar():
        if SUMMARY.value() == "no" or on < first_working_day(on):
            return 0
    if Notice.objects.filter(key=week_key(on)).exists():
        return 0
    outgoing = [
        notice
        for manager, text in summaries(on)
        for notice in notices_to([manager], text=text, key=week_key(on), at=at)
    ]
    notices.tell_all(outgoing)
    return len(outgoing)


def summaries(on: date) -> list[tuple[User, WeekOfTeam]]:
    """Each manager with the week of their teams and services, where there is something to say."""
    held = roles_held(*MANAGERS, on=on).select_related("user", "team", "service").order_by("user", "pk")
    people: dict[User, list[Membership]] = {}
    for membership in held:
        people.setdefault(membership.user, []).append(membership)
    monday = on - timedelta(days=on.weekday())
    live = Action.objects.filter(state=Action.State.OPEN, audit__state=Audit.State.FINALISED, due_on__lt=monday + WEEK)
    actions = list(live.select_related("audit__case__team", "owner").order_by("due_on", "pk"))
    since, until = start_of(monday - WEEK), start_of(monday)
    new = Q(finalised_at__gte=since, finalised_at__lt=until) | ~Q(
        pk__in=Supervision.objects.that_count().values("audit")
    )
    audits = Audit.objects.filter(new, state=Audit.State.FINALISED).order_by("number")
    final = list(audits.select_related("case__team", "keyworker"))
    talked = set(Supervision.objects.that_count().filter(audit__in=final).values_list("audit", flat=True))
    weeks = []
    for manager, roles in people.items():
        mine = [action for action in actions if is_mine(action.audit, roles)]
        own = [audit for audit in final if is_mine(audit, roles)]
        text = WeekOfTeam(
            of=parts_in_words(roles),
            late=named([action_in_week(action) for action in mine if action.due_on < on]),
            coming=named([action_in_week(action) for action in mine if action.due_on >= on]),
            final=named(
                [audit_in_week(audit) for audit in own if audit.finalised_at and since <= audit.finalised_at < until]
            ),
            to_talk=named([audit_in_week(audit) for audit in own if audit.pk not in talked]),
        )
        if any((text.late, text.coming, text.final, text.to_talk)):
            weeks.append((manager, text))
    return weeks


def is_mine(audit: Audit, roles: Iterable[Membership]) -> bool:
    """Whether an audit's case is of a team or a service that one of these roles is for."""
    team = audit.case.team
    return team is not None and any(
        role.team_id == team.pk if role.role == Role.TEAM_MANAGER else role.service_id == team.service_id
        for role in roles
    )


def parts_in_words(roles: Iterable[Membership]) -> str:
    """The teams and services that these roles are for, by name."""
    return " and ".join(sorted({str(role.team or role.service) for role in roles if role.team or role.service}))


def action_in_week(action: Action) -> str:
    """An action as a mail names it: its reference, whose it is and by when; nothing of the child."""
    return f"{action.ref}, {action.owner or 'nobody at present'}, by {short_day(action.due_on)}"


def audit_in_week(audit: Audit) -> str:
    """An audit as a mail names it: its reference and whose case it was."""
    return f"{audit.ref} with {audit.keyworker or 'nobody now'}"


def named(lines: Sequence[str]) -> str:
    """Some records as a sentence has them: how many, and which while they are few."""
    if not lines:
        return ""
    return f"{len(lines)} ({'; '.join(lines)})" if len(lines) <= NAMED else str(len(lines))
