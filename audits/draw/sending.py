"""The second step of a draw: whoever made it looks at the list, and then sends it with a note; nobody knows before.

One mail a person names all that the draw asks of them. What other draws of the month ask of the same people, and a team
that has far more than its share, is said before sending.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import comb

from audits.booking.book_by import by_month
from audits.booking.notice_texts import DrawSent
from audits.draw import unsent
from audits.locking import lock_draw
from audits.models import Audit, Draw, Pick
from audits.part_of import theme_in_words
from audits.plan.mail_note import check_mail_note
from people import access, council_settings, notices, trail
from people.models import Notice, User
from people.roles import Permission
from qualitycounts.base.refusals import NotNow

SEND_DAYS = council_settings.Number(
    "send_days",
    "Days to look at a draw before it is sent",
    "Draw and allocation",
    "A draw that is not sent so long after it was made is late on My work. Ours.",
    default=4,
    least=1,
    most=20,
    unit="working days",
)
A_WORKER = council_settings.Number(
    "audits_a_worker",
    "Audits one worker sits in, in a month",
    "Draw and allocation",
    "More than this, over all draws of the month, is said before a draw is sent, and can be spread: the next ticket is "
    "called, and a case of somebody who has as many is passed over. Ours.",
    default=2,
    least=1,
    most=20,
    unit="audits",
)
UNDO = timedelta(minutes=1)
"""For how long a draw that was sent can be taken back: until then its mails wait."""
RARE = 0.05
"""How seldom chance does it for a team’s number to be said."""


@dataclass(frozen=True, slots=True)
class Crowded:
    """A worker who would sit in more audits of the month than the council’s rule: those of this draw, of others."""

    worker: User
    ours: tuple[Audit, ...]
    others: tuple[Audit, ...]

    @property
    def count(self) -> int:
        """How many in all."""
        return len(self.ours) + len(self.others)

    @property
    def in_words(self) -> str:
        """Which they are, and of which draw."""
        ours = ", ".join(audit.ref for audit in self.ours) + " of this draw"
        others = [f"{audit.ref} of {audit.pick.draw.ref}" if audit.pick else audit.ref for audit in self.others]
        return ", ".join([ours, *others])

    @property
    def last(self) -> Audit:
        """The case of this draw that is given up where the worker’s audits are spread: the one drawn last."""
        return self.ours[-1]

    @property
    def button(self) -> str:
        """What the button that spreads them says."""
        return f"Spread: call the next ticket for {self.last.ref}"


@dataclass(frozen=True, slots=True)
class Uneven:
    """A team with more of the draw than its share: how many, how many were expected, how often chance does it."""

    team: str
    drawn: int
    expected: float
    chance: float

    @property
    def in_words(self) -> str:
        """How often chance does this."""
        return f"about one draw in {round(1 / self.chance)}" if self.chance > 0.001 else "less than one draw in 1,000"


def crowded_workers(draw: Draw, picks: Sequence[Pick]) -> list[Crowded]:
    """The workers of a draw’s standing cases who have more audits in the month than the rule: one query."""
    ours: dict[int, list[Audit]] = {}
    for pick in picks:
        if pick.state != Pick.State.REPLACED and pick.audit.keyworker_id:
            ours.setdefault(pick.audit.keyworker_id, []).append(pick.audit)
    mine = [audit.pk for audits in ours.values() for audit in audits]
    theirs = Audit.objects.standing().filter(month=draw.month, keyworker__in=ours).exclude(pk__in=mine)
    others: dict[int | None, list[Audit]] = {}
    for audit in theirs.select_related("pick__draw__activity"):
        others.setdefault(audit.keyworker_id, []).append(audit)
    most = A_WORKER.value()
    crowded = [
        Crowded(audits[0].keyworker, tuple(audits), tuple(others.get(pk, ())))
        for pk, audits in ours.items()
        if audits[0].keyworker is not None and len(audits) + len(others.get(pk, ())) > most
    ]
    return sorted(crowded, key=lambda row: (-row.count, row.worker.name))


def full_workers(month: date) -> set[int]:
    """The workers who have as many audits of a month as the rule lets them, over all draws: one query."""
    held = Audit.objects.standing().filter(month=month, keyworker__isnull=False).order_by()
    counts = Counter(held.values_list("keyworker", flat=True))
    return {pk for pk, count in counts.items() if count >= A_WORKER.value()}


def uneven_teams(draw: Draw) -> list[Uneven]:
    """The teams that have so many more of a draw than their share that chance seldom does it, as of the draw’s day."""
    size = draw.chosen
    teams = [row for row in draw.coverage if row.get("team")]
    uneven = [
        Uneven(row["team"], row["drawn"], row["expected"], chance_of(row["drawn"], size, row["expected"] / size))
        for row in teams
        if size and row["drawn"] > max(row["expected"], 1)
    ]
    return sorted((row for row in uneven if row.chance <= RARE), key=lambda row: row.chance)


def chance_of(least: int, size: int, share: float) -> float:
    """How often so many or more of `size` fall to a team of this share, by chance alone."""
    if not 0 < share < 1:
        return 1.0
    return sum(comb(size, count) * share**count * (1 - share) ** (size - count) for count in range(least, size + 1))


def standing_audits(draw: Draw) -> list[Audit]:
    """The audits of a draw that stand, by number, with their people."""
    audits = Audit.objects.standing().filter(pick__draw=draw).select_related("auditor", "keyworker", "case")
    return list(audits.order_by("number"))


def to_tell(audits: Sequence[Audit]) -> dict[User, tuple[list[Audit], list[Audit]]]:
    """Each person whom a draw tells, with the audits they lead and those of their own cases."""
    people: dict[User, tuple[list[Audit], list[Audit]]] = {}
    for audit in audits:
        if audit.auditor is None or audit.keyworker is None:
            continue
        people.setdefault(audit.auditor, ([], []))[0].append(audit)
        people.setdefault(audit.keyworker, ([], []))[1].append(audit)
    return people


def check_send(draw: Draw, *, by: User) -> None:
    """Refused: not QA (403), superseded, sent already, left unsent, or waiting for the Head of QA (409)."""
    access.check(by, Permission.RUN_SELECTION)
    if draw.state != Draw.State.DRAWN:
        raise NotNow(f"{draw.ref} was superseded. Open the draw that took its place.")
    if draw.sent is not None:
        raise NotNow(f"{draw.ref} was sent already. Those named on it know of it.")
    if draw.left_at is not None:
        raise NotNow(f"{draw.ref} was left unsent, and its audits are withdrawn.")
    if unsent.request_waiting(draw) is not None:
        raise NotNow("The Head of QA was asked to have it drawn again. Wait for the answer.")


def mails_of(draw: Draw, audits: Sequence[Audit], *, note: str, by: User | None) -> list[tuple[User, DrawSent]]:
    """The mail of each person whom a draw tells."""
    due = by_month(draw.month)
    return [
        (
            person,
            DrawSent(
                month=draw.month,
                leads=" and ".join(f"{audit.ref} with {audit.keyworker}" for audit in leads),
                shares=" and ".join(f"{audit.ref}, with {audit.auditor} as auditor" for audit in shares),
                theme=" ".join(theme_in_words(draw.activity)),
                book_by=due,
                note=note,
                by=by,
            ),
        )
        for person, (leads, shares) in to_tell(audits).items()
    ]


def send_draw(draw: Draw, *, note: str, by: User, at: datetime) -> int:
    """Tell everyone named on a draw, one mail each, with a note; the mails wait a minute, to be taken back.

    Returns how many are told. Refused: as `check_send`; a note that is too long or has a number in it (422).
    """
    words = check_mail_note(note)
    with trail.acting(by=by, at=at) as act:
        fresh = lock_draw(draw.pk)
        check_send(fresh, by=by)
        outgoing: list[Notice] = []
        for person, text in mails_of(fresh, standing_audits(fresh), note=words, by=by):
            outgoing += notices.notices_to([person], text=text, key=sent_key(fresh, at), at=at, wait=UNDO)
        notices.tell_all(outgoing)
        fresh.sent, fresh.sent_by, fresh.note = at, by, words
        fresh.save(update_fields=["sent", "sent_by", "note"])
        act.add("draw.sent", fresh, was=fresh.state, now=fresh.state, why=words, content={"people": len(outgoing)})
    return len(outgoing)


def sent_key(draw: Draw, at: datetime) -> str:
    """The key of the mails of one sending."""
    return f"{draw.ref}:sent:{at.isoformat()}"


def check_take_sending_back(draw: Draw, *, by: User, at: datetime) -> None:
    """Refused: not QA (403); it was not sent by a person, or the minute is over (409)."""
    access.check(by, Permission.RUN_SELECTION)
    if draw.sent is None or draw.sent_by is None or at >= draw.sent + UNDO:
        raise NotNow("The minute is over and the mails have gone. Replace single cases, or ask the Head of QA.")


def take_sending_back(draw: Draw, *, by: User, at: datetime) -> Draw:
    """Take a sending back while its mails wait: nobody was told, and it is looked at again.

    Refused: as `check_take_sending_back`.
    """
    with trail.acting(by=by, at=at) as act:
        fresh = lock_draw(draw.pk)
        check_take_sending_back(fresh, by=by, at=at)
        if fresh.sent is not None:
            Notice.objects.filter(key=sent_key(fresh, fresh.sent), mail=Notice.Mail.WAITING, attempts=0).delete()
        fresh.sent = fresh.sent_by = None
        fresh.save(update_fields=["sent", "sent_by"])
        act.add("draw.sending_taken_back", fresh, was=fresh.state, now=fresh.state)
    return fresh
