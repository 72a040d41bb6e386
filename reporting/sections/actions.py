"""Actions: those that fell due and what became of them, all that are overdue, and the days they took."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Self

from django.db.models import Case, Count, DateField, F, Q, When
from django.db.models.functions import TruncMonth
from django.utils.safestring import SafeString

from audits.models import Action, Audit
from qualitycounts.base.dates import short_month
from reporting import charts
from reporting.control_chart import Share, in_words
from reporting.periods import Period, PeriodKind
from reporting.sections.bars import figures_table, median_in_words
from reporting.sections.base import Figure, Series, Window, as_flag, same_month
from reporting.sections.put_right import PutRight
from reporting.sections.row_lists import ActionList, RowList
from reporting.sections.section import Figures, Section, Table, View
from reporting.sections.shares import Row, row_of
from reporting.sections.working_days import Taken, median_days

DUE = (
    "Actions whose first date fell in the period and has passed; those cancelled, or of a voided audit, left out. No "
    "first date is before the working day after the audit was finalised, where that was later than the meeting."
)
OUTCOMES = {
    "on_time": (
        "Done on time",
        "Of these, done with evidence on or before the first date set, whatever was agreed later.",
    ),
    "late": ("Done late", "Of these, done with evidence after the first date set."),
    "overdue": ("Not done, overdue", "Of these, not done, and past the date that now holds."),
    "extended": (
        "Given a later date",
        "Of these, not done, and given a later date, with a reason, that has not passed.",
    ),
}
OVERDUE_NOW = "Every action not done at “data as at” and past the date that now holds, whenever it was agreed."
BANDS = ("Up to a week late", "One to two weeks", "Two to four weeks", "More than four weeks")
WEEKS = (7, 14, 28)
ON_TIME = "Actions whose first date fell in the period and has passed: those done with evidence on or before it."


@dataclass(frozen=True)
class ActionsOfKind:
    """The actions of one kind that fell due, by what became of them; and the same for the period before."""

    name: str
    due: Figure
    outcomes: list[Figure]


@dataclass(frozen=True)
class ActionsDue:
    """Actions that fell due in the period, all that are overdue now, and the share on time unit by unit."""

    kinds: list[ActionsOfKind]
    on_time: Series
    overdue: Figure
    bands: list[Figure]


@dataclass(frozen=True)
class Actions(Section):
    """Actions that fell due in the period by kind and outcome, and the working days that actions took."""

    name = "actions"
    template = "reports/actions.html"
    within = PutRight
    beside = ("time", "Actions done on time")

    actions: ActionsDue
    taken: list[Taken] = field(default_factory=list)

    @classmethod
    def count(cls, window: Window) -> Self:
        """Actions due and overdue, and the days they took: two queries."""
        return cls(actions_due(window), median_days(window))

    def on_time_row(self, figures: Figures) -> Row:
        """The share done on time, with its reading."""
        return row_of(self.actions.on_time, figures)

    @property
    def days(self) -> list[str]:
        """The median working days of each line of the table, now and before, kind by kind; none where none was done."""
        if not any(kind.median is not None for kind in self.taken):
            return []
        return [median_in_words(days) for kind in self.taken for days in (kind.median, kind.before)]

    def page(self, view: View) -> ActionsPage:
        """Bars of what became of the actions, the table, and what is overdue now in a sentence."""
        lines = self.lines(view.period)
        *_, total, _ = lines
        days = self.days or [""] * len(lines)
        on_time = f"{Share(total.counts[0], total.due)} done on time" if total.due else "none were due"
        return ActionsPage(
            definition=self.actions.kinds[0].due.definition,
            taken=self.taken[0].definition if self.days else "",
            svg=charts.timeliness(
                "time",
                [(line.bar, line.counts) for line in lines if not line.total],
                f"Bars of actions due by kind and period: {on_time}.",
                "The table below has every count.",
            ),
            rows=[replace(line, taken=taken) for line, taken in zip(lines, days, strict=True)],
            overdue=self._overdue,
            reading=view.figures.story.on_time.words,
        )

    def lines(self, period: Period) -> list[ActionsLine]:
        """Two lines a kind, the period's and the one's before, and two of all kinds together."""
        lines = []
        for kind in self.actions.kinds:
            lines.append(ActionsLine(kind.name, period, [outcome.count for outcome in kind.outcomes]))
            lines.append(ActionsLine(kind.name, period.previous, [outcome.before or 0 for outcome in kind.outcomes]))
        columns = [zip(*(line.counts for line in lines[place::2]), strict=True) for place in (0, 1)]
        for which, counts in zip((period, period.previous), columns, strict=True):
            lines.append(ActionsLine("All", which, [sum(column) for column in counts], total=True))
        return lines

    @property
    def _overdue(self) -> str:
        overdue = self.actions.overdue.count
        bands = [f"{band.count} {band.name.lower()}" for band in self.actions.bands if band.count]
        are = "action is" if overdue == 1 else "actions are"
        return f"{in_words(overdue).capitalize()} {are} overdue now" + (f": {', '.join(bands)}." if bands else ".")

    def tables(self, figures: Figures) -> Iterator[Table]:
        """Actions due by kind and outcome, the share on time, the days taken, and what is overdue now."""
        due = [
            replace(figure, name=f"{kind.name}: {figure.name.lower()}")
            for kind in self.actions.kinds
            for figure in (kind.due, *kind.outcomes)
        ]
        yield figures_table("actions", "Actions due", due)
        yield self.on_time_row(figures).table("actions-on-time")
        taken = [[kind.name, kind.median, kind.before, kind.definition] for kind in self.taken]
        yield Table("working-days", "Working days taken, the median", ("Kind", "Days", "Before", "Definition"), taken)
        yield figures_table("overdue", "Overdue now", [self.actions.overdue, *self.actions.bands])

    def row_lists(self) -> Iterator[RowList]:
        """The actions that fell due, those done on time, and those overdue now."""
        yield ActionList("due", "Actions that fell due", lambda row: row.fell_due)
        yield ActionList(
            "on-time",
            "Actions done on time",
            lambda row: row.fell_due and bool(row.done) and row.done <= row.first,
        )
        yield ActionList("overdue", "Overdue now", lambda row: row.overdue)


@dataclass(frozen=True)
class ActionsLine:
    """One line of the table: the actions of one kind that fell due in one period, by what became of them."""

    kind: str
    period: Period
    counts: list[int]
    total: bool = False
    taken: str = ""

    @property
    def bar(self) -> str:
        """What its bar is called."""
        month = self.period.kind == PeriodKind.MONTH
        return f"{self.kind}, {short_month(self.period.first) if month else self.period.short}"

    @property
    def due(self) -> int:
        """How many fell due."""
        return sum(self.counts)

    @property
    def share(self) -> str:
        """The share of them that were done on time."""
        return Share(self.counts[0], self.due).percent


@dataclass(frozen=True)
class ActionsPage:
    """What the part about actions shows; `taken` defines the days taken, where there are some."""

    definition: str
    taken: str
    svg: SafeString
    rows: list[ActionsLine]
    overdue: str
    reading: str


def actions_due(window: Window) -> ActionsDue:
    """Actions due in the window by kind and outcome, with all that are overdue on the day: one query."""
    overdue = Action.objects.overdue(window.on)
    first, last = window.months[0].first, window.months[-1].last
    fell_due = Q(first_due_on__range=(first, last), first_due_on__lt=window.on, audit__state__in=Audit.FINAL)
    rows = (
        (overdue | Action.objects.filter(fell_due))
        .exclude(state=Action.State.CANCELLED)
        .annotate(
            month=TruncMonth("first_due_on", output_field=DateField()),
            in_time=as_flag(Q(done_on__lte=F("first_due_on"))),
            late_since=Case(When(pk__in=overdue.values("pk"), then=F("due_on"))),
        )
        .order_by()
        .values_list("kind", "month", "state", "in_time", "late_since")
        .annotate(n=Count("pk"))
    )
    by_month: defaultdict[tuple[date, str], Counter[str]] = defaultdict(Counter)
    late_now: Counter[date] = Counter()
    for kind, month, state, in_time, late_since, n in rows:
        by_month[month, kind][_outcome(state, in_time, late_since)] += n
        if late_since is not None:
            late_now[late_since] += n
    on_time = [(month, counts["on_time"]) for (month, _), counts in by_month.items()]
    due = [(month, sum(counts.values())) for (month, _), counts in by_month.items()]
    bands: Counter[int] = Counter()
    for since, n in late_now.items():
        bands[bisect_left(WEEKS, (window.on - since).days)] += n
    whole = sum(late_now.values())
    return ActionsDue(
        kinds=[_kind(window, kind.value, by_month) for kind in Action.Kind],
        on_time=window.series("Actions done on time", ON_TIME, on_time, due),
        overdue=Figure("Overdue now", OVERDUE_NOW, whole),
        bands=[Figure(name, OVERDUE_NOW, bands[place], whole) for place, name in enumerate(BANDS)],
    )


def _outcome(state: str, in_time: bool, late_since: date | None) -> str:
    if state == Action.State.OPEN:
        return "extended" if late_since is None else "overdue"
    return "on_time" if in_time else "late"


def _kind(window: Window, slug: str, by_month: dict[tuple[date, str], Counter[str]]) -> ActionsOfKind:
    now, before = Counter[str](), Counter[str]()
    for (month, kind), counts in by_month.items():
        if kind == slug and same_month(month, window.period):
            now += counts
        elif kind == slug and same_month(month, window.period.previous):
            before += counts
    due, due_before = sum(now.values()), sum(before.values())
    return ActionsOfKind(
        slug.capitalize(),
        Figure("Due", DUE, due, None, due_before),
        [Figure(*OUTCOMES[key], now[key], due, before[key], due_before) for key in OUTCOMES],
    )
