"""My work: what waits for one person across the whole of the work, most urgent first, in a dozen queries at most.

Each part asks the rules of its own room which records the person may open and what may be done on them; nothing is
defined here but how soon a thing without a deadline of its own is asked for (`qualitycounts.work.dates`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Model, QuerySet

from people import access
from people.directory import fill_people
from people.kept_questions import rows_for
from people.models import User
from people.roles import Permission
from qualitycounts.base.clock import day_of
from qualitycounts.work import accounts, actions, audits, escalations, first_day, panel, programme
from qualitycounts.work.parts import Part, Work
from standards.timescales import one_calendar


class PartOfAudits(NamedTuple):
    """A part that asks for anything only once there are audits: the permission without which it is empty, the question
    of its rows, and whom they name."""

    part: Callable[..., Part]
    permission: Permission
    question: Callable[..., QuerySet[Any]]
    people: tuple[str, ...]


OF_AUDITS = (
    PartOfAudits(audits.audits_part, Permission.SEE_AUDIT, audits.audits_asked_for, audits.PEOPLE),
    PartOfAudits(actions.actions_part, Permission.SEE_ACTION, actions.actions_asked_for, actions.PEOPLE),
    PartOfAudits(
        escalations.escalations_part, Permission.SEE_ESCALATION, escalations.steps_asked_for, escalations.PEOPLE
    ),
)


def my_work(user: User, *, at: datetime, whole: bool = False) -> Work:
    """Everything that waits for the person, and what they wait for. `whole`: a long group is shown to its end."""
    with one_calendar():
        parts, row = parts_of_audits(user, at=at)
        begun = any(part.items or part.begun for part in parts)
        parts.append(panel.panel_part(user, row=row))
        parts.append(programme.programme_part(user, at=at, row=row))
        parts.append(accounts.accounts_part(user, at=at, row=row))
        if not (begun or any(part.begun for part in parts)):
            parts.append(first_day.first_day_part(user, at=at))
            keep_unhurried(parts, on=day_of(at))
        work = Work.of(parts, on=day_of(at))
        return replace(work, groups=[replace(group, most=len(group.rows)) for group in work.groups]) if whole else work


def parts_of_audits(user: User, *, at: datetime) -> tuple[list[Part], Model | None]:
    """What audits, actions and escalations ask of the person: a question each, and one for the people of all their
    rows. And the first row, which carries what other parts would have to ask; None without any."""
    asked = [each for each in OF_AUDITS if access.may(user, each.permission)]
    rows = [rows_for(user, each.question, on=day_of(at)) for each in asked]
    fill_people(*zip(rows, (each.people for each in asked), strict=True))
    parts = [each.part(user, some, at=at) for each, some in zip(asked, rows, strict=True)]
    return parts, next((row for some in rows for row in some), None)


def keep_unhurried(parts: list[Part], *, on: date) -> None:
    """Let nothing be late before the council's first draw: until then what is asked for is due today."""
    late = any(item.due_on < on for part in parts for item in part.items)
    if late and not first_day.has_begun():
        for part in parts:
            part.items = [replace(item, due_on=max(item.due_on, on)) for item in part.items]
