"""Whom an open step waits for now: its owner, or whoever is asked to sign; and who holds each part above them.

Mails, the queue, the monitor, the timeline and My work all name the same people, worked out here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from django.db.models import Exists, OuterRef

from audits.models import Action, CaseNote, Supervision
from escalation.models import Step
from escalation.steps.holders import Holders, WaitsFor
from escalation.steps.step_kind import kind_of


def waits_for(steps: Iterable[Step], *, on: date, holders: Holders | None = None) -> dict[int, WaitsFor]:
    """Whom each of these open steps waits for, by its key. As many questions for one step as for many.

    Each step comes with its owner, whom it was passed to, its escalation's audit, case and team, and, where there are
    many, whether it is `to_sign` (`rights.to_sign`).
    """
    waiting = list(steps)
    holders = holders or Holders(on)
    plans = plans_of(waiting)
    for step in waiting:
        plan = plans.get(step.escalation.audit_id, [])
        kind = kind_of(step)
        now = kind.waits_for(step, plan, holders, on=on)
        missing = kind.missing_signature if now.signs else kind.missing(step, plan)
        step.waits_for = replace(now, missing=missing)  # type: ignore[attr-defined]
    return {step.pk: step.waits_for for step in waiting}  # type: ignore[attr-defined]


def whom(step: Step, *, on: date) -> WaitsFor:
    """Whom this open step waits for, as the page worked it out already, or else now."""
    known: WaitsFor | None = getattr(step, "waits_for", None)
    return known or waits_for([step], on=on)[step.pk]


def plans_of(steps: Iterable[Step]) -> dict[int, list[Action]]:
    """The actions of these steps' audits that were not cancelled, by audit; each knows whether supervision was held
    (`talked`) and whether the entry on the file reads otherwise than it was put there (`outdated`)."""
    audits = {step.escalation.audit_id for step in steps if kind_of(step).needs_plan}
    plans: dict[int, list[Action]] = {}
    if audits:
        plan = Action.objects.filter(audit__in=audits).exclude(state=Action.State.CANCELLED)
        talked = Exists(Supervision.objects.that_count().filter(audit=OuterRef("audit")))
        newer = CaseNote.objects.filter(audit=OuterRef("audit"), made__gt=OuterRef("audit__on_file_at"))
        plan = plan.annotate(talked=talked, outdated=Exists(newer))
        for action in plan.select_related("owner").order_by("number"):
            plans.setdefault(action.audit_id, []).append(action)
    return plans
