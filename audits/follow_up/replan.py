"""The plan after the meeting: more time, another owner, an action no longer needed, one agreed in supervision.

What was signed stays as it was signed: the first date is kept, a cancelled action stays readable, and an action added
here says where it was agreed (lifecycle: Action).
"""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Max, Q, QuerySet

from audits.access import in_the_part_of
from audits.follow_up import case_note
from audits.follow_up.acting_as import as_head, as_themselves, checks_for_qa, head_of, owns
from audits.follow_up.actions import Check, check_move, locked_action, notify_about_action
from audits.follow_up.closing import acting_as_case_manager, check_manages
from audits.locking import lock_audit
from audits.managers import responsible_manager
from audits.models import Action, Audit
from audits.notice_texts import ActionAdded, ActionCancelled, ActionExtended, ActionReassigned
from audits.plan import smart
from audits.plan.evidence_words import check_evidence_words
from audits.plan.smart_plan import SUPERVISION_MONTHS, check_not_twice, words_of
from audits.signals import action_extended
from people import council_settings, trail
from people.directory import holders, works_here_q
from people.models import User
from people.roles import Permission, Role, Scope
from qualitycounts.base.clock import day_of
from qualitycounts.base.dates import day_in_words
from qualitycounts.base.refusals import NotAllowed, Refused
from qualitycounts.base.row_questions import NO_ROW
from standards.timescales import add_months, add_working_days, is_working_day

MORE_TIME = council_settings.Number(
    "more_time_days",
    "Longest extension of an action or a step",
    "Escalation",
    "How much later a new date may be than the old one, or than today; a step counted in months may have as many "
    "again. Ours.",
    default=20,
    least=1,
    most=60,
    unit="working days",
)
SAY_WHY = "Say why it needs more time: what stood in the way, and what will be different."


def check_cancel(action: Action, *, by: User, on: date) -> None:
    """The QA Team (403), while it is to do or waits to be checked (409)."""
    if not checks_for_qa(by):
        raise NotAllowed("Only the QA Officer can cancel an action. Ask them, with the reason.")
    check_move(action, "cancel")


def cancel_action(action: Action, *, by: User, at: datetime, why: str, version: int) -> Action:
    """The QA Officer cancels it, with a reason; it stays readable. Refused: others (403), finished (409), no reason."""
    with locked_action(action, check_cancel, as_themselves, by=by, at=at, version=version, why=why) as (fresh, act):
        fresh.state, fresh.ended_why = Action.State.CANCELLED, why.strip()
        act.add("action.cancelled", fresh, was=action.state, now=fresh.state, why=why)
        notify_about_action(ActionCancelled(fresh, by), to=[fresh.owner], what="cancelled", at=at)
    return fresh


def check_extend(action: Action, *, by: User, on: date) -> None:
    """The QA Officer or the Head of Service of the case, not the owner or their deputy (403), while to do (409)."""
    if owns(action, by):
        raise NotAllowed("Nobody gives themselves more time. Ask the QA Officer or the Head of Service.")
    if not (checks_for_qa(by) or head_of(action, by)):
        raise NotAllowed("The QA Officer or the Head of Service can give more time. Ask them, with the reason.")
    check_move(action, "extend")


def extend_action(action: Action, *, by: User, at: datetime, due_on: date, why: str, version: int) -> Action:
    """Give more time, with a reason. The date first agreed stays in sight. The new date is a working day.

    Refused: the owner, or neither QA Officer nor Head of Service (403), not to do (409), no reason or one that says
    nothing, a date that is not later than today and than the present one, later than the council's longest, or not a
    working day (422).
    """
    part = as_themselves if checks_for_qa(by) else as_head
    with locked_action(action, check_extend, part, by=by, at=at, version=version, why=why) as (fresh, act):
        check_later(due_on, than=max(fresh.due_on, day_of(at)))
        check_evidence_words(why, "why", SAY_WHY)
        was = fresh.due_on
        give_later(act, fresh, due_on=due_on, why=why)
        fresh.save()
        action_extended.send(sender=Action, action=fresh, was=was, why=why, by=by, at=at)
    return fresh


def give_later(act: trail.Act, action: Action, *, due_on: date, why: str) -> None:
    """Put a later date on an action, not saved; its owner is told."""
    content = {"was": action.due_on, "due_on": due_on}
    act.add("action.extended", action, was=action.state, now=action.state, why=why, content=content)
    action.due_on = due_on
    if act.by is not None:
        notify_about_action(ActionExtended(action, act.by), to=[action.owner], what="extended", at=act.at)


