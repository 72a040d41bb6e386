"""The year behind today: a draw a month, its meetings and what followed, and today's work as one would find it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from random import Random

from django.db import transaction

from audits import draw
from audits.models import Audit, Draw
from escalation import concern, sweep
from people.models import Heartbeat, Notice, User
from qualitycounts.clock import day_of, start_of
from qualitycounts.demo import programme
from qualitycounts.demo.diary import Diary
from qualitycounts.demo.follow import Follow
from qualitycounts.demo.learning import Learning
from qualitycounts.demo.meetings import Meeting, moment
from qualitycounts.demo.oversight import PATTERN_MONTH, Oversight
from qualitycounts.demo.panels import Panels
from qualitycounts.demo.people import make_cases, make_people
from qualitycounts.refusals import Refused
from reporting import checking, drafting, issue, making, periods
from standards.grades import Grade
from standards.timescales import add_months, add_working_days, is_working_day

HOLDERS = ("keyworker", "keyworker2", "north.two", "south.one", "south.two", "east.one", "east.two", "justice.one")
RI = Grade.REQUIRES_IMPROVEMENT
SEED = 2612
TRIES = 400
THIS_MONTH = 8
REPORTS = 2
"""How many months' reports are issued: each takes a second or two to draw. Those before them can be made any time."""
LATE_MONTH = 1
"""How many months back an audit of the keyworker's was Requires improvement, and the worker's part is not done yet."""
LOW_MONTHS = (1, 2, 5, 8)
"""How many months back one audit was Inadequate: so that the ladder has something on its later steps today."""


class Found(Exception):
    """This seed's draw is not the one looked for: it undoes a draw that was only tried."""


