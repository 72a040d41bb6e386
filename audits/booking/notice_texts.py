"""What the notices of the QA Officer's month say: a draw that is sent or asked for anew, a duty that is late,
a reminder."""

from __future__ import annotations

from datetime import date

from audits.models import Draw, RedrawRequest
from audits.notice_texts import AboutAudit
from people.models import User
from people.notice_texts import NoticeText


class DutyLate(NoticeText):
    """To the Heads of QA: a draw, a panel's sample or a report of a month is late. `names` are whose it is."""

    what: str
    due_on: date
    names: str
    route = "work"


class DrawSent(NoticeText):
    """To everyone named on a draw, one mail each: what they are to audit (`leads`), which of their own cases are
    audited (`shares`), either of them "" where there is none. `theme` is what they are part of, why, and what it
    asks, or ""."""

    month: date
    leads: str
    shares: str
    theme: str
    book_by: date
    note: str
    by: User | None
    urgent = True
    route = "audits"


class RedrawAsked(NoticeText):
    """To the Heads of QA: a draw must not be sent as it is; they draw again or decline."""

    draw: Draw
    request: RedrawRequest
    route = "draw"
    args = ("draw.ref",)


class RedrawAnswered(NoticeText):
    """To whoever asked for a redraw: what the Head of QA answered."""

    draw: Draw
    request: RedrawRequest
    route = "draw"
    args = ("draw.ref",)


class AuditReminder(AboutAudit):
    """To whoever an audit waits for: `ask` is what they are asked to do. `by`: whoever reminds them, None for the
    calendar; `note` is theirs, or ""."""

    ask: str
    due_on: date
    late: bool
    note: str
    by: User | None
    urgent = True


class WeekOfTeam(NoticeText):
    """To a manager, once a week: what of their teams and services (`of`, by name) is late, due this week, was finalised
    last week, and waits to be talked through in supervision; each a count with its records, "" for none."""

    of: str
    late: str
    coming: str
    final: str
    to_talk: str
    urgent = True
    route = "work"
