"""The plan after the meeting: more time, another owner, an action no longer needed, one agreed in supervision.

What was signed stays as it was signed: the first date is kept, a cancelled action stays readable, and an action added
here says where it was agreed (lifecycle: Action).
"""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Max, Q, QuerySet

from audits import case_note, smart
from audits.access import in_the_part_of
from audits.actions import Check, check_move, taken, tell
from audits.follow_up import as_manager, check_manages
from audits.managers import holders, responsible_manager
from audits.models import Action, Audit
from audits.parts import as_head, as_themselves, checks_for_qa, head_of, owns
from audits.plan import SUPERVISION_MONTHS, check_new, words_of
from audits.room import locked
from people import trail
from people.directory import here
from people.models import User
from people.roles import Permission, Role, Scope
from qualitycounts.clock import day_of
from qualitycounts.refusals import NotAllowed, Refused
from standards.timescales import add_months, is_working_day


def check_cancel(action: Action, *, by: User, on: date) -> None:
    """The QA Team (403), while it is to do or waits to be checked (409)."""
    if not checks_for_qa(by):
        raise NotAllowed("Only the QA Officer can cancel an action. Ask them, with the reason.")
    check_move(action, "cancel")


def cancel(action: Action, *, by: User, at: datetime, why: str, version: int) -> Action:
    """The QA Officer cancels it, with a reason; it stays readable. Refused: others (403), finished (409), no reason."""
    with taken(action, check_cancel, as_themselves, by=by, at=at, version=version, why=why) as (fresh, act):
        fresh.state, fresh.ended_why = Action.State.CANCELLED, why.strip()
        act.add("action.cancelled", fresh, was=action.state, now=fresh.state, why=why)
        tell(
            fresh,
            [fresh.owner],
            "cancelled",
            at,
            f"Action {fresh.ref} is cancelled",
            f"{by.name} has cancelled action {fresh.ref}. Nothing more is needed from you.",
        )
    return fresh


def check_extend(action: Action, *, by: User, on: date) -> None:
    """The QA Officer or the Head of Service of the case, not the owner or their deputy (403), while to do (409)."""
    if owns(action, by):
        raise NotAllowed("Nobody gives themselves more time. Ask the QA Officer or the Head of Service.")
    if not (checks_for_qa(by) or head_of(action, by)):
        raise NotAllowed("The QA Officer or the Head of Service can give more time. Ask them, with the reason.")
    check_move(action, "extend")


def extend(action: Action, *, by: User, at: datetime, due_on: date, why: str, version: int) -> Action:
    """Give more time, with a reason. The date first agreed stays in sight. The new date is a working day.

    Refused: the owner, or neither QA Officer nor Head of Service (403), not to do (409), no reason, a date that is
    not later than today and than the present one, or not a working day (422).
    """
    part = as_themselves if checks_for_qa(by) else as_head
    with taken(action, check_extend, part, by=by, at=at, version=version, why=why) as (fresh, act):
        check_later(due_on, than=max(fresh.due_on, day_of(at)))
        act.add(
            "action.extended",
            fresh,
            was=fresh.state,
            now=fresh.state,
            why=why,
            content={"was": fresh.due_on, "due_on": due_on},
        )
        fresh.due_on = due_on
        tell(
            fresh,
            [fresh.owner],
            "extended",
            at,
            f"Action {fresh.ref} has a new date",
            f"{by.name} has given you until {due_on:%A} {due_on.day} {due_on:%B %Y} for action {fresh.ref}.",
        )
    return fresh


def check_later(due_on: date, *, than: date) -> None:
    """Refused (422) unless the date is later, and a working day."""
    if due_on <= than:
        raise Refused(f"Choose a date after {than:%A} {than.day} {than:%B %Y}.", "due_on")
    if not is_working_day(due_on):
        raise Refused("That is a weekend or a bank holiday. Choose a working day.", "due_on")


def possible_owners(action: Action, *, on: date) -> QuerySet[User]:
    """Who may own it: a manager of the team or service for a manager's action, else anyone of the case's team."""
    case = action.audit.case
    if action.part == Action.Part.MANAGER:
        service = case.team.service_id if case.team else 0
        who = Q(pk__in=holders(Role.TEAM_MANAGER, on=on, team=case.team).values("pk")) if case.team else Q(pk__in=[])
        who |= Q(pk__in=holders(Role.HEAD_OF_SERVICE, on=on, service=service).values("pk"))
        who |= Q(pk__in=[action.audit.responsible_manager_id])
    else:
        who = Q(pk__in=[action.audit.keyworker_id, action.audit.responsible_manager_id, case.keyworker_id])
        who |= Q(team=case.team) if case.team else Q()
    return User.objects.filter(who, here(on)).exclude(pk__in=[action.owner_id]).order_by("name", "pk")