@dataclass(slots=True)
class History:
    """Walks the rules from the past to the morning of `today`; `chance` makes the same year every time."""

    today: date
    audits: int
    people: dict[str, User]
    chance: Random
    diary: Diary

    def month(self, back: int) -> date:
        """The first day of the month `back` months before this one."""
        return add_months(self.today.replace(day=1), -back)

    def walk(self) -> None:
        """Twelve whole months, this month, and a sweep a day of the last weeks and a week before that."""
        each, more = divmod(self.audits, 12)
        self.diary.write(moment(add_working_days(self.month(1), 1), 8), partial(self.plan_year, each))
        for back in range(12, 0, -1):
            size = each + (back <= more)
            if size:
                at = moment(add_working_days(self.month(back + 1), 1), 9, 14)
                self.diary.write(at, partial(self.draw_month, back, size))
        at = moment(add_working_days(self.month(1), 1), 9, 14)
        self.diary.write(at, self.draw_this_month)
        for back in range(REPORTS + 1, 0, -1):
            day = add_working_days(self.month(back - 1), 3)
            self.diary.write(moment(day, 15), partial(self.report, back))
        for days in (*range(1, 21), *range(21, 365, 7)):
            self.diary.write(moment(self.today - timedelta(days=days), 6), self.sweep)
        Learning(self.today, self.people, self.chance, self.diary).begin()
        Oversight(self.today, self.people, Random(SEED + 2), self.diary).begin()  # noqa: S311 -- invented too
        panels = Panels(self.people, self.diary, Random(SEED + 1), self.today)  # noqa: S311 -- invented, and the same
        panels.write()
        self.diary.live()
        panels.leave_one_open(start_of(self.today))

    def plan_year(self, core: int, at: datetime) -> None:
        """The programme around today, with what observers and partners found by then."""
        programme.plan_year(month=self.month(0), core=core, people=self.people, at=at)
        programme.observe(people=self.people, at=at, on=day_of(at))

    def sweep(self, at: datetime) -> None:
        """Tell of whatever is late, as the schedule would have."""
        sweep.sweep(on=day_of(at), at=at)

    def report(self, back: int, at: datetime) -> None:
        """The report of a month that is over: issued, but for the newest, which waits for the QA Officer's words."""
        period, officer = periods.parse(f"{self.month(back):%Y-%m}"), self.people["qa.officer"]
        if back == 1:
            drafting.start(period=period, by=officer, at=at)
        else:
            report = making.made(period=period, by=officer, at=at)
            if checking.needed(report):
                report = checking.check(report=report, read=True, by=self.people["head.of.qa"], at=at)
            issue.publish(report=report, by=officer, at=at)

    def seed(self) -> str:
        """Sixteen bytes as hex, the same in every demonstration."""
        return self.chance.randbytes(16).hex()

    def draw_month(self, back: int, size: int, at: datetime) -> None:
        """A month that is over by now: every audit is met, signed and followed up."""
        month = self.month(back)
        wanted = {"keyworker": self.people["keyworker"]} if back == LATE_MONTH else {}
        drawn = self.draw(back, size, at, **wanted)
        audits = list(Audit.objects.filter(pick__draw=drawn).exclude(auditor=None).order_by("number"))
        late = next((audit for audit in audits if wanted and audit.keyworker_id == wanted["keyworker"].pk), None)
        low = self.low(back, [audit for audit in audits if audit != late])
        for place, audit in enumerate(audits):
            day = working_day(month + timedelta(days=3 + 21 * place // len(audits)))
            self.meet(
                Meeting(audit, self.chance),
                day,
                overall=Grade.INADEQUATE if audit in low else RI if audit == late else None,
                leaves=audit == late,
            )

    def low(self, back: int, audits: Sequence[Audit]) -> Sequence[Audit]:
        """Which audits of a month were Inadequate; in one month two of one team, which makes a pattern."""
        teams = Counter(audit.team_id for audit in audits)
        both = [audit for audit in audits if teams[audit.team_id] > 1]
        if back == PATTERN_MONTH and both:
            return [audit for audit in both if audit.team_id == both[0].team_id][:2]
        return audits[:1] if back in LOW_MONTHS else []

    def meet(
        self, one: Meeting, day: date, *, overall: Grade | None = None, hour: int = 10, leaves: bool = False
    ) -> None:
        """Booked two weeks before, the file ready the working day before, met, signed and followed up."""
        meets = moment(day, hour)
        self.diary.write(moment(day - timedelta(days=14), 9), partial(one.book, meets=meets))
        self.diary.write(moment(working_day_before(day), 16), one.prepare)
        self.diary.write(meets + timedelta(minutes=5), partial(self.hold, one, overall, leaves))

    def hold(self, one: Meeting, overall: Grade | None, leaves: bool, at: datetime) -> None:
        """The whole meeting, both signatures, and all that follows."""
        one.hold(at, overall=overall)
        one.sign(at + timedelta(minutes=90))
        Follow(self.diary, one, self.people, leaves).begin()

    def draw_this_month(self, at: datetime) -> None:
        """Today's work: a meeting ready to start, some under way, to sign, to book; and two that went badly."""
        drawn = self.draw(0, THIS_MONTH, at, auditor=self.people["auditor"], keyworker=self.people["keyworker"])
        audits = Audit.objects.filter(pick__draw=drawn).exclude(auditor=None).order_by("number")
        two = (self.people["auditor"].pk, self.people["keyworker"].pk)
        ready = next(audit for audit in audits if (audit.auditor_id, audit.keyworker_id) == two)
        self.meet(Meeting(ready, self.chance), self.today, hour=14)
        near = ready.team_id
        others = sorted((audit for audit in audits if audit != ready), key=lambda audit: audit.team_id != near)
        rest = [Meeting(audit, self.chance) for audit in others]
        last = working_day_before(self.today)
        for part, one in enumerate(rest[:2]):
            grade = (Grade.INADEQUATE, RI)[part]
            self.meet(one, (last, working_day_before(last))[part], overall=grade, hour=9)
        for place, one in enumerate(rest[2:5]):
            meets = moment(last if place < 2 else add_working_days(self.today, 3), 13)
            self.diary.write(moment(last - timedelta(days=7), 9), partial(one.book, meets=meets))
        for hold, one in zip((self.hold_and_half_sign, self.hold_half), rest[2:4], strict=False):
            self.diary.write(moment(last, 13, 5), partial(hold, one))

    def hold_and_half_sign(self, one: Meeting, at: datetime) -> None:
        """A meeting that waits for the worker's signature."""
        one.hold(at)
        one.sign(at + timedelta(minutes=90), both=False)

    def hold_half(self, one: Meeting, at: datetime) -> None:
        """A meeting that stopped half way, with a safeguarding concern raised in it."""
        one.hold(at, overall=RI, until=4)
        told = concern.who_to_speak_to(one.audit, by=one.auditor, on=day_of(at)).first()
        if told is not None:
            concern.raise_concern(
                one.audit,
                by=one.auditor,
                at=at + timedelta(minutes=40),
                why="She has not been seen at home since half term, and the back door was open on the last visit.",
                spoken_to=told,
                spoken=at + timedelta(minutes=35),
            )

    def draw(self, back: int, size: int, at: datetime, **wanted: User) -> Draw:
        """A month's draw, under the first seed that gives an audit to these people."""
        for _ in range(TRIES):
            try:
                with transaction.atomic():
                    officer = self.people["qa.officer"]
                    drawn = draw.run(month=self.month(back), size=size, by=officer, at=at, seed=self.seed())
                    if not Audit.objects.filter(pick__draw=drawn, **wanted).exists():
                        raise Found
                    return drawn
            except Found:
                continue
        names = " and ".join(person.name for person in wanted.values())
        raise Refused(f"No seed gave an audit to {names}. Try `--audits 60`.")


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
    chance = Random(SEED)  # noqa: S311 -- an invented year, the same every time; a draw hashes its own seed
    people = make_people(since=since)
    make_cases([people[name] for name in HOLDERS], count=max(130, 2 * audits + 30), since=since, chance=chance)
    history = History(today, audits, people, chance, Diary(start_of(today)))
    history.walk()
    Heartbeat.objects.all().delete()
    past = Notice.objects.filter(made__lt=start_of(today) - timedelta(days=2))
    past.update(read=start_of(today))
    Notice.objects.filter(made__lt=start_of(today)).update(mail=Notice.Mail.SENT, sent=start_of(today))
    return history
