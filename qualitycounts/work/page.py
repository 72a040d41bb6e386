"""My work: what waits for one person across the whole of the work, most urgent first, in a dozen queries at most.

Each part asks the rules of its own room which records the person may open and what may be done on them; nothing is
defined here but how soon a thing without a deadline of its own is asked for (`qualitycounts.work.dates`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from people.models import User
from qualitycounts.base.clock import day_of
from qualitycounts.work import accounts, actions, audits, escalations, first_day, panel, programme
from qualitycounts.work.parts import Part, Work
from standards.timescales import one_calendar

PARTS = (
    audits.audits_part,
    actions.actions_part,
    escalations.escalations_part,
    panel.panel_part,
    programme.programme_part,
    accounts.accounts_part,
)
OF_AUDITS = (audits.audits_part, actions.actions_part, escalations.escalations_part)
"""The parts that ask for anything only once there are audits."""


def my_work(user: User, *, at: datetime, whole: bool = False) -> Work:
    """Everything that waits for the person, and what they wait for. `whole`: a long group is shown to its end."""
    with one_calendar():
        parts: list[Part] = [part(user, at=at) for part in PARTS]
        if not any(part.begun or (part.items and rule in OF_AUDITS) for rule, part in zip(PARTS, parts, strict=True)):
            parts.append(first_day.first_day_part(user, at=at))
            keep_unhurried(parts, on=day_of(at))
        work = Work.of(parts, on=day_of(at))
        return replace(work, groups=[replace(group, most=len(group.rows)) for group in work.groups]) if whole else work


def keep_unhurried(parts: list[Part], *, on: date) -> None:
    """Let nothing be late before the council's first draw: until then what is asked for is due today."""
    late = any(item.due_on < on for part in parts for item in part.items)
    if late and not first_day.has_begun():
        for part in parts:
            part.items = [replace(item, due_on=max(item.due_on, on)) for item in part.items]
