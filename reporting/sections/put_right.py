"""What became of audits below Good: this period's and the last as they stand, and, to compare like with like, those of
one period earlier each by its own period's end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache, partial
from itertools import chain, takewhile
from typing import Any, Self

from django.db.models import Count, Q
from django.utils.safestring import SafeString

from audits.models import Audit
from qualitycounts.base import clock
from reporting import charts, periods
from reporting.control_chart import Share
from reporting.periods import MONTHS, Period, month_of
from reporting.sections.bars import figures_table, share_before, share_of
from reporting.sections.base import Figure, Series, Window, as_flag, counted, finalised_between, month_finalised
from reporting.sections.followed import (
    FollowedChildren,
    audited_again,
    count_followed,
    first_better,
    followed_figures,
    happened,
    plans_with,
    steps_taken,
)
from reporting.sections.frozen import WHERE_HELD
from reporting.sections.section import Figures, Section, Table
from reporting.sections.shares import Row, row_of
from standards.grades import BELOW_GOOD, Grade

BETTER = (
    "Of the audits graded Inadequate one period earlier, those whose case was audited again, by another auditor from "
    "outside the team, and graded better by the end of this period."
)
PUT_RIGHT = (
    "Of audits graded Requires improvement or Inadequate one period earlier, those with every action verified and the "
    "entry on the child’s case file by the end of this period, or by “data as at” if that is earlier."
)
STEPS = (
    ("Below Good", "Audits finalised one period earlier and graded Requires improvement or Inadequate."),
    ("Plan agreed", "Of these, with at least one action, or whose grade asks for none."),
    ("Actions done", "Of these, with every action done with evidence."),
    ("Verified", "Of these, with every action checked on the record by someone other than the person who did it."),
    ("On the case file", "Of these, with the entry on the child’s case file, ticked by name."),
)


@dataclass(frozen=True)
class PutRightRow:
    """One period's audits below Good: how many came to each step."""

    name: str
    cells: list[str]


WHEN = ("pk", "finalised_at", "on_file_at")


