"""Who may act on a step: whose it is, whom it came to, who did the work, and whose part a deputy plays."""

from __future__ import annotations

from collections.abc import Collection
from itertools import chain

from audits.access import in_the_part_of, reaches
from audits.managers import head_of_service
from audits.models import Action
from escalation.models import Step
from escalation.who import team_of
from people import access
from people.models import User
from people.roles import Permission, Role, Scope

LINE = (Scope.TEAM, Scope.SERVICE)


def came_to(step: Step) -> list[int | None]:
    """Whom the step came to: whose it is, who it was passed up to, and who was told that it is late."""
    return [step.owner_id, step.passed_to_id, *(breach.told_id for breach in step.breaches.all())]


def reached(step: Step, by: User, *, but: Collection[int | None] = ()) -> bool:
    """Whether the step came to this person, or to someone who is away and whose deputy they are today. `but`: whom it
    came to in vain, since they did or own it."""
    counted = [one for one in came_to(step) if one not in but]
    return by.pk in counted or any(access.stands_in(by, one) for one in counted)


def part_of(step: Step, by: User) -> User | None:
    """Whose part `by` plays on the step: their own where they may in their own right, else that of whoever is away."""
    case = step.escalation.audit.case
    part = in_the_part_of(by, Permission.DECIDE_ESCALATION, case, *LINE, Scope.ALL)
    if part == by or by.pk in came_to(step):
        return by
    if part is not None:
        return part
    away = next((one for one in came_to(step) if access.stands_in(by, one)), None)
    return User.objects.get(pk=away) if away else access.acting_as(by, Role.ASSISTANT_DIRECTOR)


def owns(step: Step, by: User) -> bool:
    """Whether the step is this person's, or that of someone away for whom they stand in."""
    return by.pk == step.owner_id or access.stands_in(by, step.owner_id)


def decides(step: Step, by: User, *scopes: Scope) -> bool:
    """Whether the person decides on escalations this far: by their grant for the case, or because it came to them."""
    case = step.escalation.audit.case
    return reaches(by, Permission.DECIDE_ESCALATION, case, *scopes) or (
        access.may(by, Permission.DECIDE_ESCALATION) and reached(step, by)
    )


def doers(step: Step) -> set[int | None]:
    """Everyone who did what the escalation asks for, or has it done for them: they never say that it is enough."""
    audit = step.escalation.audit
    plan = audit.actions.exclude(state=Action.State.CANCELLED).values_list("done_by", "owner")
    return {
        step.acted_by_id,
        *chain.from_iterable(plan),
        *step.escalation.steps.exclude(acted_by=None).values_list("acted_by", flat=True),
    }


def signs(step: Step, by: User, *, near: Collection[int | None]) -> bool:
    """Whether the person agrees that a step is done: the Head of Service, or whoever it came to; where the Head of the
    case is `near`, having done or owning it, the Assistant Director. Nobody who is near, nor in the place of one."""
    if by.pk in near:
        return False
    case = step.escalation.audit.case
    if in_the_part_of(by, Permission.DECIDE_ESCALATION, case, Scope.SERVICE, but=near) is not None:
        return True
    if access.may(by, Permission.DECIDE_ESCALATION) and reached(step, by, but=near):
        return True
    if access.acting_as(by, Role.ASSISTANT_DIRECTOR) is None:
        return False
    head = head_of_service(team_of(step.escalation.audit), on=access.day())
    return head is not None and head.pk in near
