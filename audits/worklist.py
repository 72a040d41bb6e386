"""Lists of actions: which wait for whom, how many are late, and what one row shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q

from audits import actions
from audits.access import visible_actions
from audits.models import Action, Audit
from audits.models.plan import ActionQuerySet
from people import access
from people.models import User
from people.roles import Permission, Scope
from standards.grades import Grade
from standards.timescales import working_days_between

DONE = Q(state=Action.State.DONE, audit__state=Audit.State.FINALISED)
MANAGER_CHECKS = Q(kind=Action.Kind.SUPERVISION, part=Action.Part.WORKER) & ~Q(
    owner=F("audit__responsible_manager"), audit__responsible_manager__isnull=False
)
HEAD_SIGNS = Q(kind=Action.Kind.IMMEDIATE, audit__grade=Grade.INADEQUATE, countersigned_at=None)
BUTTONS = {
    "do": "Say it is done",
    "countersign": "Read and sign",
    "verify": "Check it",
}
"""What a row's button says, by the most urgent thing the person may do; else "Open"."""


def to_do(user: User) -> Q:
    """The actions that the person owns and has still to do, of final audits."""
    mine = Q(owner=user) | Q(owner__in=access.covered_by(user))
    return mine & Q(state=Action.State.OPEN, audit__state=Audit.State.FINALISED)


def to_check(user: User) -> Q:
    """The actions that are done and wait for this person to sign or check; the rules have the last word."""
    managers = Q(audit__responsible_manager=user) | Q(audit__responsible_manager__in=access.covered_by(user))
    found = managers & MANAGER_CHECKS & ~Q(done_by=F("audit__responsible_manager"))
    for held, grant in access.grants(user, Permission.VERIFY_ACTION):
        if grant.scope == Scope.ALL:
            found |= ~MANAGER_CHECKS & ~HEAD_SIGNS
        elif grant.scope == Scope.SERVICE and held.service_id:
            near = Q(owner=held.user_id) | Q(done_by=held.user_id)
            found |= HEAD_SIGNS & Q(audit__case__team__service=held.service_id) & ~near
    return DONE & found & ~Q(owner=user) & ~Q(done_by=user)


def listed(user: User) -> ActionQuerySet:
    """The actions the person may open, the most urgent first, with what a list shows."""
    return (
        visible_actions(user)
        .select_related(
            "audit__case__team__service", "audit__responsible_manager", "audit__keyworker", "owner", "done_by"
        )
        .order_by("due_on", "audit__ref", "number")
    )


def of_audit(audit: Audit, user: User) -> ActionQuerySet:
    """The actions of one audit that the person may open, in their order."""
    return listed(user).filter(audit=audit).order_by("number")


def counts(user: User, *, on: date) -> dict[str, int]:
    """How many there are of each kind that the strip above the list counts; one question to the database."""
    late = Exists(Action.objects.overdue(on).filter(pk=OuterRef("pk")))
    found: dict[str, int] = (
        visible_actions(user)
        .unfinished()
        .order_by()
        .aggregate(
            all=Count("pk"),
            mine=Count("pk", filter=to_do(user)),
            check=Count("pk", filter=to_check(user)),
            late=Count("pk", filter=late),
        )
    )
    return found


@dataclass(frozen=True, slots=True)
class Row:
    """One action in a list: days left (under 0 over, None once done), what its button says, whether its owner left."""

    action: Action
    days_left: int | None
    button: str
    yours: bool
    gone: bool = False


def rows(found: Iterable[Action], *, by: User, on: date) -> list[Row]:
    """The rows of one page, as this person sees them."""
    return [row(action, by=by, on=on) for action in found]


def row(action: Action, *, by: User, on: date) -> Row:
    """One row."""
    days = working_days_between(on, action.due_on) if action.state == Action.State.OPEN else None
    act = next(iter(actions.allowed(action, actions.CHECKS, by=by, on=on)), "")
    return Row(action, days, BUTTONS.get(act, "Open"), act in BUTTONS, owner_gone(action, on=on))


def owner_gone(action: Action, *, on: date) -> bool:
    """Whether nobody who works here has an action that is still to be done or checked: it wants another owner."""
    unfinished = action.state in (Action.State.OPEN, Action.State.DONE) and action.audit.final
    return unfinished and (action.owner is None or not action.owner.works_here(on))
