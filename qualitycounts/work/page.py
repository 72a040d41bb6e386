"""My work: what waits for one person across the whole of the work, most urgent first, in a dozen queries at most.

Each part asks the rules of its own room which records the person may open and what may be done on them; nothing is
defined here but how soon a thing without a deadline of its own is asked for (`qualitycounts.work.dates`).
"""

from __future__ import annotations

from datetime import datetime

from people.models import User
from qualitycounts.clock import day_of
from qualitycounts.work import accounts, actions, audits, escalations, panel, programme
from qualitycounts.work.parts import Part, Work
from standards.timescales import one_calendar

ROOMS = (audits, actions, escalations, panel, programme, accounts)


def my_work(user: User, *, at: datetime) -> Work:
    """Everything that waits for the person, and what they wait for."""
    with one_calendar():
        parts: list[Part] = [room.part(user, at=at) for room in ROOMS]
        return Work.of(parts, on=day_of(at))
