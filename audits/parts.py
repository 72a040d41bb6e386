"""Whose part somebody plays on an action: its owner's, the Head of Service's, the manager's, QA's (lifecycle: Action).

A deputy plays that of whoever is away, and signs or checks for nobody who owns it or did it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from audits.access import in_the_part_of, reaches
from audits.models import Action
from people import access
from people.models import User
from people.roles import Permission, Role, Scope
from standards.grades import Grade

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
    return action.kind == Action.Kind.IMMEDIATE and action.audit.grade == Grade.INADEQUATE


def asks_manager(action: Action) -> bool:
    """Whether the responsible manager checks it: a worker's action through supervision, not the manager's own."""
    return (
        action.kind == Action.Kind.SUPERVISION
        and action.part == Action.Part.WORKER
        and action.owner_id != action.audit.responsible_manager_id
    )


def as_owner(action: Action, *, by: User, on: date) -> User | None:
    """Whose part `by` plays as owner."""
    return action.owner if owns(action, by) else None


def as_head(action: Action, *, by: User, on: date) -> User | None:
    """Whose part `by` plays in signing: the Head of Service's, or the Assistant Director's where it is that Head's own.

    Nobody signs in the place of whoever owns it or did it.
    """
    near = (action.owner_id, action.done_by_id)
    head = in_the_part_of(by, Permission.VERIFY_ACTION, action.audit.case, Scope.SERVICE, but=near)
    above = access.acting_as(by, Role.ASSISTANT_DIRECTOR)
    if head is None and above is not None and action.owner is not None and head_of(action, action.owner):
        return above
    return head


def as_manager(action: Action, *, by: User, on: date) -> User | None:
    """Whose part `by` plays in checking a worker's action: the responsible manager's; once that one has left, whoever
    manages the team. Nobody checks in the place of whoever owns it or did it."""
    manager, near = action.audit.responsible_manager, (action.owner_id, action.done_by_id)
    if manager is None or not manager.works_here(on):
        scopes = (Scope.TEAM, Scope.ALL)
        return in_the_part_of(by, Permission.VERIFY_ACTION, action.audit.case, *scopes, but=near)
    stands_in = manager.pk not in near and access.stands_in(by, manager.pk)
    return manager if by.pk == manager.pk or stands_in else None


def as_checker(action: Action, *, by: User, on: date) -> User | None:
    """Whose part `by` plays in checking it, or in sending it back as the one who signs it."""
    if asks_head(action) and (head := as_head(action, by=by, on=on)) is not None:
        return head
    return as_manager(action, by=by, on=on) if asks_manager(action) else by


def as_themselves(action: Action, *, by: User, on: date) -> User | None:
    """The QA Team's acts need no deputy: another of the team does them in their own right."""
    return by
