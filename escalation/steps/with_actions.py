"""A step and its actions go together: what is signed on one is signed on the other, and a later date moves both."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from audits.follow_up import replan
from audits.models import Action, Audit
from escalation.ladder import tell_step
from escalation.models import Step
from escalation.notice_texts import StepExtended
from escalation.steps import dates
from escalation.steps.acting import finish_step
from escalation.steps.rights import has_right
from escalation.steps.step_kind import kind_of
from people import trail
from people.models import User
from qualitycounts.base.clock import day_of


def open_steps(audit: Audit) -> list[Step]:
    """The open steps of the audit's escalations whose date is that of their actions, locked."""
    steps = Step.objects.open().filter(escalation__audit=audit).select_for_update(of=("self",))
    rows = steps.select_related("owner", "escalation__audit__case__team", "escalation__audit__responsible_manager")
    return [step for step in rows if kind_of(step).moves_plan]


def on_action_signed(*, audit: Audit, by: User, at: datetime, **_: Any) -> None:
    """The Head of Service signed an action: with the last one of a step that is theirs to sign, the step is signed."""
    for step in open_steps(audit):
        kind = kind_of(step)
        if kind.ready() is None or not (has_right(step, by, "ready") and has_right(step, by, "signs")):
            continue
        if not kind.actions(step).filter(state=Action.State.DONE, countersigned_at=None).exists():
            with trail.acting(by=by, at=at) as act:
                finish_step(step, act, "signed", "")


def on_action_extended(*, action: Action, was: date, why: str, by: User, at: datetime, **_: Any) -> None:
    """An action has a later date: a step about it that went by the old one moves with it, for the same reason."""
    for step in open_steps(action.audit):
        if step.due_on != was or not kind_of(step).actions(step).filter(pk=action.pk).exists():
            continue
        with trail.acting(by=by, at=at) as act:
            put_chosen(act, step, action.due_on, why)
            tell_step(act, StepExtended(step, by, kind_of(step).title), [step.owner], f"extended:{action.due_on}")


def put_chosen(act: trail.Act, step: Step, due_on: date, why: str) -> None:
    """Give a step a date that a person chose, and save it; the first date stays."""
    content = {"was": step.due_on, "due_on": due_on}
    dates.chosen(due_on, when=day_of(act.at)).put(step).save()
    act.add("step.extended", step, was=step.state, now=step.state, why=why, content=content)


def extend_actions(act: trail.Act, step: Step, *, was: date, why: str) -> None:
    """Give those actions of a step that are still to do and went by its old date its new one."""
    if kind_of(step).moves_plan and step.due_on is not None:
        going = kind_of(step).actions(step).filter(state=Action.State.OPEN, due_on=was)
        replan.move_with_step(act, list(going.select_for_update(of=("self",))), due_on=step.due_on, why=why)
