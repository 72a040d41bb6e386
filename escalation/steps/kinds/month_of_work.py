"""The work of a month: the manager says that actions, supervision and the entry on the file are done."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from audits.follow_up import closing
from audits.models import Action
from escalation.models import Escalation, Step
from escalation.steps import acts
from escalation.steps.holders import Holders, working_on
from escalation.steps.people import Who
from escalation.steps.plan_lines import not_done
from escalation.steps.step_kind import Asked, StepKind, registered
from people.models import User
from people.roles import Scope


class MonthOfWork(StepKind):
    """Within a month of the meeting, which the strategy fixes (App. 2, after)."""

    owner, scopes = Who.MANAGER, (Scope.TEAM,)
    since, months, together = "met", 1, True
    acts = (acts.COMPLETE,)
    to_do = Asked("Complete the actions, supervision and the file entry", "See what is left")
    worker_too = needs_plan = lists_plan = moves_plan = True

    def left_to_do(self, step: Step) -> list[str]:
        """Actions, supervision and the entry on the file."""
        return closing.undone(step.escalation.audit)

    def doers(self, step: Step, plan: list[Action], holders: Holders, *, on: date) -> Iterable[User | None]:
        """Its owner; where only actions of others are left of the month's work, those others."""
        audit, to_do = step.escalation.audit, [action for action in plan if action.state == Action.State.OPEN]
        talked = any(vars(action)["talked"] for action in plan)
        entered = audit.on_file_at is not None and (not audit.chronology_needed or audit.in_chronology_at is not None)
        current = not any(vars(action)["outdated"] for action in plan)
        if talked and entered and current and all(action.owner_id != step.owner_id for action in to_do):
            return working_on([action.owner for action in to_do], on=on) or [step.owner]
        return [step.owner]

    def missing(self, step: Step, plan: list[Action]) -> str:
        """Actions, supervision and the entry on the file, each as far as it is missing."""
        audit = step.escalation.audit
        talked = "" if any(vars(action)["talked"] for action in plan) else "supervision is not recorded"
        entry = "the entry is not on the file" if audit.on_file_at is None else ""
        if not entry and any(vars(action)["outdated"] for action in plan):
            entry = "the entry on the file is out of date"
        chronology = ""
        if audit.chronology_needed and audit.in_chronology_at is None:
            chronology = "the management chronology has no entry"
        parts = [part for part in (not_done(plan), talked, entry, chronology) if part]
        return ", ".join(parts) or "nobody has said that all of it is done"


@registered
class Supervision(MonthOfWork):
    """After an Inadequate, beside the immediate actions."""

    path, slug, order = Escalation.Path.INADEQUATE, "supervision", 30
    title, past = "Supervision", "Supervision and actions done"
    closes = "Supervision is recorded, every action is done, and the entry is on the case file."


@registered
class ActionsAndSupervision(MonthOfWork):
    """After a Requires improvement."""

    path, slug, order = Escalation.Path.REQUIRES_IMPROVEMENT, "actions", 20
    title, past = "Actions and supervision", "Actions and supervision done"
    closes = "Every action is done with evidence, supervision is recorded, and the entry is on the case file."
