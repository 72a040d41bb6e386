"""Whose part somebody plays on an action: its owner's, the Head of Service's, the manager's, QA's (lifecycle: Action).

A deputy plays that of whoever is away, and signs or checks for nobody who owns it or did it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.db.models import Exists, OuterRef, Q

from audits.access import in_the_part_of, reaches
from audits.models import Action
from people import access
from people.directory import roles_held
from people.models import User
from people.roles import Permission, Role, Scope
from standards.grades import EscalationPath

Part = Callable[..., User | None]
"""Whose part somebody plays on an action: their own, or that of whoever is away; None where it is neither."""


def checks_for_qa(by: User) -> bool:
    """Whether the person checks for the QA Team."""
    return access.sees_all(by, Permission.VERIFY_ACTION)


def head_of(action: Action, by: User) -> bool:
    """Whether the person is Head of Service of the case's service, or their deputy."""
    return reaches(by, Permission.VERIFY_ACTION, action.audit.case, Scope.SERVICE)


def owns(action: Action, by: User) -> bool:
    """Whether the action is this person's to do: their own, or that of someone away for whom they stand in."""
    return by.pk == action.owner_id or access.stands_in(by, action.owner_id)


def asks_head(action: Action) -> bool:
    """Whether a Head of Service signs it before the QA Officer checks it (lifecycle: Action)."""
    return action.kind == Action.Kind.IMMEDIATE and action.audit.escalation_path == EscalationPath.INADEQUATE


def asks_manager(action: Action) -> bool:
    """Whether the responsible manager checks it: a worker's action through supervision, not the manager's own."""
    return (
        action.kind == Action.Kind.SUPERVISION
        and action.part == Action.Part.WORKER
        and action.owner_id != action.audit.responsible_manager_id
    )


def left_to_the_director(took_part: Callable[[str], Q], *, on: date, service: str) -> Q:
    """The Assistant Director signs in the place of a case's Head of Service: where one of the service's Heads took
    part, or whoever stands in for one, or where nobody leads the service on the day.

    One question of the database for the rule and for the lists. `service` leads from the row to the service of its
    case; `took_part` says of a column of memberships or absences whether that person took part in the outer row.
    """
    heads = roles_held(Role.HEAD_OF_SERVICE, on=on)
    leads = heads.filter(service=OuterRef(service))
    away = access.absences_of_day(on).filter(
        person__in=heads.filter(service=OuterRef(OuterRef(service))).values("user")
    )
    return Q(Exists(leads.filter(took_part("user")))) | Q(Exists(away.filter(took_part("deputy")))) | Q(~Exists(leads))


def director_signs(*, on: date) -> Q:
    """The actions that the Assistant Director signs, where a Head of Service is asked for."""

    def took_part(person: str) -> Q:
        return Q(**{person: OuterRef("owner")}) | Q(**{person: OuterRef("done_by")})

    return left_to_the_director(took_part, on=on, service="audit__case__team__service")


def as_owner(action: Action, *, by: User, on: date) -> User | None:
    """Whose part `by` plays as owner."""
    return action.owner if owns(action, by) else None


def as_head(action: Action, *, by: User, on: date) -> User | None:
    """Whose part `by` plays in signing: the Head of Service's, or the Assistant Director's where it is left to them.

    Nobody signs in the place of whoever owns it or did it.
    """
    owner_and_doer = (action.owner_id, action.done_by_id)
    head = in_the_part_of(by, Permission.VERIFY_ACTION, action.audit.case, Scope.SERVICE, but=owner_and_doer)
    above = access.acting_as(by, Role.ASSISTANT_DIRECTOR)
    if head is not None or above is None or above.pk in owner_and_doer or not asks_head(action):
        return head
    return above if Action.objects.filter(director_signs(on=on), pk=action.pk).exists() else None


def acting_as_manager(action: Action, *, by: User, on: date) -> User | None:
    """Whose part `by` plays in checking a worker's action: the responsible manager's; once that one has left, whoever
    manages the team. Nobody checks in the place of whoever owns it or did it."""
    manager, owner_and_doer = action.audit.responsible_manager, (action.owner_id, action.done_by_id)
    if manager is None or not manager.works_here(on):
        scopes = (Scope.TEAM, Scope.ALL)
        return in_the_part_of(by, Permission.VERIFY_ACTION, action.audit.case, *scopes, but=owner_and_doer)
    stands_in = manager.pk not in owner_and_doer and access.stands_in(by, manager.pk)
    return manager if by.pk == manager.pk or stands_in else None


def as_checker(action: Action, *, by: User, on: date) -> User | None:
    """Whose part `by` plays in checking it, or in sending it back as the one who signs it."""
    if asks_head(action) and (head := as_head(action, by=by, on=on)) is not None:
        return head
    return acting_as_manager(action, by=by, on=on) if asks_manager(action) else by


def as_themselves(action: Action, *, by: User, on: date) -> User | None:
    """The QA Team's acts need no deputy: another of the team does them in their own right."""
    return by
