"""The children whose audits were below Good, of this period and of the one before, followed to the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import takewhile

from django.db.models import Count, Max, Min, Q

from audits.models import Action, Audit
from qualitycounts.base import clock
from reporting import periods
from reporting.control_chart import Share
from reporting.periods import Period
from reporting.sections.base import Figure, Window, counted, finalised_between
from standards.grades import ESCALATING, Grade

FOLLOWED = (
    "Audits finalised in the period and graded Requires improvement or Inadequate, as they stand at “data as at”."
)
STEPS = (
    ("Below Good", FOLLOWED),
    ("Plan agreed", "Of these, with at least one action."),
    ("Actions done", "Of these, with every action done with evidence."),
    ("Verified", "Of these, with every action checked on the record by someone other than the person who did it."),
    ("On the case file", "Of these, with the entry on the child’s case file, ticked by name."),
    (
        "Put right",
        "Of these, audited again and graded better where the audit was Inadequate, and with no escalation open.",
    ),
)
BETTER = "Of the audits graded Inadequate, those whose case was audited again and graded better."
OPEN = "Audits below Good with an escalation that is still open."


@dataclass(frozen=True)
class FollowedChildren:
    """The audits below Good of one period: how many came to each step, how many are better at re-audit of those that
    are audited again, and how many have an escalation open."""

    period: str
    steps: list[int]
    better: int
    again: int
    open: int

    @property
    def about(self) -> Period:
        """The period that the audits were finalised in."""
        return periods.parse(self.period)

    @property
    def below(self) -> int:
        """How many there are."""
        return self.steps[0]

    @property
    def right(self) -> int:
        """How many are put right."""
        return self.steps[-1]

    @property
    def cells(self) -> list[str]:
        """The row of the table: each step, the re-audits, the escalations."""
        again = f"{self.better} of {self.again}" if self.again else "None due"
        return [*(str(step) for step in self.steps[:-1]), again, str(self.open), str(self.right)]

    @property
    def in_words(self) -> str:
        """How many children are put right, what the others wait for, and what is open."""
        if not self.below:
            return f"No audit of {self.about.label} was graded below Good."
        of = "The one child" if self.below == 1 else f"Of {self.below} children"
        if self.below == 1:
            said = f"The one child below Good in {self.about.label} is {'' if self.right else 'not yet '}put right"
        elif self.right == self.below:
            said = f"All {self.below} children below Good in {self.about.label} are put right"
        else:
            are = "is" if self.right == 1 else "are"
            said = f"{of} below Good in {self.about.label} {self.right or 'none'} {are} put right"
        escalations = f"{self.open} {'has' if self.open == 1 else 'have'} an escalation open" if self.open else ""
        return "; ".join(filter(None, [said, self._waits_in_words, escalations])) + "."

    @property
    def _waits_in_words(self) -> str:
        """How many of the others got how far: 2 are on the case file and wait for their re-audit or escalation."""
        waits = ("has no plan", "has actions to do", "has actions to be checked", "is not on the case file yet")
        many = ("have no plan", "have actions to do", "have actions to be checked", "are not on the case file yet")
        last = ("waits for its re-audit or escalation", "wait for their re-audit or escalation")
        lost = [before - after for before, after in zip(self.steps, self.steps[1:], strict=False)]
        words = zip(lost, (*waits, last[0]), (*many, last[1]), strict=True)
        return ", ".join(f"{n} {single if n == 1 else plural}" for n, single, plural in words if n)


def count_followed(window: Window) -> list[FollowedChildren]:
    """This period's children, and last period's, as they stand on the window's day: one query."""
    live = ~Q(actions__state=Action.State.CANCELLED)
    better = Q(re_audits__state__in=Audit.FINAL) & ~Q(re_audits__grade=Grade.INADEQUATE)
    by = clock.start_of(window.on.fromordinal(window.on.toordinal() + 1))
    is_open = Q(escalations__opened__lt=by) & (Q(escalations__finished=None) | Q(escalations__finished__gte=by))
    rows = (
        Audit.objects.filter(counted(), finalised_between(window.period.previous, window.period), grade__in=ESCALATING)
        .order_by()
        .annotate(
            better_at=Min("re_audits__finalised_at", filter=better),
            planned=Count("actions", filter=live, distinct=True),
            not_done=Count("actions", filter=Q(actions__state=Action.State.OPEN), distinct=True),
            unchecked=Count("actions", filter=Q(actions__state__in=Action.UNFINISHED), distinct=True),
            last_done=Max("actions__done_at", filter=live),
            last_checked=Max("actions__verified_at", filter=live),
            escalated=Count("escalations", filter=is_open, distinct=True),
        )
    )
    standing = [_Standing.of(audit, on=window.on) for audit in rows]
    return [_followed(standing, period) for period in (window.period, window.period.previous)]


@dataclass(frozen=True)
class _Standing:
    """How far one audit has come."""

    day: date
    reached: int
    again: bool
    better: bool
    escalated: bool

    @classmethod
    def of(cls, audit: Audit, *, on: date) -> _Standing:
        held = vars(audit)
        again, escalated = audit.grade == Grade.INADEQUATE, bool(held["escalated"])
        better = _by(held["better_at"], on)
        steps = (
            True,
            held["planned"] > 0,
            not held["not_done"] and _by(held["last_done"], on),
            not held["unchecked"] and _by(held["last_checked"], on),
            _by(audit.on_file_at, on),
            (better or not again) and not escalated,
        )
        finalised = clock.day_of(audit.finalised_at) if audit.finalised_at else on
        return cls(finalised, sum(1 for _ in takewhile(bool, steps)), again, again and better, escalated)


def _followed(standing: Sequence[_Standing], period: Period) -> FollowedChildren:
    of_period = [each for each in standing if each.day in period]
    reached = Counter(step for each in of_period for step in range(each.reached))
    return FollowedChildren(
        period=str(period),
        steps=[reached[step] for step, _ in enumerate(STEPS)],
        better=sum(each.better for each in of_period),
        again=sum(each.again for each in of_period),
        open=sum(each.escalated for each in of_period),
    )


def followed_figures(followed: Sequence[FollowedChildren]) -> list[Figure]:
    """This period's counts with last period's beside them, as figures to print and take away."""
    now, before = followed
    figures = [
        Figure(name, definition, now.steps[place], now.below, before.steps[place], before.below)
        for place, (name, definition) in enumerate(STEPS)
    ]
    again = Figure("Better at re-audit", BETTER, now.better, now.again, before.better, before.again)
    still = Figure("Escalation open", OPEN, now.open, now.below, before.open, before.below)
    return [*figures[:-1], again, still, figures[-1]]


def share_right(followed: FollowedChildren) -> Share:
    """How many of how many are put right."""
    return Share(followed.right, followed.below)


def _by(moment: datetime | None, day: date) -> bool:
    """Whether it had happened by the end of the day, by UK date."""
    return moment is not None and clock.day_of(moment) <= day
