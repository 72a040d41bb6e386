"""Working days: how long actions and steps of escalations took, as the middle one of them all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from audits.models import Action, Audit
from reporting.sections.base import Window
from standards.timescales import one_calendar, working_days_between

TAKEN = (
    "Working days from the meeting to done with evidence, of actions whose first date fell in the period: half took "
    "longer, half less."
)


@dataclass(frozen=True)
class Taken:
    """The median working days of one kind of action, in the period and the one before; None where none was done."""

    name: str
    definition: str
    median: float | None
    before: float | None


def median_days(window: Window) -> list[Taken]:
    """The median working days an action took, by kind: one query, a row an action of two periods."""
    period = window.period
    rows = Action.objects.filter(
        first_due_on__range=(period.previous.first, period.last),
        first_due_on__lt=window.on,
        audit__state__in=Audit.FINAL,
        done_on__isnull=False,
    ).exclude(state__in=(Action.State.CANCELLED, Action.State.OPEN))
    days: defaultdict[tuple[str, bool], list[int]] = defaultdict(list)
    with one_calendar():
        for kind, due, met, done in rows.values_list("kind", "first_due_on", "audit__met_on", "done_on"):
            took = days_taken(met, done) if met and done else 0
            days[kind, due in period].append(took)
            days["", due in period].append(took)
    kinds = [(kind.value, kind.value.capitalize()) for kind in Action.Kind]
    return [
        Taken(name, TAKEN, middle_of(days[kind, True]), middle_of(days[kind, False]))
        for kind, name in [*kinds, ("", "All")]
    ]


def days_taken(since: date, until: date) -> int:
    """Working days from one day to a later one; none where it is the same day or an earlier one."""
    return working_days_between(since, until) if until > since else 0


def middle_of(days: Sequence[int]) -> float | None:
    """Half took longer, half less; None where there were none."""
    return float(median(days)) if days else None
