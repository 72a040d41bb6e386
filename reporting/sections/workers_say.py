"""The worker's say and the time an audit takes: whether those audited found it fair and helpful, and the minutes.

A quarter's answers are told once it is over and at least five have answered; nobody is told who. The minutes are from
the history of each meeting, opened to ended, without its pauses; of fewer than five audits none is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from statistics import quantiles
from typing import Self

from audits.meeting.pace import minutes_taken
from audits.models import Audit, WorkerSay
from audits.workers_say.say import LEAST, QUESTIONS, QuarterSaid, said_in
from reporting.periods import Period, PeriodKind
from reporting.sections.bars import Bar, BarGroup, bars, figures_table
from reporting.sections.base import Figure, Window, counted, finalised_between
from reporting.sections.section import Figures, Section, Table, View

SAID = (
    "Answers of keyworkers after their audits, by the quarter in which they were given; quarters with fewer than five "
    "answers are left out."
)
TOOK = "Minutes from opening to ending the meeting, without its pauses, of the audits that became final in the period."
KINDS = (PeriodKind.QUARTER, PeriodKind.YEAR)


@dataclass(frozen=True)
class WorkersSay(Section):
    """What keyworkers answered, and the middle of the minutes that audits took with its middle half; empty where fewer
    than five answered or met."""

    name = "workers_say"
    key = "workers_say"
    template = "reports/workers_say.html"

    fair: list[Figure] = field(default_factory=list)
    helped: list[Figure] = field(default_factory=list)
    minutes: list[Figure] = field(default_factory=list)

    @classmethod
    def count(cls, window: Window) -> Self | None:
        """The answers and the minutes of a quarter or a year, and of the one before; nothing of other periods."""
        period = window.period
        if period.kind not in KINDS:
            return None
        now, before = (_said(each, on=window.on) for each in (period, period.previous))
        return cls(
            fair=_figures([said.fair for said in now], [said.fair for said in before]),
            helped=_figures([said.helped for said in now], [said.helped for said in before]),
            minutes=_minutes(period),
        )

    def page(self, view: View) -> WorkersSayPage | None:
        """The two questions with bars, and the minutes; nothing where there is neither."""
        if not (self.fair or self.minutes):
            return None
        return WorkersSayPage(self, view.period.kind, so_far=view.so_far)

    def tables(self, figures: Figures) -> Iterator[Table]:
        """Both questions, and the minutes."""
        yield figures_table("workers-fair", "The worker’s say: was it fair", self.fair)
        yield figures_table("workers-helped", "The worker’s say: did it help", self.helped)
        yield figures_table("audit-minutes", "Minutes that an audit took", self.minutes)


@dataclass(frozen=True)
class WorkersSayPage:
    """What the page shows."""

    section: WorkersSay
    kind: PeriodKind
    so_far: bool

    @property
    def lead(self) -> str:
        """How many found it fair and were helped; why there is nothing where too few answered."""
        quarter = self.kind == PeriodKind.QUARTER
        if not self.section.fair and self.so_far and quarter:
            return "What workers answered is told once the quarter is over."
        if not self.section.fair:
            return f"Fewer than {LEAST} workers’ answers came in a quarter that is over, so they are not told."
        fair, helped = self.section.fair[0], self.section.helped[0]
        which = "" if quarter else " that are told"
        say = "says" if fair.count == 1 else "say"
        return (
            f"Of {fair.of:,} workers’ answers{which}, {fair.count:,} {say} that the audit was fair and "
            f"{helped.count:,} that it helped."
        )

    @property
    def questions(self) -> list[BarGroup]:
        """The answers to each question, with bars."""
        if not self.section.fair:
            return []
        answers: list[list[Bar]] = [bars(self.section.fair), bars(self.section.helped)]
        return [BarGroup(question, rows) for (_, question), rows in zip(QUESTIONS, answers, strict=True)]

    @property
    def took(self) -> str:
        """How long audits took: Half of 24 audits took 95 minutes or less; the middle half took 80 to 115."""
        if not self.section.minutes:
            return ""
        low, middle, high = self.section.minutes
        before = f" In the period before it was {middle.before}." if middle.before is not None else ""
        return (
            f"Half of {middle.of:,} audits took {middle.count} minutes or less, pauses left out; the middle half took "
            f"{low.count} to {high.count}.{before}"
        )


def _said(period: Period, *, on: date) -> list[QuarterSaid]:
    quarters = [month.first for month in period.months[::3]]
    return [said for quarter in quarters if (said := said_in(quarter, on=on)) is not None]


def _figures(now: Sequence[dict[str, int]], before: Sequence[dict[str, int]]) -> list[Figure]:
    """The answers to one question, now and before; none where no quarter is told."""
    if not now:
        return []
    of, of_before = (sum(sum(said.values()) for said in some) for some in (now, before))
    return [
        Figure(label, SAID, sum(said[value] for said in now), of, sum(said[value] for said in before), of_before)
        for value, label in WorkerSay.Answer.choices
    ]


def _minutes(period: Period) -> list[Figure]:
    """The quarter, the middle and the three quarters of the minutes; none of fewer than five audits."""
    now = _quartiles(period)
    if now is None:
        return []
    before = _quartiles(period.previous)
    names = ("A quarter took at most", "Half took at most", "Three quarters took at most")
    return [
        Figure(name, TOOK, now[place], now[-1], before[place] if before else None, before[-1] if before else None)
        for place, name in enumerate(names)
    ]


def _quartiles(period: Period) -> tuple[int, int, int, int] | None:
    """The three quartiles of the minutes and how many audits; None of fewer than five."""
    refs = Audit.objects.filter(counted(), finalised_between(period, period)).values_list("ref", flat=True)
    took = list(minutes_taken(list(refs)).values())
    if len(took) < LEAST:
        return None
    low, middle, high = (round(each) for each in quantiles(took, n=4, method="inclusive"))
    return low, middle, high, len(took)
