"""The children whose audits were below Good, of this period and of the one before, followed to the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from audits.models import Action, Audit
from escalation.models import Escalation
from qualitycounts.base import clock
from reporting import periods
from reporting.control_chart import Share
from reporting.periods import Period
from reporting.sections.base import Figure, Window, counted, finalised_between
from standards.grades import BELOW_GOOD, Grade

FOLLOWED = (
    "Audits finalised in the period and graded Requires improvement or Inadequate, as they stand at “data as at”."
)
Plan = Sequence[Any]
"""Of the actions that were not cancelled: how many are open, how many are not checked, when the last was done, and when
the last was checked."""
STEPS = (
    ("Below Good", FOLLOWED),
    ("Plan agreed", "Of these, with at least one action, or whose grade asks for none."),
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
        """How many of the others got how far: 1 has no plan, 2 are on the case file and not better at re-audit."""
        waits = ("has no plan", "has actions to do", "has actions to be checked", "is not on the case file yet")
        many = ("have no plan", "have actions to do", "have actions to be checked", "are not on the case file yet")
        rest = "on the case file and not better at re-audit, or with an escalation open"
        lost = [before - after for before, after in zip(self.steps, self.steps[1:], strict=False)]
        words = zip(lost, (*waits, f"is {rest}"), (*many, f"are {rest}"), strict=True)
        return ", ".join(f"{n} {single if n == 1 else plural}" for n, single, plural in words if n)


def count_followed(window: Window) -> list[FollowedChildren]:
    """This period's children, and last period's, as they stand on the window's day: four queries, and one more for each
    time that some were audited again. An escalation of a re-audit is one of the child's."""
    by = clock.start_of(window.on + timedelta(days=1))
    is_open = Q(finished=None) | Q(finished__gte=by)
    audits = Audit.objects.filter(
        counted(), finalised_between(window.period.previous, window.period), grade__in=BELOW_GOOD
    ).order_by()
    again_of = audited_again(audits)
    first_of = {again.pk: again.first for again in again_of}
    is_escalated = Escalation.objects.filter(is_open, opened__lt=by).order_by().values_list("audit", flat=True)
    open_of = is_escalated.filter(audit__in=audits.values("pk")).union(is_escalated.filter(audit__in=list(first_of)))
    escalated = {first_of.get(pk, pk) for pk in open_of}
    plans, better_at = plans_of(audits), first_better(again_of)
    standing = []
    for pk, finalised_at, on_file_at, grade, path in how_each_stands(audits):
        again, better = grade == Grade.INADEQUATE, happened(better_at.get(pk), by)
        steps = (
            *steps_taken(plans.get(pk), on_file_at, by, asks=bool(path)),
            (better or not again) and pk not in escalated,
        )
        reached = sum(1 for _ in takewhile(bool, steps))
        standing.append(_Standing(clock.day_of(finalised_at), reached, again, again and better, pk in escalated))
    return [_followed(standing, period) for period in (window.period, window.period.previous)]


def how_each_stands(audits: QuerySet[Audit]) -> QuerySet[Audit, Any]:
    """Of each of these audits: its key, when it was finalised, when its note was put on the file, its grade, and the
    escalation path that this starts."""
    return audits.values_list("pk", "finalised_at", "on_file_at", "grade", "escalation_path")


def plans_of(audits: QuerySet[Audit]) -> dict[int, Plan]:
    """How far the plan of each of these audits has come, of those that have one."""
    return {pk: plan for pk, *plan in plans_with(audits)}


def plans_with(audits: QuerySet[Audit], *also: str) -> QuerySet[Action, Any]:
    """A row for each of these audits that has a plan: its key, what is `also` read of it, and the plan."""
    unfinished = Q(state__in=Action.UNFINISHED)
    live = Action.objects.filter(audit__in=audits.values("pk")).exclude(state=Action.State.CANCELLED).order_by()
    return live.values_list("audit", *also).annotate(
        not_done=Count("pk", filter=Q(state=Action.State.OPEN)),
        not_checked=Count("pk", filter=unfinished),
        last_done=Max("done_at"),
        last_checked=Max("verified_at"),
    )


def steps_taken(plan: Plan | None, on_file_at: datetime | None, by: datetime, *, asks: bool) -> tuple[bool, ...]:
    """Whether an audit below Good came to each of the first five steps before a moment; `plan` is None where it has
    none, and `asks` whether its grade asks for one by its set. It is below Good, so the first is true."""
    if plan is None and not asks:
        return True, True, True, True, happened(on_file_at, by)
    not_done, not_checked, last_done, last_checked = plan or (0, 0, None, None)
    done, checked = not not_done and happened(last_done, by), not not_checked and happened(last_checked, by)
    return True, plan is not None, done, checked, happened(on_file_at, by)


def happened(moment: datetime | None, by: datetime) -> bool:
    """Whether it had happened before a moment."""
    return moment is not None and moment < by


@dataclass(frozen=True)
class AuditedAgain:
    """One re-audit: the audit that it follows, straight or through a re-audit, and when it was graded better."""

    pk: int
    first: int
    better_at: datetime | None


def audited_again(audits: QuerySet[Audit]) -> list[AuditedAgain]:
    """The re-audits of these audits, and of those that were Inadequate again theirs: a query for each time."""
    again: list[AuditedAgain] = []
    first_of: dict[int, int] = {}
    before: Any = audits.values("pk")
    while True:
        again_of = Q(re_audit_of__isnull=False, re_audit_of__in=before)  # few audits are: not all need be read
        rows = Audit.objects.filter(again_of).exclude(state__in=Audit.WITHDRAWN_OR_VOIDED).order_by()
        followed: list[Any] = list(rows.values_list("pk", "re_audit_of", "state", "grade", "finalised_at"))
        for pk, earlier, state, grade, finalised_at in followed:
            first_of[pk] = first_of.get(earlier, earlier)
            is_better = state in Audit.FINAL and grade != Grade.INADEQUATE
            again.append(AuditedAgain(pk, first_of[pk], finalised_at if is_better else None))
        before = [pk for pk, _, _, grade, _ in followed if grade == Grade.INADEQUATE]
        if not before:
            return again


def first_better(again_of: Iterable[AuditedAgain]) -> dict[int, datetime]:
    """When each audit was first audited again and graded better than Inadequate, of those that were."""
    times: dict[int, datetime] = {}
    for again in again_of:
        if again.better_at is not None:
            times[again.first] = min(again.better_at, times.get(again.first, again.better_at))
    return times


@dataclass(frozen=True)
class _Standing:
    """How far one audit has come."""

    day: date
    reached: int
    again: bool
    better: bool
    escalated: bool


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
