"""What was done about it: actions on time, escalations, and audits below Good followed until put right."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from itertools import takewhile

from django.db.models import BooleanField, Case, Count, DateField, F, Max, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import TruncDate, TruncMonth

from audits.models import Action, Audit
from escalation.models import Escalation
from qualitycounts import clock
from reporting.figures.base import STANDING, Figure, Series, Window, counted, finalised_between, same_month
from standards.grades import ESCALATING, Grade

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
OPENED = "Escalations opened in the period, whatever became of them since."
OPEN_NOW = "Escalations open at “data as at”, whenever they were opened."
BANDS = ("Up to a week late", "One to two weeks", "Two to four weeks", "More than four weeks")
WEEKS = (7, 14, 28)
BETTER = (
    "Of the audits graded Inadequate one period earlier, those whose case was audited again, by another auditor from "
    "outside the team, and graded better by the end of this period."
)
ON_TIME = "Actions whose first date fell in the period and has passed: those done with evidence on or before it."
PUT_RIGHT = (
    "Of audits graded Requires improvement or Inadequate one period earlier, those with every action verified and the "
    "entry on the child’s case file by the end of this period, or by “data as at” if that is earlier."
)
STEPS = (
    ("Below Good", "Audits finalised one period earlier and graded Requires improvement or Inadequate."),
    ("Plan agreed", "Of these, with at least one action."),
    ("Actions done", "Of these, with every action done with evidence."),
    ("Verified", "Of these, with every action checked on the record by someone other than the person who did it."),
    ("On the case file", "Of these, with the entry on the child’s case file, ticked by name."),
)


@dataclass(frozen=True)
class Kind:
    """The actions of one kind that fell due, by what became of them; and the same for the period before."""

    name: str
    due: Figure
    outcomes: list[Figure]


@dataclass(frozen=True)
class Actions:
    """Actions that fell due in the period, all that are overdue now, and the share on time unit by unit."""

    kinds: list[Kind]
    on_time: Series
    overdue: Figure
    bands: list[Figure]


@dataclass(frozen=True)
class Escalations:
    """Escalations opened in the period by path, and those open now."""

    opened: list[Figure]
    open_now: list[Figure]


@dataclass(frozen=True)
class Loop:
    """Audits below Good one period earlier, and how far each had come."""

    cohort: str
    steps: list[Figure]
    put_right: Series
    better: Figure


def actions(window: Window) -> Actions:
    """Actions due in the window by kind and outcome, with all that are overdue on the day: one query."""
    overdue = Action.objects.overdue(window.on)
    first, last = window.units[0].first, window.units[-1].last
    fell_due = Q(first_due_on__range=(first, last), first_due_on__lt=window.on, audit__state__in=STANDING)
    rows = (
        (overdue | Action.objects.filter(fell_due))
        .exclude(state=Action.State.CANCELLED)
        .annotate(
            month=TruncMonth("first_due_on", output_field=DateField()),
            done_on=TruncDate("done_at", tzinfo=clock.LONDON),
            in_time=_flag(Q(done_on__lte=F("first_due_on"))),
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
    return Actions(
        kinds=[_kind(window, kind.value, by_month) for kind in Action.Kind],
        on_time=Series("Actions done on time", ON_TIME, window.by_unit(on_time), window.by_unit(due)),
        overdue=Figure("Overdue now", OVERDUE_NOW, whole),
        bands=[Figure(name, OVERDUE_NOW, bands[place], whole) for place, name in enumerate(BANDS)],
    )


def _outcome(state: str, in_time: bool, late_since: date | None) -> str:
    if state == Action.State.OPEN:
        return "extended" if late_since is None else "overdue"
    return "on_time" if in_time else "late"


def _kind(window: Window, slug: str, by_month: dict[tuple[date, str], Counter[str]]) -> Kind:
    now, before = Counter[str](), Counter[str]()
    for (month, kind), counts in by_month.items():
        if kind == slug and same_month(month, window.period):
            now += counts
        elif kind == slug and same_month(month, window.period.previous):
            before += counts
    due, due_before = sum(now.values()), sum(before.values())
    return Kind(
        slug.capitalize(),
        Figure("Due", DUE, due, None, due_before),
        [Figure(*OUTCOMES[key], now[key], due, before[key], due_before) for key in OUTCOMES],
    )


def escalations(window: Window) -> Escalations:
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
    return Escalations(
        opened=[
            Figure(str(path.label), OPENED, counts.get(path, none)[0], None, counts.get(path, none)[1])
            for path in Escalation.Path
        ],
        open_now=[Figure(str(path.label), OPEN_NOW, counts.get(path, none)[2]) for path in Escalation.Path],
    )


def loop(window: Window) -> Loop:
    """Audits below Good of each unit's period before, and how far they had come by the unit's end: one query.

    A row an audit below Good, not one an audit: about a third of them.
    """
    live = ~Q(actions__state=Action.State.CANCELLED)
    better = (
        Audit.objects.filter(re_audit_of=OuterRef("pk"), state__in=STANDING)
        .exclude(grade=Grade.INADEQUATE)
        .order_by("finalised_at")
    )
    rows = (
        Audit.objects.filter(
            counted(), finalised_between(window.units[0].previous, window.units[-1].previous), grade__in=ESCALATING
        )
        .order_by()
        .values_list("pk", "finalised_at", "on_file_at", "grade")
        .annotate(
            better_at=Subquery(better.values("finalised_at")[:1]),
            planned=Count("actions", filter=live),
            not_done=Count("actions", filter=Q(actions__state=Action.State.OPEN)),
            not_checked=Count("actions", filter=Q(actions__state__in=(Action.State.OPEN, Action.State.DONE))),
            last_done=Max("actions__done_at", filter=live),
            last_checked=Max("actions__verified_at", filter=live),
        )
    )
    reached = [[0] * len(STEPS) for _ in window.units]
    again: Counter[tuple[int, bool]] = Counter()
    for _, finalised_at, on_file_at, grade, better_at, planned, not_done, not_checked, last_done, last_checked in rows:
        finalised = clock.day_of(finalised_at)
        place = next(place for place, unit in enumerate(window.units) if finalised in unit.previous)
        by = min(window.units[place].last, window.on)
        again[place, _by(better_at, by)] += grade == Grade.INADEQUATE
        steps = (
            True,
            planned > 0,
            not not_done and _by(last_done, by),
            not not_checked and _by(last_checked, by),
            _by(on_file_at, by),
        )
        for step, _ in enumerate(takewhile(bool, steps)):
            reached[place][step] += 1
    found = [counts[0] for counts in reached]
    low = [again[place, True] + again[place, False] for place, _ in enumerate(window.units)]
    last = len(window.units) - 1
    return Loop(
        cohort=str(window.period.previous),
        steps=[
            Figure(name, definition, reached[-1][place], reached[-1][0], reached[-2][place], reached[-2][0])
            for place, (name, definition) in enumerate(STEPS)
        ],
        put_right=Series("Put right, and on the case file", PUT_RIGHT, [counts[-1] for counts in reached], found),
        better=Figure("Better at re-audit", BETTER, again[last, True], low[-1], again[last - 1, True], low[-2]),
    )


def _by(moment: datetime | None, day: date) -> bool:
    """Whether it had happened by the end of the day, by UK date."""
    return moment is not None and clock.day_of(moment) <= day


def _flag(condition: Q) -> Case:
    """True where the condition holds, else false, in the query."""
    return Case(When(condition, then=Value(True)), default=False, output_field=BooleanField())
