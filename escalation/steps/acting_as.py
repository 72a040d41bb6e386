"""Who may act on a step: whose it is, whom it came to, who did the work, and whose part a deputy plays.

Each is one question of the database: the rules ask it of one step, the queue and My work of many, so that nobody is
shown what is refused to them, nor refused what waits for them (docs/adr/0020-a-step-is-a-class.md).
"""

from __future__ import annotations

from datetime import date

from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.db.models.fields import BooleanField

from audits.access import in_the_part_of
from audits.follow_up.acting_as import left_to_the_director
from audits.models import Action
from escalation.models import Breach, Step
from people import access
from people.directory import roles_held
from people.models import User
from people.roles import GRANTS, Permission, Role, Scope
from qualitycounts.base.row_questions import EVERY_ROW, NO_ROW

LINE = (Scope.TEAM, Scope.SERVICE)
DECIDERS = [role for role, granted in GRANTS.items() if Permission.DECIDE_ESCALATION in granted]
"""The roles whose holders may act on a step that came to them."""


def yes(question: Q) -> Case:
    """A question as a column, true or false."""
    return Case(When(question, then=Value(True)), default=Value(False), output_field=BooleanField())


def on_behalf_of(user: User) -> list[int]:
    """The keys of the person and of those for whom they stand in."""
    return [user.pk, *access.covered_by(user)]


def came_to_q(user: User) -> Q:
    """The steps that came to the person or to whom they stand in for: their own, passed up or told to them as late."""
    whose = on_behalf_of(user)
    late = Breach.objects.filter(step=OuterRef("pk"), told__in=whose)
    return Q(owner__in=whose) | Q(passed_to__in=whose) | Q(Exists(late))


def decided_by(user: User, *scopes: Scope) -> Q:
    """The steps on which the person decides: by a grant that reaches the case so far, or because they came to them."""
    steps = NO_ROW
    for held, grant in access.grants(user, Permission.DECIDE_ESCALATION):
        if grant.scope == Scope.ALL and grant.scope in scopes:
            steps |= EVERY_ROW
        elif grant.scope == Scope.TEAM and grant.scope in scopes and held.team_id:
            steps |= Q(escalation__audit__case__team=held.team_id)
        elif grant.scope == Scope.SERVICE and grant.scope in scopes and held.service_id:
            steps |= Q(escalation__audit__case__team__service=held.service_id)
    return steps | came_to_q(user) if access.may(user, Permission.DECIDE_ESCALATION) else steps


def owner_holds(*roles: Role, on: date) -> Exists:
    """Whether the step's owner works here on the day and holds one of these roles."""
    return Exists(roles_held(*roles, on=on).filter(user=OuterRef("owner")))


def part_of(step: Step, by: User) -> User | None:
    """Whose part `by` plays on the step: their own where they may in their own right, else that of whoever is away."""
    case = step.escalation.audit.case
    part = in_the_part_of(by, Permission.DECIDE_ESCALATION, case, *LINE, Scope.ALL)
    came_to = [step.owner_id, step.passed_to_id, *(breach.told_id for breach in step.breaches.all())]
    if part == by or by.pk in came_to:
        return by
    if part is not None:
        return part
    away = next((person for person in came_to if access.stands_in(by, person)), None)
    return User.objects.get(pk=away) if away else access.acting_as(by, Role.ASSISTANT_DIRECTOR)


def owns(step: Step, by: User) -> bool:
    """Whether the step is this person's, or that of someone away for whom they stand in."""
    return by.pk == step.owner_id or access.stands_in(by, step.owner_id)


def took_part_q(person: int | OuterRef) -> Q:
    """The steps of escalations in which the person did what is asked for, or has it to do: they never say that it is
    enough."""
    of_plan = Q(done_by=person) | Q(owner=person)
    plan = Action.objects.filter(of_plan, audit=OuterRef("escalation__audit")).exclude(state=Action.State.CANCELLED)
    return Q(Exists(plan)) | Q(Exists(Step.objects.filter(escalation=OuterRef("escalation"), acted_by=person)))


def signed_by(user: User, *, on: date) -> Q:
    """The steps whose doing the person agrees is enough: as Head of Service of the case, as the one whom the step came
    to, or as Assistant Director where it is left to them. None that they own or took part in, nor in the place of one
    who did.
    """

    def whose(person: int) -> Q:
        return EVERY_ROW if person == user.pk else free(person)

    signs = NO_ROW
    for held, grant in access.grants(user, Permission.DECIDE_ESCALATION):
        if grant.scope == Scope.SERVICE and held.service_id:
            signs |= Q(escalation__audit__case__team__service=held.service_id) & whose(held.user_id)
    if access.may(user, Permission.DECIDE_ESCALATION):
        for person in (user.pk, *access.covered_by(user)):
            late = Exists(Breach.objects.filter(step=OuterRef("pk"), told=person))
            signs |= (Q(passed_to=person) | late) & whose(person)
    above = access.acting_as(user, Role.ASSISTANT_DIRECTOR)
    if above is not None:
        signs |= director_signs(on=on) & whose(above.pk)
    return signs & free(user.pk)


def free(person: int) -> Q:
    """The steps that the person neither owns nor took part in."""
    return ~Q(owner=person) & ~took_part_q(person)


def director_signs(*, on: date) -> Q:
    """The steps that the Assistant Director signs, where a Head of Service is asked for."""

    def part_taken(person: str) -> Q:
        of_plan = Q(done_by=OuterRef(person)) | Q(owner=OuterRef(person))
        plan = Action.objects.filter(of_plan, audit=OuterRef(OuterRef("escalation__audit")))
        acted = Step.objects.filter(escalation=OuterRef(OuterRef("escalation")), acted_by=OuterRef(person))
        owns = Q(**{person: OuterRef("owner")})
        return owns | Q(Exists(plan.exclude(state=Action.State.CANCELLED))) | Q(Exists(acted))

    return left_to_the_director(part_taken, on=on, service="escalation__audit__case__team__service")
