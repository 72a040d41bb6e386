"""Did practice change? A page a quarter, standard by standard: the themes, what was asked, what was done, what moved.

It sets side by side what the other sections, the action plan and the managers' answers hold. It never says that one
thing caused the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from django.db.models import Count, Q

from audits.models import Audit, LastingCheck
from qualitycounts.base import clock
from qualitycounts.base.dates import date_in_words
from qualitycounts.base.spreadsheets import Cell
from reporting.models import OUT, Need, PlanItem, Recommendation, Theme
from reporting.periods import Period, PeriodKind
from reporting.sections.base import Figure, Window
from reporting.sections.narrative import figure_moved
from reporting.sections.rows import WHOLE_CASE, rows_of
from reporting.sections.section import Figures, Section, Table
from reporting.sections.themes import Themes

LASTED = (
    "Of actions whose check “did it last?” was answered in the period by the responsible manager, some months after "
    "they were verified, those that lasted. An action for several standards counts in each."
)
DUE = "Checks “did it last?” that were due by “data as at”, of actions of audits that stand, and those answered."


@dataclass(frozen=True)
class Asked:
    """One thing that was asked for, and where it stands."""

    words: str
    stands: str


@dataclass(frozen=True)
class ChangedStandard:
    """One standard: the worries that came up, what was asked and what became of it, what lasted, whether it moved."""

    standard: int
    name: str
    seen: list[str]
    asked: list[Asked]
    lasted: str
    moved: str


@dataclass(frozen=True)
class Changed(Section):
    """The standards of which anything was seen, asked or done in the quarter; in the quarterly report alone."""

    name = "changed"
    key = "changed"
    template = "reports/changed.html"

    rows: list[ChangedStandard]
    due: Figure
    lasted: Figure
    looked: Figure

    @classmethod
    def count(cls, window: Window) -> Self | None:
        """Nothing by itself: it follows from the themes and the standards too."""
        return None

    @classmethod
    def conclude(cls, window: Window, counted: Figures) -> Self | None:
        """The standards in order, the case as a whole and what belongs to none last: seven queries."""
        if window.period.kind != PeriodKind.QUARTER:
            return None
        period = window.period
        seen, asked, lasted = _seen(counted), _asked(period), _lasted(period)
        rows = rows_of(counted)
        names = {row.number: row.name for row in rows.standards} | {WHOLE_CASE: "The case as a whole"}
        numbers = sorted({*seen, *asked, *lasted}, key=lambda number: number or WHOLE_CASE + 1)
        standing = LastingCheck.objects.filter(action__audit__state__in=Audit.FINAL)
        due = standing.filter(due_on__lte=min(period.last, window.on), due_on__gte=period.first)
        start, end = period.moments
        answered = Q(answered_at__gte=start, answered_at__lt=end)
        looked = Q(checked_at__gte=start, checked_at__lt=end)
        counts = standing.aggregate(
            answered=Count("pk", filter=answered),
            lasted=Count("pk", filter=answered & Q(lasted=LastingCheck.Lasted.YES)),
            looked=Count("pk", filter=looked),
            agrees=Count("pk", filter=looked & Q(agrees=True)),
        )
        return cls(
            rows=[
                ChangedStandard(
                    standard=number,
                    name=names.get(number) or (f"Standard {number}" if number else "Tied to no standard"),
                    seen=seen.get(number, []),
                    asked=asked.get(number, []),
                    lasted=lasted.get(number, ""),
                    moved=figure_moved(rows, number or None),
                )
                for number in numbers
            ],
            due=Figure("Answered", DUE, due.exclude(answered_at=None).count(), due.count()),
            lasted=Figure("Lasted", LASTED, counts["lasted"], counts["answered"]),
            looked=Figure(
                "The record shows it",
                "Of the answers that the QA Team looked at on the record in the period, those that it bore out.",
                counts["agrees"],
                counts["looked"],
            ),
        )

    @property
    def lasted_in_words(self) -> str:
        """How many checks were due and answered, how many lasted, and what QA saw."""
        if not (self.due.of or self.lasted.of):
            return "No check “did it last?” was due in the quarter."
        due = f"{self.due.count} of {self.due.of} check{'' if self.due.of == 1 else 's'} “did it last?”"
        were = "was due is" if self.due.of == 1 else "were due are"
        said = [f"{due} that {were} answered" if self.due.of else "No check “did it last?” was due in the quarter"]
        if self.lasted.of:
            said.append(f"of those answered in the quarter {self.lasted.count} of {self.lasted.of} lasted")
        if self.looked.of:
            said.append(f"QA looked at {self.looked.of} on the record and saw the same in {self.looked.count}")
        return f"{'; '.join(said)}."

    def tables(self, figures: Figures) -> Iterator[Table]:
        """A line for each thing asked, or for a standard of which nothing was."""
        cells: list[list[Cell]] = [
            [row.name, "; ".join(row.seen), asked.words, asked.stands, row.lasted, row.moved]
            for row in self.rows
            for asked in row.asked or [Asked("", "")]
        ]
        heads = ("Standard", "Themes seen", "Asked", "Where it stands", "Did actions last?", "Did the figure move?")
        yield Table("changed", "Did practice change?", heads, cells)


def _seen(counted: Figures) -> dict[int, list[str]]:
    """The worries of the quarter and of the one before, by standard, each with both counts: one query."""
    themes, vocabulary = counted.of(Themes), Theme.objects.in_bulk()
    seen: defaultdict[int, list[str]] = defaultdict(list)
    for figure in themes.worried:
        theme = vocabulary[figure.key or 0]
        before = f", {figure.before} of {figure.before_of} before" if figure.before_of else ""
        audits = f"audit{'' if figure.of == 1 else 's'}"
        seen[theme.standard or 0].append(f"{theme.name}: {figure.count} of {figure.of} {audits}{before}")
    return dict(seen)


def _asked(period: Period) -> dict[int, list[Asked]]:
    """What the plan, the last report and the learning needs asked for, by standard, with where each stands: three
    queries."""
    start, end = period.moments
    asked: defaultdict[int, list[Asked]] = defaultdict(list)
    still = Q(ended_at=None) | Q(ended_at__gte=start)
    for item in PlanItem.objects.filter(still, opened_at__lt=end).order_by("number"):
        asked[item.standard or 0].append(Asked(item.what, _item_stands(item)))
    of_last = Recommendation.objects.filter(report__period=str(period.previous), report__state__in=OUT)
    for recommendation in of_last.filter(plan_item=None, joins=None).order_by("number"):
        answer = recommendation.get_answer_display() if recommendation.answer else "No response yet"
        asked[recommendation.standard or 0].append(Asked(recommendation.words, answer))
    open_or_now = Q(answered_at=None) | Q(answered_at__gte=start)
    for need in Need.objects.filter(open_or_now, raised_at__lt=end, recommendation=None).order_by("pk"):
        answer = f"Offered: {need.answer}" if need.answered_at else "Not answered yet"
        asked[need.standard or 0].append(Asked(f"Learning: {need.words}", answer))
    return dict(asked)


def _item_stands(item: PlanItem) -> str:
    """Where an item of the plan stands, and what shows that it helped once it is done."""
    if item.ended_at is None:
        return f"On the plan, due {date_in_words(item.due_on)}"
    ended = f"{item.get_state_display()}, {date_in_words(clock.day_of(item.ended_at))}"
    return f"{ended}: {item.impact}" if item.impact else ended


def _lasted(period: Period) -> dict[int, str]:
    """What the managers answered in the period, by the standards that the actions are for: one query."""
    start, end = period.moments
    counts = (
        LastingCheck.objects.filter(
            answered_at__gte=start,
            answered_at__lt=end,
            action__audit__state__in=Audit.FINAL,
            action__judgements__isnull=False,
        )
        .order_by()
        .values_list("action__judgements__number")
        .annotate(lasted=Count("pk", filter=Q(lasted=LastingCheck.Lasted.YES)), of=Count("pk"))
    )
    return {number: f"{lasted} of {of} lasted" for number, lasted, of in counts}
