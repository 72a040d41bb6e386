"""Escalations: those opened and those open by path, and how long each step took, in working days."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple, Self

from django.db.models import Count, Q

from escalation.models import Escalation, Step
from escalation.steps.paths import PATHS
from qualitycounts.base import clock
from qualitycounts.base.spreadsheets import Cell
from reporting.periods import Period, PeriodKind
from reporting.sections.bars import figures_table, median_in_words, share_of
from reporting.sections.base import Figure, Window
from reporting.sections.put_right import PutRight
from reporting.sections.section import Figures, Section, Table
from reporting.sections.working_days import days_taken, middle_of
from standards.timescales import one_calendar

OPENED = "Escalations opened in the period, whatever became of them since."
STILL_OPEN = "Escalations open at “data as at”, whenever they were opened."
ENDED = "Steps of this kind that were done in the period."
IN_TIME = "Of these, done on or before the date first set."
IN_STEP = "Working days the steps done in the period had taken since they opened: half took longer, half less."
OPEN_NOW = "Steps of this kind that wait for somebody at “data as at”."
LATE_NOW = "Of these, past their date at “data as at”."


@dataclass(frozen=True)
class ByPath:
    """Escalations opened in the period by path, and those open now."""

    opened: list[Figure]
    open_now: list[Figure]


@dataclass(frozen=True)
class OnStep:
    """One step of one path: how many were done, on time, how long they took, how many wait, how many too long."""

    path: str
    name: str
    done: Figure
    on_time: Figure
    median: float | None
    open_now: Figure
    late_now: Figure

    @property
    def happened(self) -> bool:
        """Whether it was done in the period or waits for somebody now."""
        return bool(self.done.count or self.open_now.count)

    @property
    def cells(self) -> list[Cell]:
        """Its numbers in the table of the report."""
        on_time, days = share_of(self.on_time).percent, median_in_words(self.median)
        return [self.done.count, on_time, days, self.open_now.count, self.late_now.count]


class StepRow(NamedTuple):
    """One step with its escalation, as `STEP_FIELDS` asks for it."""

    escalation: int
    path: str
    escalation_state: str
    opened_on: date
    slug: str
    state: str
    due_on: date
    first_due_on: date
    done_at: datetime | None


STEP_FIELDS = (
    *("escalation", "escalation__path", "escalation__state", "escalation__opened_on"),
    *("slug", "state", "due_on", "first_due_on", "done_at"),
)


@dataclass(frozen=True)
class PathLine:
    """One path as the report shows it: what was opened, now and before, what is open, and its steps."""

    name: str
    opened: int
    before: int | None
    now: int
    steps: list[OnStep]


@dataclass(frozen=True)
class Escalations(Section):
    """Escalations by path, and step by step; a month's report has no steps."""

    name = "escalations"
    template = "reports/escalations.html"
    within = PutRight

    escalations: ByPath
    steps: list[OnStep] = field(default_factory=list)

    @classmethod
    def count(cls, window: Window) -> Self:
        """By path, and for more than a month step by step: two queries."""
        return cls(by_path(window), [] if window.period.kind == PeriodKind.MONTH else on_steps(window))

    @property
    def days_taken(self) -> str:
        """What the days of steps are, where any step was done or waits."""
        return IN_STEP if any(step.happened for step in self.steps) else ""

    @property
    def paths(self) -> list[PathLine]:
        """The paths, each with what was opened and is open, and with its steps."""
        steps = [step for step in self.steps if step.happened]
        return [
            PathLine(path.name, path.count, path.before, now.count, [step for step in steps if step.path == path.name])
            for path, now in zip(self.escalations.opened, self.escalations.open_now, strict=True)
        ]

    def tables(self, figures: Figures) -> Iterator[Table]:
        """Those opened, those open now, and the steps."""
        yield figures_table("escalations", "Escalations opened", self.escalations.opened)
        yield figures_table("escalations-open", "Escalations open now", self.escalations.open_now)
        heads = ("Path", "Step", "Done", "On time", "Working days, median", "Open now", "Late now")
        rows: list[list[Cell]] = [
            [
                step.path,
                step.name,
                step.done.count,
                step.on_time.count,
                step.median,
                step.open_now.count,
                step.late_now.count,
            ]
            for step in self.steps
        ]
        yield Table("steps", "Escalations step by step", heads, rows)


