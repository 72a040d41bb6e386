"""The QA Officer's monitor: every audit that escalates and is not closed, what comes next, and how long
nothing has happened (strategy 7: the QA Officer monitors them, QA and the Assistant Director ensure timely responses).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Max, Min, Prefetch, Q, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Greatest

from audits.models import Action, Audit, Supervision
from escalation.access import visible_escalations
from escalation.models import Escalation, Step
from escalation.steps.acting_as import yes
from escalation.steps.holders import WaitsFor
from escalation.steps.rights import to_sign
from escalation.steps.step_kind import kind_of
from escalation.steps.waits_for import waits_for
from people.models import User
from qualitycounts.base.clock import day_of
from standards.timescales import working_days_between

Path = Escalation.Path


@dataclass(frozen=True, slots=True)
class MonitorRow:
    """One of them: its next step, with whom it waits and until when, and since when nothing has happened."""

    escalation: Escalation
    step: Step | None
    title: str
    with_whom: str
    missing: str
    days_left: int | None
    last: datetime
    silent: int


def monitored_escalations(user: User) -> QuerySet[Escalation]:
    """Every one that is open, or whose audit is not closed yet; the next date first."""
    steps = Step.objects.open().annotate(to_sign=yes(to_sign()))
    steps = steps.select_related("owner", "passed_to").order_by("due_on", "position")
    return (
        visible_escalations(user)
        .filter(path__in=PATHS)
        .filter(Q(state=Escalation.State.OPEN) | Q(audit__state=Audit.State.FINALISED))
        .select_related("audit__case__team")
        .prefetch_related(Prefetch("steps", queryset=steps, to_attr="open_steps"))
        .annotate(next_on=Min("steps__due_on", filter=Q(steps__state=Step.State.OPEN)))
        .order_by(F("next_on").asc(nulls_last=True), "ref")
    )


PATHS = (Path.INADEQUATE, Path.REQUIRES_IMPROVEMENT)
"""What the monitor lists: a concern has its own list."""


def latest_moment(of: str, *names: str) -> Combinable:
    """The latest of some moments of a row, `of` where all are empty: databases differ on what is later than nothing."""
    return Greatest(*(Coalesce(name, of) for name in names), of)


def heard(page: Iterable[Escalation]) -> dict[int, datetime]:
    """When something last happened on each: a step or an action moved, supervision was recorded. Three questions."""
    latest = {escalation.pk: escalation.opened for escalation in page}
    by_audit = {escalation.audit_id: escalation.pk for escalation in page}
    moments = [
        *Step.objects.filter(escalation__in=latest)
        .order_by()
        .values_list("escalation")
        .annotate(last=Max(latest_moment("escalation__opened", "done_at", "acted_at", "passed_at"))),
        *(
            (by_audit[audit], last)
            for audit, last in Action.objects.filter(audit__in=by_audit)
            .order_by()
            .values_list("audit")
            .annotate(last=Max(latest_moment("audit__finalised_at", "done_at", "verified_at", "countersigned_at")))
        ),
        *(
            (by_audit[audit], last)
            for audit, last in Supervision.objects.filter(audit__in=by_audit)
            .order_by()
            .values_list("audit")
            .annotate(last=Max("recorded_at"))
        ),
    ]
    for pk, last in moments:
        if last is not None and last > latest[pk]:
            latest[pk] = last
    return latest


def monitor_rows(page: Iterable[Escalation], *, on: date) -> list[MonitorRow]:
    """The rows of one page. How many questions they take does not depend on how many rows there are."""
    escalations = list(page)
    last = heard(escalations)
    steps = {escalation.pk: next_step(escalation) for escalation in escalations}
    waiting = waits_for([step for step in steps.values() if step is not None], on=on)
    return [monitor_row(each, steps[each.pk], waiting, last[each.pk], on=on) for each in escalations]


def next_step(escalation: Escalation) -> Step | None:
    """The escalation's most urgent open step, if any is left."""
    steps: list[Step] = escalation.open_steps  # type: ignore[attr-defined]
    for step in steps[:1]:
        step.escalation = escalation
    return steps[0] if steps else None


def monitor_row(
    escalation: Escalation, step: Step | None, waiting: Mapping[int, WaitsFor], last: datetime, *, on: date
) -> MonitorRow:
    """One row."""
    return MonitorRow(
        escalation,
        step,
        kind_of(step).title if step else "Ready to be closed",
        waiting[step.pk].names if step else "QA Officer",
        waiting[step.pk].missing if step else "",
        working_days_between(on, step.due_on) if step and step.due_on else None,
        last,
        max(working_days_between(day_of(last), on), 0),
    )
