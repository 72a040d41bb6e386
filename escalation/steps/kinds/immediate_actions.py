"""Immediate actions: each is done by its owner, on its own page; then the Head of Service signs them all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from audits.follow_up import actions
from audits.models import Action
from escalation.models import Escalation, Step
from escalation.steps import acts
from escalation.steps.acting_as import free, on_behalf_of
from escalation.steps.holders import Holders, working_on
from escalation.steps.people import Who
from escalation.steps.plan_lines import action_line, not_done
from escalation.steps.step_kind import Asked, SignedKind, registered
from people import trail
from people.models import User
from qualitycounts.base.row_questions import EVERY_ROW

IMMEDIATE = Action.Kind.IMMEDIATE


def still_to_do() -> QuerySet[Action]:
    """The immediate actions of the outer step's audit that are not done."""
    return Action.objects.filter(audit=OuterRef("escalation__audit"), kind=IMMEDIATE, state=Action.State.OPEN)


@registered
class ImmediateActions(SignedKind):
    """Within five working days of the meeting, which the strategy fixes (App. 2, after)."""

    path, slug, order = Escalation.Path.INADEQUATE, "immediate_actions", 20
    title, past = "Immediate actions", "Immediate actions signed"
    owner = Who.MANAGER
    since, days, together = "met", 5, True
    closes = "Every immediate action is done with evidence, and the Head of Service signs."
    acts = (replace(acts.SIGN, link="Read and sign the immediate actions"),)
    to_do = Asked("", "See what is left")
    """The actions ask for themselves on My work, each in its own row."""
    signature = Asked("Read the evidence and sign", "Read and sign")
    not_ready = "an immediate action is not done yet"
    plan = Q(kind=IMMEDIATE)
    moves_plan = True
    plan_title = "The immediate actions"

    def done_by(self, user: User) -> Q:
        """Whoever owns one that is still to do, on the action's page; and whom it was passed to, who may sign later."""
        whose = on_behalf_of(user)
        return Q(Exists(still_to_do().filter(owner__in=whose))) | (Q(passed_to__in=whose) & free(user.pk))

    def turn_of(self, user: User, *, on: date) -> Q:
        """Whoever may."""
        return EVERY_ROW

    def ready(self) -> Q:
        """Every immediate action is done."""
        return Q(~Exists(still_to_do()))

    def doers(self, step: Step, plan: list[Action], holders: Holders, *, on: date) -> Iterable[User | None]:
        """The owners of those that are still to do."""
        left = [action.owner for action in plan if action.state == Action.State.OPEN and action.kind == IMMEDIATE]
        return working_on(left, on=on) or [step.owner]

    def missing(self, step: Step, plan: list[Action]) -> str:
        """How many are not done."""
        return not_done([action for action in plan if action.kind == IMMEDIATE])

    def signed(self, act: trail.Act, step: Step) -> None:
        """Each of them is signed with it."""
        actions.sign_done(act, step.escalation.audit)

    def timeline_items(self, step: Step, actions: list[Action]) -> Iterable[tuple[str, str]]:
        """Each of them."""
        stand = [action for action in actions if action.state != Action.State.CANCELLED]
        return [action_line(action) for action in stand if action.kind == IMMEDIATE]
