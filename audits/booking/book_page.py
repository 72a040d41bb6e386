"""The page on which a meeting is booked: what it begins with, the times it proposes, what it asks before it books."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from audits.booking import usual_times
from audits.booking.book import book_meeting, check_book
from audits.models import Audit
from people.models import User
from qualitycounts.base.clock import LONDON
from qualitycounts.base.dates import moment_in_words


def first_values(audit: Audit, asked: str) -> dict[str, Any]:
    """What the form begins with: the proposed time that was chosen, else the meeting as it is booked."""
    try:
        meets = datetime.fromisoformat(asked) if asked else audit.meets
    except ValueError:
        meets = audit.meets
    if meets is None or meets.tzinfo is None:
        return {}
    local = meets.astimezone(LONDON)
    return {"meets": local.date(), "time": local.time(), "place": audit.place, "link": audit.link}


def times_offered(audit: Audit, third: User | None, *, at: datetime) -> list[tuple[str, str]]:
    """The times at which all are free, with whoever has the third chair: each as an address has it, and in words."""
    times = usual_times.free_times(audit, third, at=at)
    return [(usual_times.answer_of(moment), moment_in_words(moment)) for moment in times]


def book_asked(audit: Audit, *, by: User, at: datetime, meets: datetime, place: str, link: str, anyway: str) -> Audit:
    """Book what the page sent, once an odd time was asked about. Refused: as `book_meeting` and `check_usual`."""
    check_book(audit, by=by)
    if meets > at:
        usual_times.check_usual(audit, meets=meets, place=place, anyway=anyway)
    return book_meeting(audit, by=by, at=at, meets=meets, place=place, link=link)
