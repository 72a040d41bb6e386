"""How long things took, in working days: from the meeting to an action done, and on each step of an escalation."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any

from django.db.models import Q

from audits.models import Action
from escalation.models import Escalation, Step
from escalation.paths import PATHS
from qualitycounts import clock
from reporting.figures.base import STANDING, Figure, Window
from reporting.periods import Period
from standards.timescales import one_calendar, working_days_between

TAKEN = (
    "Working days from the meeting to done with evidence, of actions whose first date fell in the period: half took "
    "longer, half less."
)
ENDED = "Steps of this kind that were done in the period."
IN_TIME = "Of these, done on or before the date first set."
IN_STEP = "Working days the steps done in the period had taken since they opened: half took longer, half less."
OPEN_NOW = "Steps of this kind that wait for somebody at “data as at”."
LATE_NOW = "Of these, past their date at “data as at”."


@dataclass(frozen=True)
class Taken:
    """The median working days of one kind of action, in the period and the one before; None where none was done."""

    name: str
    definition: str
    median: float | None
    before: float | None


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


def taken(window: Window) -> list[Taken]:
    """The median working days an action took, by kind: one query, a row an action of two periods."""
    period = window.period
    rows = Action.objects.filter(
        first_due_on__range=(period.previous.first, period.last),
        first_due_on__lt=window.on,
        audit__state__in=STANDING,
        done_at__isnull=False,
    ).exclude(state__in=(Action.State.CANCELLED, Action.State.OPEN))
    days: defaultdict[tuple[str, bool], list[int]] = defaultdict(list)
    with one_calendar():
        for kind, due, met, done in rows.values_list("kind", "first_due_on", "audit__met_on", "done_at"):
            took = _days(met, clock.day_of(done)) if met and done else 0
            days[kind, due in period].append(took)
            days["", due in period].append(took)
    kinds = [(kind.value, kind.value.capitalize()) for kind in Action.Kind]
    return [
        Taken(name, TAKEN, _median(days[kind, True]), _median(days[kind, False]))
        for kind, name in [*kinds, ("", "All")]
    ]


def on_steps(window: Window) -> list[OnStep]:
    """Each step of each path: done in the period, on time, working days taken, waiting now and late now: one query."""
    period = window.period
    moments = period.moments
    done = Q(steps__done_at__gte=moments[0], steps__done_at__lt=moments[1])
    wanted = Escalation.objects.filter(done | Q(state=Escalation.State.OPEN)).values("pk")
    rows = (
        Step.objects.filter(escalation__in=wanted)
        .order_by("escalation", "position")
        .values(
            "escalation",
            "escalation__path",
            "escalation__state",
            "escalation__opened_on",
            "slug",
            "state",
            "due_on",
            "first_due_on",
            "done_at",
        )
    )
    counts: Counter[tuple[str, str, str]] = Counter()
    days: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    by_case: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_case[row["escalation"]].append(dict(row))
    with one_calendar():
        for steps in by_case.values():
            for step, opened in zip(steps, _opened(steps), strict=True):
                _count(step, opened, period, window.on, counts, days)
    return [
        _on_step(path, rung.slug, rung.title, counts, days[path, rung.slug])
        for path, ladder in PATHS.items()
        for rung in ladder.rungs
    ]


def _opened(steps: Sequence[dict[str, Any]]) -> Iterable[date]:
    """The day each step opened: with its path, or when the ones before it were done."""
    path = steps[0]["escalation__path"]
    together = {rung.slug for rung in PATHS[path].rungs if rung.together}
    latest = steps[0]["escalation__opened_on"]
    for row in steps:
        yield row["escalation__opened_on"] if row["slug"] in together else latest
        if row["done_at"]:
            latest = max(latest, clock.day_of(row["done_at"]))


def _count(
    row: dict[str, Any],
    opened: date,
    period: Period,
    on: date,
    counts: Counter[tuple[str, str, str]],
    days: defaultdict[tuple[str, str], list[int]],
) -> None:
    path, slug = row["escalation__path"], row["slug"]
    if row["state"] == Step.State.DONE and (ended := clock.day_of(row["done_at"])) in period:
        counts[path, slug, "done"] += 1
        counts[path, slug, "on_time"] += ended <= row["first_due_on"]
        days[path, slug].append(_days(opened, ended))
    elif row["state"] == Step.State.OPEN and row["escalation__state"] == Escalation.State.OPEN:
        counts[path, slug, "open"] += 1
        counts[path, slug, "late"] += row["due_on"] < on


def _on_step(path: str, slug: str, title: str, counts: Counter[tuple[str, str, str]], days: Sequence[int]) -> OnStep:
    done, waiting = counts[path, slug, "done"], counts[path, slug, "open"]
    return OnStep(
        path=str(Escalation.Path(path).label),
        name=title,
        done=Figure("Done", ENDED, done),
        on_time=Figure("On time", IN_TIME, counts[path, slug, "on_time"], done),
        median=_median(days),
        open_now=Figure("Open now", OPEN_NOW, waiting),
        late_now=Figure("Late now", LATE_NOW, counts[path, slug, "late"], waiting),
    )


def _days(since: date, until: date) -> int:
    """Working days from one day to a later one; none where it is the same day or an earlier one."""
    return working_days_between(since, until) if until > since else 0


def _median(days: Sequence[int]) -> float | None:
    return float(median(days)) if days else None
