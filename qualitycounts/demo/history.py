"""The year behind today: a draw a month, its meetings, and today's work left as one would find it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from django.db import transaction

from audits import draw
from audits.models import Audit, Draw
from people.models import Notice, User
from qualitycounts.clock import start_of
from qualitycounts.demo.meetings import Meeting, moment
from qualitycounts.demo.people import make_cases, make_people
from qualitycounts.refusals import Refused
from standards.grades import Grade
from standards.timescales import add_months, add_working_days, is_working_day

HOLDERS = ("keyworker", "keyworker2", "north.two", "south.one", "south.two", "east.one", "east.two", "justice.one")
SEED = 2612
TRIES = 400


class Found(Exception):  # not an error: it undoes a draw that was only tried
    """This seed's draw is not the one looked for."""


@dataclass(slots=True)
class History:
    """Walks the rules from the past to `today`; `chance` makes the same year every time."""

    today: date
    audits: int
    people: dict[str, User]
    chance: Random

    def month(self, back: int) -> date:
        """The first day of the month `back` months before this one."""
        return add_months(self.today.replace(day=1), -back)

    def draw_month(self, month: date, size: int, *, seed: str | None = None) -> Draw:
        """The month's draw, made a month ahead on the second working day."""
        day = add_working_days(add_months(month, -1), 1)
        return draw.run(
            month=month, size=size, by=self.people["qa.officer"], at=moment(day, 9, 14), seed=seed or self.seed()
        )

    def seed(self) -> str:
        """Sixteen bytes as hex, the same in every demonstration."""
        return self.chance.randbytes(16).hex()

    def walk(self) -> None:
        """Twelve whole months, then this month as it stands today."""
        each, more = divmod(self.audits, 12)
        for back in range(12, 0, -1):
            with transaction.atomic():
                self.whole_month(self.month(back), each + (back <= more))
        with transaction.atomic():
            self.this_month()

    def whole_month(self, month: date, size: int) -> None:
        """A month that is over: every audit met, signed and final."""
        if not size:
            return
        drawn = self.draw_month(month, size)
        audits = list(Audit.objects.filter(pick__draw=drawn).exclude(auditor=None).order_by("number"))
        for place, audit in enumerate(audits):
            day = working_day(month + timedelta(days=3 + 21 * place // len(audits)))
            Meeting(audit, self.chance).whole(
                day, overall=Grade.INADEQUATE if self.due_inadequate(month, place) else None
            )

    def due_inadequate(self, month: date, place: int) -> bool:
        """One Inadequate audit in three of the last months, so that every step of the ladder has something on it."""
        return place == 0 and month in (self.month(1), self.month(2), self.month(4))

    def this_month(self) -> None:
        """Today's work: a meeting ready to start, one under way, one to sign, one not booked, and some final."""
        drawn = self.draw_with_a_meeting_for_two()
        audits = list(
            Audit.objects.filter(pick__draw=drawn).exclude(auditor=None).order_by("number").select_related("auditor")
        )
        two = (self.people["auditor"].pk, self.people["keyworker"].pk)
        ready = next(audit for audit in audits if (audit.auditor_id, audit.keyworker_id) == two)
        recent = add_working_days(self.today - timedelta(days=5), 1)
        Meeting(ready, self.chance).book(
            self.today, booked=self.today - timedelta(days=7), prepared=self.today - timedelta(days=1), hour=14
        )
        rest = [Meeting(audit, self.chance) for audit in audits if audit != ready]
        past = recent if recent < self.today else working_day_before(self.today)
        for part, one in enumerate(rest):
            if part == 0:
                one.whole(past, overall=Grade.INADEQUATE)
            elif part == 1:
                one.whole(past, overall=Grade.REQUIRES_IMPROVEMENT)
            elif part == 2:
                one.book(past, booked=past - timedelta(days=7), prepared=past - timedelta(days=1))
                one.hold(past)
                one.sign(past, both=False)
            elif part == 3:
                one.book(past, booked=past - timedelta(days=7))
                one.hold(past, until=4)
            elif part == 4:
                one.book(add_working_days(self.today, 3), booked=self.today - timedelta(days=2))

    def draw_with_a_meeting_for_two(self) -> Draw:
        """This month’s draw, under the first seed that gives the auditor a case of the keyworker’s."""
        month = self.month(0)
        for _ in range(TRIES):
            seed = self.seed()
            try:
                with transaction.atomic():
                    drawn = self.draw_month(month, 7, seed=seed)
                    pair = {"auditor": self.people["auditor"], "keyworker": self.people["keyworker"]}
                    if not Audit.objects.filter(pick__draw=drawn, **pair).exists():
                        raise Found
                    return drawn
            except Found:
                continue
        raise Refused("No seed gave the auditor and the keyworker of the demonstration a meeting. Try `--audits 60`.")


def working_day(day: date) -> date:
    """The day itself, or the next working day."""
    return day if is_working_day(day) else add_working_days(day, 1)


def working_day_before(day: date) -> date:
    """The last working day before a day."""
    day -= timedelta(days=1)
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


def make(*, today: date, audits: int) -> History:
    """The whole demonstration, dated back from `today`. Refused (422) where there are people already."""
    if User.objects.exists():
        raise Refused("There are people here already. `make demo-reset` starts the demonstration anew.")
    since = add_months(today.replace(day=1), -14)
    chance = Random(SEED)  # noqa: S311 -- an invented year, the same every time; the draw itself hashes its seed
    people = make_people(since=since)
    make_cases([people[name] for name in HOLDERS], count=max(130, 2 * audits + 30), since=since, chance=chance)
    history = History(today, audits, people, chance)
    history.walk()
    past = Notice.objects.filter(made__lt=start_of(today))
    past.update(mail=Notice.Mail.SENT, sent=start_of(today), read=start_of(today))
    return history
