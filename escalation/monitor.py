"""The QA Officer's monitor: every Requires improvement and Inadequate that is not closed, what comes next, and how long
nothing has happened (strategy 7: the QA Officer monitors them, QA and the Assistant Director ensure timely responses).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Max, Min, Prefetch, Q, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Greatest

from audits.models import Action, Audit, Supervision
from escalation.access import visible_escalations
from escalation.models import Escalation, Step
from escalation.paths import rung_of
from people.models import User
from qualitycounts.clock import day_of
from standards.timescales import working_days_between

Path = Escalation.Path


@dataclass(frozen=True, slots=True)
class Row:
    """One of them: its next step and date, and since when nothing has happened."""

    escalation: Escalation
    step: Step | None
    title: str
    days_left: int | None
    last: datetime
    silent: int


def listed(user: User) -> QuerySet[Escalation]:
    """Every one that is open, or whose audit is not closed yet; the next date first."""
    steps = Step.objects.open().select_related("owner").order_by("due_on", "position")
    return (
        visible_escalations(user)
        .filter(path__in=(Path.INADEQUATE, Path.REQUIRES_IMPROVEMENT))
        .filter(Q(state=Escalation.State.OPEN) | Q(audit__state=Audit.State.FINALISED))
        .select_related("audit__case__team")
        .prefetch_related(Prefetch("steps", queryset=steps, to_attr="open_steps"))
        .annotate(next_on=Min("steps__due_on", filter=Q(steps__state=Step.State.OPEN)))
        .order_by(F("next_on").asc(nulls_last=True), "ref")
    )


def latest(of: str, *names: str) -> Combinable:
    """The latest of some moments of a row, `of` where all are empty: databases differ on what is later than nothing."""
    return Greatest(*(Coalesce(name, of) for name in names), of)


def heard(page: Iterable[Escalation]) -> dict[int, datetime]:
    """When something last happened on each: a step or an action moved, supervision was recorded. Three questions."""
    found = {one.pk: one.opened for one in page}
    by_audit = {one.audit_id: one.pk for one in page}
    moments = [
        *Step.objects.filter(escalation__in=found)
        .order_by()
        .values_list("escalation")
        .annotate(last=Max(latest("escalation__opened", "done_at", "acted_at", "passed_at"))),
        *(
            (by_audit[audit], last)
            for audit, last in Action.objects.filter(audit__in=by_audit)
            .order_by()
            .values_list("audit")
            .annotate(last=Max(latest("audit__finalised_at", "done_at", "verified_at", "countersigned_at")))
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
        if last is not None and last > found[pk]:
            found[pk] = last
    return found


def rows(page: Iterable[Escalation], *, on: date) -> list[Row]:
    """The rows of one page. How many questions they take does not depend on how many rows there are."""
    found = list(page)
    last = heard(found)
    return [row(one, last[one.pk], on=on) for one in found]


def row(escalation: Escalation, last: datetime, *, on: date) -> Row:
    """One row."""
    steps: list[Step] = escalation.open_steps  # type: ignore[attr-defined]
    step = steps[0] if steps else None
    if step is not None:
        step.escalation = escalation
    return Row(
        escalation,
        step,
        rung_of(step).title if step else "Ready to be closed",
        working_days_between(on, step.due_on) if step and step.due_on else None,
        last,
        max(working_days_between(day_of(last), on), 0),
    )