def move_with_step(act: trail.Act, moved: list[Action], *, due_on: date, why: str) -> None:
    """Give some actions of one audit the later date of the escalation's step that they belong to, for its reason."""
    for action in moved:
        give_later(act, action, due_on=due_on, why=why)
        action.version += 1
        action.save()
    if moved:
        case_note.store_case_note(act, moved[0].audit)


def check_later(due_on: date, *, than: date, months: int = 0) -> None:
    """Refused (422) unless the date is later, a working day, and no more than the council's longest extension away; or
    than as many `months` as the thing itself had."""
    if due_on <= than:
        raise Refused(f"Choose a date after {day_in_words(than)}.", "due_on")
    if not is_working_day(due_on):
        raise Refused("That is a weekend or a bank holiday. Choose a working day.", "due_on")
    longest = max(add_working_days(than, MORE_TIME.value()), add_months(than, months))
    if due_on > longest:
        raise Refused(f"That is too far off. Choose {day_in_words(longest)} or an earlier day.", "due_on")


def possible_owners(action: Action, *, on: date) -> QuerySet[User]:
    """Who may own it: a manager of the team or service for a manager's action, else anyone of the case's team."""
    case = action.audit.case
    if action.part == Action.Part.MANAGER:
        service = case.team.service_id if case.team else 0
        who = Q(pk__in=holders(Role.TEAM_MANAGER, on=on, team=case.team).values("pk")) if case.team else NO_ROW
        who |= Q(pk__in=holders(Role.HEAD_OF_SERVICE, on=on, service=service).values("pk"))
        who |= Q(pk__in=[action.audit.responsible_manager_id])
    else:
        who = Q(pk__in=[action.audit.keyworker_id, action.audit.responsible_manager_id, case.keyworker_id])
        who |= Q(team=case.team) if case.team else Q()
    return User.objects.filter(who, works_here_q(on)).exclude(pk__in=[action.owner_id]).order_by("name", "pk")


def as_giver(action: Action, *, by: User, on: date) -> User | None:
    """Whose part `by` plays in giving it to another: the manager's, the Head of Service's, or QA's own."""
    scopes = (Scope.ALL, Scope.SERVICE, Scope.TEAM)
    reached = in_the_part_of(by, Permission.VERIFY_ACTION, action.audit.case, *scopes)
    return reached if reached == by else acting_as_case_manager(action.audit, by) or reached


def check_reassign(action: Action, *, by: User, on: date) -> None:
    """The QA Officer, the Head of Service or a manager of the team (403), while it is to do (409)."""
    if as_giver(action, by=by, on=on) is None:
        raise NotAllowed("The manager, the Head of Service or the QA Officer can give this to another person.")
    check_move(action, "reassign")


def reassign_action(action: Action, *, by: User, at: datetime, owner: User, why: str, version: int) -> Action:
    """Give it to another person, with a reason. Its date stays; the new owner and the old one are told.

    Refused: others than its managers and QA (403), not to do (409), no reason, or someone who cannot own it (422).
    """
    with locked_action(action, check_reassign, as_giver, by=by, at=at, version=version, why=why) as (fresh, act):
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
        notify_about_action(ActionReassigned(fresh, by), to=[owner, before], what="reassigned", at=at)
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
        audit = lock_audit(audit)
        check_manages(audit, by)
        act.plays(acting_as_case_manager(audit, by))
        if part not in Action.Part.values:
            raise Refused("Choose who owns it.", "part")
        today = day_of(at)
        owner = audit.keyworker if part == Action.Part.WORKER else manager_of(audit, on=today)
        letters = smart.check_smart(
            what=what,
            measure=measure,
            outcome=outcome,
            resources=resources,
            due_on=due_on,
            first=today,
            latest=latest_in_supervision(on=today),
            owner=owner.name if owner else "",
        )
        smart.check_clear(letters)
        check_not_twice(audit, what, owner)
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
        case_note.store_case_note(act, audit)
        notify_about_action(ActionAdded(action, by), to=[owner], what="added", at=at)
    return action


def manager_of(audit: Audit, *, on: date) -> User | None:
    """The audit's responsible manager, or whoever has taken their place."""
    fixed = audit.responsible_manager
    return fixed if fixed is not None and fixed.works_here(on) else responsible_manager(audit, on=on)


CHECKS: dict[str, Check] = {"extend": check_extend, "reassign": check_reassign, "cancel": check_cancel}
"""Each act that moves an action, with what lets it happen."""
