"""A draw as whoever made it needs it next: who has what, what to look at before it is sent, the box that sends it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch, prefetch_related_objects

from audits.allocation.independence import AUDITS_A_MONTH
from audits.booking.book_by import by_month
from audits.booking.notice_texts import DrawSent
from audits.draw import draws, sending, unsent
from audits.draw.preview import extract_before
from audits.draw.recompute import Recount, recount
from audits.models import Activity, Audit, Chair, Draw, Pick, RedrawRequest
from people import trail
from people.models import Notice, User
from qualitycounts.base.dates import moment_in_words, month_name, short_day
from qualitycounts.base.refusals import allows
from qualitycounts.base.spreadsheets import Column
from standards.timescales import add_working_days


@dataclass(frozen=True, slots=True)
class WhoRow:
    """One standing case: its audit, how many audits of the month its auditor and its worker have."""

    pick: Pick
    auditor_load: int
    worker_load: int
    crowded: bool
    to_replace: bool

    @property
    def audit(self) -> Audit:
        """The audit."""
        return self.pick.audit

    @property
    def replaceable(self) -> bool:
        """Whether the case may still be replaced, or its auditor changed."""
        return self.audit.state in Audit.NOT_MET


@dataclass(frozen=True, slots=True)
class DrawStep:
    """One of the three steps of a draw: its mark, its words, and whether it is the one to do now."""

    state: str
    words: str
    now: bool = False


@dataclass(frozen=True, slots=True)
class WhoPage:
    """All that the page shows."""

    draw: Draw
    rows: list[WhoRow]
    replaced: int
    crowded: list[sending.Crowded]
    uneven: list[sending.Uneven]
    recount: Recount
    as_at: date | None
    mails: list[tuple[User, DrawSent]]
    unread: list[User]
    asked: list[RedrawRequest]
    can_send: bool
    can_leave: bool
    can_ask: bool
    can_decline: bool
    can_take_back: bool
    can_again: bool
    later: Draw | None
    on: date

    @property
    def title(self) -> str:
        """What was drawn, in words: January’s 12 core audits."""
        month, count = month_name(self.draw.month), len(self.rows)
        activity = self.draw.activity
        core = activity.kind == Activity.Kind.CORE
        kind = "core" if core else activity.get_kind_display().removesuffix(" audits").lower()
        about = f" about “{activity.title}”" if activity.title else ""
        return f"{month}’s {count} {kind} audit{'' if count == 1 else 's'}{about}"

    @property
    def steps(self) -> list[DrawStep]:
        """Drawn, looked at, sent or left unsent."""
        drawn = DrawStep("agreed", f"1. Drawn, {moment_in_words(self.draw.drawn_at)}")
        if self.draw.left_at is not None:
            return [
                drawn,
                DrawStep("agreed", "2. Looked at"),
                DrawStep("no", f"3. Left unsent, {moment_in_words(self.draw.left_at)}"),
            ]
        if self.draw.sent is None:
            looks = DrawStep("revealed", "2. Look: nothing is sent yet", now=True)
            return [drawn, looks, DrawStep("blank", "3. Send")]
        return [
            drawn,
            DrawStep("agreed", "2. Looked at"),
            DrawStep("agreed", f"3. Sent, {moment_in_words(self.draw.sent)}"),
        ]

    @property
    def notes(self) -> int:
        """How many things there are to look at before sending."""
        return len(self.crowded) + len(self.uneven)

    @property
    def to_replace(self) -> list[WhoRow]:
        """The cases that closed before their meeting."""
        return [row for row in self.rows if row.to_replace]

    @property
    def send_button(self) -> str:
        """What the button says."""
        return f"Send to {len(self.mails)} people"

    @property
    def notes_title(self) -> str:
        """What stands over the things to look at."""
        if self.draw.sent is not None:
            return "What other draws and chance did"
        return "Look at this before you send" if self.notes == 1 else f"Look at these {self.notes} before you send"

    @property
    def most(self) -> str:
        """The rule for a worker, in words."""
        return sending.A_WORKER.in_words

    @property
    def people(self) -> str:
        """How many are told, as auditors and as workers."""
        leads = sum(bool(text.leads) for _, text in self.mails)
        shares = sum(bool(text.shares) for _, text in self.mails)
        auditors, workers = ("auditor" if leads == 1 else "auditors"), ("worker" if shares == 1 else "workers")
        return f"{leads} {auditors}, {shares} {workers}"

    @property
    def book_by(self) -> str:
        """By when the meetings are booked."""
        return short_day(by_month(self.draw.month))

    @property
    def send_by(self) -> str:
        """By when it is to be sent."""
        return short_day(add_working_days(self.draw.on, sending.SEND_DAYS.value()))

    @property
    def age(self) -> int | None:
        """How many days old the extract was at the draw."""
        return (self.draw.on - self.as_at).days if self.as_at else None

    @property
    def waiting(self) -> int:
        """How many of its cases have no auditor."""
        return sum(row.audit.auditor_id is None for row in self.rows)

    @property
    def a_month(self) -> int:
        """How many audits an auditor is given in a month."""
        return AUDITS_A_MONTH.value()

    @property
    def samples(self) -> list[tuple[User, str]]:
        """One mail to an auditor and one to a worker, as they will be."""
        leads = [(person, text.words()[1]) for person, text in self.mails if text.leads][:1]
        shares = [(person, text.words()[1]) for person, text in self.mails if text.shares][:1]
        return [*leads, *shares]


def who_page(draw: Draw, *, user: User, at: datetime, on: date) -> WhoPage:
    """The page of a draw as it stands; its queries do not grow with it."""
    people = ("case", "audit__case", "audit__auditor", "audit__keyworker__team", "audit__team")
    picks = list(draw.picks.select_related(*people).order_by("category", "place"))
    standing = sorted((pick for pick in picks if pick.state != Pick.State.REPLACED), key=by_number)
    month = Audit.objects.standing().filter(month=draw.month).order_by()
    leads, shares = Counter[int | None](), Counter[int | None]()
    for auditor, keyworker in month.values_list("auditor", "keyworker"):
        leads[auditor] += 1
        shares[keyworker] += 1
    crowded = sending.crowded_workers(draw, standing)
    too_many = {row.worker.pk for row in crowded}
    rows = [
        WhoRow(
            pick,
            leads[pick.audit.auditor_id],
            shares[pick.audit.keyworker_id],
            pick.audit.keyworker_id in too_many,
            pick.audit.is_to_replace(on),
        )
        for pick in standing
    ]
    requests = RedrawRequest.objects.select_related("asked_by", "answered_by")
    prefetch_related_objects([draw], Prefetch("redraw_requests", requests))
    open_now = draw.state == Draw.State.DRAWN and draw.sent is None
    mails = sending.mails_of(draw, [row.audit for row in rows], note="", by=user) if open_now else []
    return WhoPage(
        draw=draw,
        rows=rows,
        replaced=sum(pick.state == Pick.State.REPLACED and hasattr(pick, "audit") for pick in picks),
        crowded=crowded if draw.state == Draw.State.DRAWN else [],
        uneven=sending.uneven_teams(draw) if draw.state == Draw.State.DRAWN else [],
        recount=recount(draw, picks),
        as_at=extract_before(draw.drawn_at),
        mails=mails,
        unread=not_opened(draw),
        asked=list(draw.redraw_requests.all()),
        can_send=allows(sending.check_send, draw, by=user),
        can_leave=allows(unsent.check_leave_unsent, draw, by=user),
        can_ask=allows(unsent.check_ask_redraw, draw, by=user),
        can_decline=allows(unsent.check_decline_redraw, draw, by=user),
        can_take_back=allows(sending.check_take_sending_back, draw, by=user, at=at),
        can_again=allows(draws.check_again, draw, by=user),
        later=superseded_by(draw),
        on=on,
    )


def superseded_by(draw: Draw) -> Draw | None:
    """The draw that took the place of this one; nothing is asked of one that stands."""
    if draw.state == Draw.State.DRAWN:
        return None
    return draw.activity.draws.filter(pk__gt=draw.pk).order_by("pk").first()


def by_number(pick: Pick) -> int:
    """The number of its audit, to sort by."""
    return pick.audit.number


def not_opened(draw: Draw) -> list[User]:
    """Whoever was mailed about a draw and has not opened anything of it here: one query, none before it is sent."""
    if draw.sent is None or draw.sent_by is None:
        return []
    notices = Notice.objects.filter(key=sending.sent_key(draw, draw.sent), read=None).select_related("to")
    return [notice.to for notice in notices if notice.to.last_login is None or notice.to.last_login < notice.made]


def seat_email(audit: Audit, chair: Chair) -> str:
    """The e-mail address of one chair; "" where nobody sits there."""
    person = audit.auditor if chair == Chair.AUDITOR else audit.keyworker
    return person.email if person else ""


WHO_COLUMNS: tuple[Column[Audit], ...] = (
    Column("Audit", lambda audit: audit.ref),
    Column("Person number", lambda audit: str(audit.case)),
    Column("Category", lambda audit: audit.get_category_display()),
    Column("Auditor", lambda audit: str(audit.auditor or "")),
    Column("Auditor’s e-mail", lambda audit: seat_email(audit, Chair.AUDITOR)),
    Column("Worker", lambda audit: str(audit.keyworker or "")),
    Column("Worker’s e-mail", lambda audit: seat_email(audit, Chair.KEYWORKER)),
    Column("Team", lambda audit: str(audit.team or "")),
    Column("Book by", lambda audit: by_month(audit.month)),
    Column("State", lambda audit: audit.get_state_display()),
)
"""What the workbook of a draw holds: who has what, with addresses to write to."""


def take_who_away(draw: Draw, *, by: User, at: datetime) -> list[Audit]:
    """The standing audits of a draw, to be taken away; the trail says by whom."""
    with trail.acting(by=by, at=at) as act:
        audits = list(
            Audit.objects.standing()
            .filter(pick__draw=draw)
            .select_related("auditor", "keyworker", "case", "team")
            .order_by("number")
        )
        act.add("draw.taken_away", draw, was=draw.state, now=draw.state, content={"rows": len(audits)})
    return audits
