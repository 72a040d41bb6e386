"""The QA check: the QA Officer finds on the record that all is done, or sends it back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date

from django.db.models import F, OuterRef, Q

from audits.follow_up import closing
from audits.models import Action
from escalation.models import Escalation, Step
from escalation.steps import acts, times
from escalation.steps.acting_as import on_behalf_of, owner_holds, took_part_q
from escalation.steps.holders import Holders, took_part
from escalation.steps.people import Who
from escalation.steps.step_kind import Asked, StepKind, registered
from people import access
from people.models import User
from people.roles import Permission, Role
from qualitycounts.base.row_questions import NO_ROW


class QaCheck(StepKind):
    """By the QA Team: neither the auditor, nor anybody who did or owns an action of the plan."""

    slug, title, past = "qa_check", "QA check", "QA check"
    owner = Who.QA_OFFICER
    closes = "The QA Officer finds every action checked and the entry on the file, or sends it back."
    acts = (acts.CONFIRM, acts.SEND_BACK)
    to_do = Asked("Check the record: is every action really done?", "Check the record")
    needs_plan = lists_plan = True

    def done_by(self, user: User) -> Q:
        """Those of the QA Team who took no part."""
        if not access.sees_all(user, Permission.DECIDE_ESCALATION):
            return NO_ROW
        return ~Q(escalation__audit__auditor=user) & ~took_part_q(user.pk)

    def turn_of(self, user: User, *, on: date) -> Q:
        """Its owner, whom it was passed to, or all, where its owner took part, has left or is not of the QA Team."""
        whose = on_behalf_of(user)
        owner_took_part = Q(owner=F("escalation__audit__auditor")) | took_part_q(OuterRef("owner"))
        in_the_team = owner_holds(Role.QA_OFFICER, Role.HEAD_OF_QA, on=on)
        return Q(owner__in=whose) | Q(passed_to__in=whose) | owner_took_part | Q(~in_the_team)

    def doers(self, step: Step, plan: list[Action], holders: Holders, *, on: date) -> Iterable[User | None]:
        """Its owner, or the first of the QA Team who took no part."""
        involved = {step.escalation.audit.auditor_id, *took_part(plan)}
        team = [*holders.holders_of(Who.QA_OFFICER, service=None), *holders.holders_of(Who.HEAD_OF_QA, service=None)]
        if step.owner is not None and step.owner.pk not in involved and step.owner in team:
            return [step.owner]
        return [next((person for person in team if person.pk not in involved), step.owner)]

    def missing(self, step: Step, plan: list[Action]) -> str:
        """The check itself."""
        return "the record is not checked yet"

    def left_to_do(self, step: Step) -> list[str]:
        """What the manager had to do, and the checks of actions."""
        left = closing.undone(step.escalation.audit)
        unchecked = step.escalation.audit.actions.filter(state=Action.State.DONE).count()
        if unchecked:
            left.append(f"{unchecked} {'action waits' if unchecked == 1 else 'actions wait'} to be checked.")
        return left


@registered
class QaCheckOfInadequate(QaCheck):
    """Of each Inadequate, within the council's days."""

    path, order = Escalation.Path.INADEQUATE, 40
    since, days = "done", times.QA_CHECK
    waits = "It begins once the steps above are done."


@registered
class QaCheckOfRequiresImprovement(QaCheck):
    """Of the council's share of Requires improvement, by the next panel."""

    path, order = Escalation.Path.REQUIRES_IMPROVEMENT, 30
    since = "panel"
    waits = "By the next panel after the steps above are done."

    def not_needed(self, escalation: Escalation) -> str:
        """Those outside the sample are not checked."""
        return "" if sampled(escalation) else f"Not in the sample of {times.SAMPLE.in_words} that QA checks."


def sampled(escalation: Escalation) -> bool:
    """Whether the QA check is made: always after an Inadequate, else for the council's share, by a hash anyone can
    work out: sha256 of the reference, its first eight figures as a number, modulo 100, below the per cent."""
    if escalation.path != Escalation.Path.REQUIRES_IMPROVEMENT:
        return True
    return int(hashlib.sha256(escalation.ref.encode()).hexdigest()[:8], 16) % 100 < times.SAMPLE.value()