def by_path(window: Window) -> ByPath:
    """Escalations opened in the period and the one before, and those open now, by path: one query."""
    period = window.period
    now, before = (Q(opened_on__range=(each.first, each.last)) for each in (period, period.previous))
    still = Q(state=Escalation.State.OPEN)
    rows = (
        Escalation.objects.filter(now | before | still)
        .order_by()
        .values_list("path")
        .annotate(now=Count("pk", filter=now), before=Count("pk", filter=before), still=Count("pk", filter=still))
    )
    counts = {path: (opened, earlier, unfinished) for path, opened, earlier, unfinished in rows}
    none = (0, 0, 0)
    return ByPath(
        opened=[
            Figure(str(path.label), OPENED, counts.get(path, none)[0], None, counts.get(path, none)[1])
            for path in Escalation.Path
        ],
        open_now=[Figure(str(path.label), STILL_OPEN, counts.get(path, none)[2]) for path in Escalation.Path],
    )


def on_steps(window: Window) -> list[OnStep]:
    """Each step of each path: done in the period, on time, working days taken, waiting now and late now: one query."""
    period = window.period
    moments = period.moments
    done = Q(steps__done_at__gte=moments[0], steps__done_at__lt=moments[1])
    wanted = Escalation.objects.filter(done | Q(state=Escalation.State.OPEN)).values("pk")
    rows = Step.objects.filter(escalation__in=wanted).order_by("escalation", "position").values_list(*STEP_FIELDS)
    counts: Counter[tuple[str, str, str]] = Counter()
    days: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    by_case: defaultdict[int, list[StepRow]] = defaultdict(list)
    for row in map(StepRow._make, rows):
        by_case[row.escalation].append(row)
    with one_calendar():
        for steps in by_case.values():
            for step, opened in zip(steps, _opened(steps), strict=True):
                _count(step, opened, period, window.on, counts, days)
    return [
        _on_step(path, kind.slug, kind.title, counts, days[path, kind.slug])
        for path, ladder in PATHS.items()
        for kind in ladder.steps
    ]


def _opened(steps: Sequence[StepRow]) -> Iterable[date]:
    """The day each step opened: with its path, or when the ones before it were done."""
    path = steps[0].path
    together = {kind.slug for kind in PATHS[path].steps if kind.together}
    latest = steps[0].opened_on
    for row in steps:
        yield row.opened_on if row.slug in together else latest
        if row.done_at:
            latest = max(latest, clock.day_of(row.done_at))


def _count(
    row: StepRow,
    opened: date,
    period: Period,
    on: date,
    counts: Counter[tuple[str, str, str]],
    days: defaultdict[tuple[str, str], list[int]],
) -> None:
    path, slug = row.path, row.slug
    if row.state == Step.State.DONE and row.done_at and (ended := clock.day_of(row.done_at)) in period:
        counts[path, slug, "done"] += 1
        counts[path, slug, "on_time"] += ended <= row.first_due_on
        days[path, slug].append(days_taken(opened, ended))
    elif row.state == Step.State.OPEN and row.escalation_state == Escalation.State.OPEN:
        counts[path, slug, "open"] += 1
        counts[path, slug, "late"] += row.due_on < on


def _on_step(path: str, slug: str, title: str, counts: Counter[tuple[str, str, str]], days: Sequence[int]) -> OnStep:
    done, waiting = counts[path, slug, "done"], counts[path, slug, "open"]
    return OnStep(
        path=str(Escalation.Path(path).label),
        name=title,
        done=Figure("Done", ENDED, done),
        on_time=Figure("On time", IN_TIME, counts[path, slug, "on_time"], done),
        median=middle_of(days),
        open_now=Figure("Open now", OPEN_NOW, waiting),
        late_now=Figure("Late now", LATE_NOW, counts[path, slug, "late"], waiting),
    )