@dataclass(frozen=True)
class PutRight(Section):
    """Audits below Good one period earlier, and how far each had come, which is read against a baseline; and those of
    this period and the last, `followed` to the end. `better` is None in reports that were frozen before re-audits were
    counted, `followed` in those that knew the earlier period alone."""

    name = "put_right"
    key = "loop"
    template = "reports/put_right.html"
    beside = ("loop", "Put right, and on the case file")

    cohort: str
    steps: list[Figure]
    put_right: Series
    better: Figure | None = None
    followed: list[FollowedChildren] | None = field(default=None, metadata=WHERE_HELD)

    @classmethod
    def count(cls, window: Window) -> Self:
        """Audits below Good of each unit's period before, and how far they had come by the unit's end; and those of the
        period and the last as they stand: ten queries, and one more where some need no plan. A row an audit below Good
        that has a plan, or needs none, and one an Inadequate that is better.
        """
        months = [month.shifted(-MONTHS[window.period.kind]) for month in window.months]
        rows = Audit.objects.filter(
            counted(), finalised_between(months[0], months[-1]), grade__in=BELOW_GOOD
        ).order_by()
        along, asks_for_none = cache(partial(_unit_of_cohort, window)), Q(escalation_path="")
        reached = [[0] * len(STEPS) for _ in window.units]
        low, better = Counter[int | None](), Counter[int | None]()
        below, right, some_need_none = Counter[date](), Counter[date](), False
        alike = rows.values_list(month_finalised(months), "grade", as_flag(asks_for_none))
        for at, grade, needs_none, n in alike.annotate(n=Count("pk")):
            place, _, month = along(at)
            below[month] += n
            low[place] += n if grade == Grade.INADEQUATE else 0
            some_need_none |= needs_none
            if place is not None:
                reached[place][0] += n
        of_them = rows.filter(asks_for_none) if some_need_none else rows.none()
        unplanned = {pk: times for pk, *times in of_them.values_list(*WHEN)}
        planned = list(plans_with(rows, *(f"audit__{name}" for name in WHEN[1:])))
        for pk, *_ in planned:
            unplanned.pop(pk, None)
        for finalised_at, on_file_at, *plan in chain((row[1:] for row in planned), unplanned.values()):
            place, by, month = along(clock.day_of(finalised_at).replace(day=1))
            steps = steps_taken(plan or None, on_file_at, by, asks=bool(plan))
            right[month] += all(steps)
            if place is not None:
                for step, _ in enumerate(takewhile(bool, steps[1:]), 1):
                    reached[place][step] += 1
        better_at = first_better(audited_again(rows.filter(grade=Grade.INADEQUATE)))
        for pk, finalised_at in dict[int, Any](rows.filter(pk__in=better_at).values_list("pk", "finalised_at")).items():
            place, by, _ = along(clock.day_of(finalised_at).replace(day=1))
            better[place] += happened(better_at[pk], by)
        last = len(window.units) - 1
        return cls(
            cohort=str(window.period.previous),
            steps=[
                Figure(name, definition, reached[-1][place], reached[-1][0], reached[-2][place], reached[-2][0])
                for place, (name, definition) in enumerate(STEPS)
            ],
            put_right=window.series(
                "Put right, and on the case file", PUT_RIGHT, list(right.items()), list(below.items())
            ),
            better=Figure("Better at re-audit", BETTER, better[last], low[last], better[last - 1], low[last - 1]),
            followed=count_followed(window),
        )

    def put_right_row(self, figures: Figures) -> Row:
        """Those put right and on the case file, with its reading."""
        return row_of(self.put_right, figures)

    @property
    def figures(self) -> list[Figure]:
        """The steps, and where it was counted what the re-audits showed."""
        return [*self.steps, *([self.better] if self.better else [])]

    @property
    def period(self) -> Period:
        """The period whose audits are followed."""
        return periods.parse(self.cohort)

    @property
    def followed_figures(self) -> list[Figure]:
        """The steps of the children that are followed; none in a report that knew the earlier period alone."""
        return followed_figures(self.followed) if self.followed else []

    @property
    def followed_funnel(self) -> SafeString:
        """From found to put right, of this period's children, drawn."""
        (now, _), steps = self.followed or [], []
        figures = [*self.followed_figures[:5], self.followed_figures[-1]]
        for before, step in zip([figures[0], *figures], figures, strict=False):
            lost = before.count - step.count
            steps.append((step.name, share_of(step), f"{lost} not yet" if lost else ""))
        return charts.funnel(
            "loop",
            steps,
            f"Of {now.below} audit{'' if now.below == 1 else 's'} below Good in {now.about.label}, {now.right} "
            f"{'is' if now.right == 1 else 'are'} put right.",
            "The table below has the count of every step.",
        )

    @property
    def still_open_in_words(self) -> str:
        """How many audits below Good are not put right."""
        count = self.steps[0].count - self.steps[-1].count
        return f"{count} of them {'is' if count == 1 else 'are'} still open." if count else "All are put right."

    @property
    def funnel(self) -> SafeString:
        """From found to put right, drawn."""
        rows, before = [], self.steps[0]
        for step in self.steps:
            lost = before.count - step.count
            rows.append((step.name, share_of(step), f"{lost} not yet" if lost else ""))
            before = step
        if self.better and self.better.of:
            rows.append((self.better.name, share_of(self.better), "each Inadequate is audited again"))
        below, right = self.steps[0].of, self.steps[-1].count
        return charts.funnel(
            "loop",
            rows,
            f"Of {below} audit{'' if below == 1 else 's'} below Good in {self.period.label}, {right} "
            f"{'was' if right == 1 else 'were'} put right and on the case file.",
            "The table below has the count of every step.",
        )

    @property
    def rows(self) -> list[PutRightRow]:
        """The table: the period's audits, and those of the one before."""
        return [
            PutRightRow(self.period.label, [*(share_of(step).counts for step in self.steps), *self._again(share_of)]),
            PutRightRow(
                self.period.previous.label,
                [*(share_before(step).counts for step in self.steps), *self._again(share_before)],
            ),
        ]

    def _again(self, share: Callable[[Figure], Share]) -> list[str]:
        """The cell of the re-audits; none where a report was frozen before they were counted."""
        if self.better is None:
            return []
        again = share(self.better)
        return [again.counts if again.of else "None due"]

    def tables(self, figures: Figures) -> Iterator[Table]:
        """The steps, and what was put right period by period."""
        yield figures_table("put-right", "From found to put right", self.followed_figures or self.figures)
        yield self.put_right_row(figures).table("put-right-trend")


def _unit_of_cohort(window: Window, month: date) -> tuple[int | None, datetime, date]:
    """In which unit the audits of a month are looked at, as its place in the row; the moment before which a step is
    counted, by UK date; and the month that they are counted in."""
    unit = window.unit_with(month).next
    by = clock.start_of(min(unit.last, window.on) + timedelta(days=1))
    return window.unit_of(unit.first), by, month_of(month).shifted(MONTHS[window.period.kind]).first
