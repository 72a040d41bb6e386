"""Lists of actions: which wait for whom, how many are late, and what one row shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q

from audits.access import visible_actions
from audits.follow_up import actions
from audits.follow_up.acting_as import director_signs
from audits.models import Action, Audit
from audits.models.plan import ActionQuerySet
from people import access
from people.directory import works_here_q
from people.models import User
from people.roles import Permission, Role, Scope
from qualitycounts.base.components import Value
from standards.grades import EscalationPath
from standards.timescales import working_days_between

DONE = Q(state=Action.State.DONE, audit__state=Audit.State.FINALISED)
MANAGER_CHECKS = Q(kind=Action.Kind.SUPERVISION, part=Action.Part.WORKER) & ~Q(
    owner=F("audit__responsible_manager"), audit__responsible_manager__isnull=False
)
HEAD_SIGNS = Q(kind=Action.Kind.IMMEDIATE, audit__escalation_path=EscalationPath.INADEQUATE, countersigned_at=None)
BUTTONS = {
    "do": "Say it is done",
    "countersign": "Read and sign",
    "verify": "Check it",
}
"""What a row's button says, by the most urgent thing the person may do; else "Open"."""


STANDS: dict[str, tuple[str, str]] = {
    Action.State.DONE: ("revealed", "To be checked"),
    Action.State.VERIFIED: ("agreed", "Checked"),
}
"""How an action stands that has no clock, with the shape beside it; a cancelled one by its own word."""


def to_do(user: User) -> Q:
    """The actions that the person owns and has still to do, of final audits."""
    mine = Q(owner=user) | Q(owner__in=access.covered_by(user))
    return mine & Q(state=Action.State.OPEN, audit__state=Audit.State.FINALISED)


def to_check(user: User) -> Q:
    """The actions that are done and wait for this person to sign or check: those that the rules let them."""
    on, cover = access.doorway_day(), access.covered_by(user)
    managers = Q(audit__responsible_manager=user) | Q(audit__responsible_manager__in=cover)
    manager_left = ~works_here_q(on, "audit__responsible_manager__") | Q(audit__responsible_manager=None)
    to_sign_or_check = managers & MANAGER_CHECKS & ~manager_left & ~Q(done_by=F("audit__responsible_manager"))
    for held, grant in access.grants(user, Permission.VERIFY_ACTION):
        free = ~Q(owner=held.user_id) & ~Q(done_by=held.user_id)
        if grant.scope == Scope.ALL:
            to_sign_or_check |= (~MANAGER_CHECKS & ~HEAD_SIGNS) | (MANAGER_CHECKS & manager_left)
        elif grant.scope == Scope.SERVICE and held.service_id:
            to_sign_or_check |= HEAD_SIGNS & Q(audit__case__team__service=held.service_id) & free
        elif grant.scope == Scope.TEAM and held.team_id:
            to_sign_or_check |= MANAGER_CHECKS & manager_left & Q(audit__case__team=held.team_id) & free
    above = access.acting_as(user, Role.ASSISTANT_DIRECTOR)
    if above is not None:
        to_sign_or_check |= HEAD_SIGNS & director_signs(on=on) & ~Q(owner=above) & ~Q(done_by=above)
    return DONE & to_sign_or_check & ~Q(owner=user) & ~Q(done_by=user)


def actions_by_urgency(user: User) -> ActionQuerySet:
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
    return actions_by_urgency(user).filter(audit=audit).order_by("number")


def action_counts(user: User, *, on: date) -> dict[str, int]:
    """How many there are of each kind that the strip above the list counts; one question to the database."""
    late = Exists(Action.objects.overdue(on).filter(pk=OuterRef("pk")))
    counts: dict[str, int] = (
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
    return counts


@dataclass(frozen=True, slots=True)
class ActionRow:
    """One action in a list: days left (under 0 over, None once done), what its button says, whether its owner left."""

    action: Action
    days_left: int | None
    button: str
    yours: bool
    gone: bool = False
    owner: str = ""

    @property
    def clock(self) -> Value:
        """The working days that are left, or how it stands once it is done."""
        if self.days_left is not None:
            return Value(days_left=self.days_left, short=True)
        tone, text = STANDS.get(self.action.state, ("na", self.action.get_state_display()))
        return Value(text, tone=tone)


def action_rows(shown_actions: Iterable[Action], *, by: User, on: date) -> list[ActionRow]:
    """The rows of one page, as this person sees them."""
    return [action_row(action, by=by, on=on) for action in shown_actions]


def action_row(action: Action, *, by: User, on: date) -> ActionRow:
    """One row."""
    days = working_days_between(on, action.due_on) if action.state == Action.State.OPEN else None
    act = next(iter(actions.allowed(action, actions.CHECKS, by=by, on=on)), "")
    owner = "You" if action.owner_id == by.pk else str(action.owner or "Nobody at present")
    return ActionRow(action, days, BUTTONS.get(act, "Open"), act in BUTTONS, owner_gone(action, on=on), owner)


def owner_gone(action: Action, *, on: date) -> bool:
    """Whether nobody who works here has an action that is still to be done or checked: it wants another owner."""
    unfinished = action.state in Action.UNFINISHED and action.audit.final
    return unfinished and (action.owner is None or not action.owner.works_here(on))