def as_giver(action: Action, *, by: User, on: date) -> User | None:
    """Whose part `by` plays in giving it to another: the manager's, the Head of Service's, or QA's own."""
    scopes = (Scope.ALL, Scope.SERVICE, Scope.TEAM)
    reached = in_the_part_of(by, Permission.VERIFY_ACTION, action.audit.case, *scopes)
    return reached if reached == by else as_manager(action.audit, by) or reached


def check_reassign(action: Action, *, by: User, on: date) -> None:
    """The QA Officer, the Head of Service or a manager of the team (403), while it is to do (409)."""
    if as_giver(action, by=by, on=on) is None:
        raise NotAllowed("The manager, the Head of Service or the QA Officer can give this to another person.")
    check_move(action, "reassign")


def reassign(action: Action, *, by: User, at: datetime, owner: User, why: str, version: int) -> Action:
    """Give it to another person, with a reason. Its date stays; the new owner and the old one are told.

    Refused: others than its managers and QA (403), not to do (409), no reason, or someone who cannot own it (422).
    """
    with taken(action, check_reassign, as_giver, by=by, at=at, version=version, why=why) as (fresh, act):
        if not possible_owners(fresh, on=day_of(at)).filter(pk=owner.pk).exists():
            raise Refused(f"{owner.name} cannot own this action. Choose someone of the team who works here.", "owner")
        before, fresh.owner = fresh.owner, owner
        act.add(
            "action.reassigned",
            fresh,
            was=fresh.state,
            now=fresh.state,
            why=why,
            content={"was": before.pk if before else None, "owner": owner.pk},
        )
        tell(
            fresh,
            [owner, before],
            "reassigned",
            at,
            f"Action {fresh.ref} is now {owner.name}’s",
            f"{by.name} has given action {fresh.ref} to {owner.name}. "
            f"Its date stays {fresh.due_on:%A} {fresh.due_on.day} {fresh.due_on:%B %Y}.",
        )
    return fresh


def latest_in_supervision(*, on: date) -> date:
    """The latest date of an action agreed in supervision on a day: one month after it (App. 2, after)."""
    return add_months(on, SUPERVISION_MONTHS)


def add_in_supervision(
    audit: Audit,
    *,
    by: User,
    at: datetime,
    part: str,
    what: str,
    measure: str,
    outcome: str,
    resources: str,
    due_on: date,
) -> Action:
    """Add an action that manager and worker agreed in supervision, beside what was signed. It must be as SMART.

    Refused: not a manager of the case (403), the audit not final or closed (409), anything the checker fails, a date
    already past or more than a month away (422, naming the field).
    """
    with trail.acting(by=by, at=at) as act:
        audit = locked(audit)
        check_manages(audit, by)
        act.plays(as_manager(audit, by))
        if part not in Action.Part.values:
            raise Refused("Choose who owns it.", "part")
        today = day_of(at)
        owner = audit.keyworker if part == Action.Part.WORKER else manager_of(audit, on=today)
        letters = smart.check(
            what=what,
            measure=measure,
            outcome=outcome,
            resources=resources,
            due_on=due_on,
            latest=latest_in_supervision(on=today),
            owner=owner.name if owner else "",
        )
        for letter in letters:
            if not letter.ok:
                raise Refused(letter.sentence, letter.field)
        if due_on < today:
            raise Refused("That date has passed. Choose today or later.", "due_on")
        check_new(audit, what, owner)
        action = Action.objects.create(
            audit=audit,
            number=(audit.actions.aggregate(last=Max("number"))["last"] or 0) + 1,
            kind=Action.Kind.SUPERVISION,
            part=part,
            owner=owner,
            what=what.strip(),
            measure=measure.strip(),
            outcome=outcome.strip(),
            resources=resources.strip(),
            due_on=due_on,
            first_due_on=due_on,
            agreed_in="supervision",
        )
        act.add("action.added", action, now=action.state, content=words_of(action))
        case_note.keep(act, audit)
        tell(
            action,
            [owner],
            "added",
            at,
            f"Action {action.ref} is yours",
            f"{by.name} has added action {action.ref}, agreed in supervision. "
            f"It is due on {due_on:%A} {due_on.day} {due_on:%B %Y}.",
        )
    return action


def manager_of(audit: Audit, *, on: date) -> User | None:
    """The audit's responsible manager, or whoever has taken their place."""
    fixed = audit.responsible_manager
    return fixed if fixed is not None and fixed.works_here(on) else responsible_manager(audit, on=on)


CHECKS: dict[str, Check] = {"extend": check_extend, "reassign": check_reassign, "cancel": check_cancel}
"""Each act that moves an action, with what lets it happen."""
