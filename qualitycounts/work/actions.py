"""Actions on My work: those that the person owns, those to check, and those that others have still to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import groupby

from django.db.models import Exists, OuterRef, Q

from audits.follow_up import actions, lasting, replan, worklist
from audits.models import Action, Audit
from audits.models.plan import ActionQuerySet
from escalation.models import Step
from escalation.steps.kinds.immediate_actions import ImmediateActions
from people import access
from people.models import User
from people.roles import Permission, Role
from qualitycounts.base.clock import day_of
from qualitycounts.base.dates import short_day
from qualitycounts.base.refusals import allows
from qualitycounts.menu import page_address
from qualitycounts.work.carried import carried
from qualitycounts.work.dates import check_by
from qualitycounts.work.leaving import leavers_row
from qualitycounts.work.parts import Item, Line, Part, in_place_of

CHECKS = {"countersign": "read and sign", "verify": "check on the record"}
"""What one is asked for on somebody else's action, by its act in `audits.follow_up.actions.CHECKS`."""
PEOPLE = ("owner", "done_by", "audit__responsible_manager", "audit__keyworker", "lasting__answered_by")
"""Whom a row of `actions_asked_for` names."""
LONGEST = 140
"""Characters of an action's words that stand in a row."""


def actions_part(user: User, shown: Sequence[Action], *, at: datetime) -> Part:
    """The actions that wait for the person, and those that the person waits for."""
    part, on = Part(), day_of(at)
    left = [action for action in shown if action.state == Action.State.OPEN and worklist.owner_gone(action, on=on)]
    if access.holds(user, Role.QA_OFFICER, Role.HEAD_OF_QA, Role.HEAD_OF_SERVICE):
        gone = [action for action in left if allows(replan.check_reassign, action, by=user, on=on)]
        part.items += leavers_row(len(gone), "action", on)
    part.items += [asked_again(action, user) for action in shown if action.state == Action.State.VERIFIED]
    shown = [action for action in shown if action.state != Action.State.VERIFIED]
    for _, group in groupby(shown, key=lambda action: action.audit_id):
        of_one_audit(part, list(group), user, on=on)
    if access.holds(user, Role.TEAM_MANAGER, Role.HEAD_OF_SERVICE):
        part.hopes.append("Once an audit of your area is final, its actions come here, each with its date.")
    return part


def actions_asked_for(user: User, *, on: date) -> ActionQuerySet:
    """Unfinished actions of final audits that the person may open, by audit; of the whole council's only those to do
    or to check oneself, and the late ones. And the verified ones of which it is asked whether they lasted."""
    live = Action.objects.unfinished().filter(audit__state=Audit.State.FINALISED)
    if access.sees_all(user, Permission.SEE_ACTION):
        late = Q(pk__in=Action.objects.overdue(on).values("pk"))
        gone = Q(owner=None) | Q(owner__is_active=False) | Q(owner__left_on__lte=on)
        live = live.filter(worklist.to_do(user) | worklist.to_check(user) | late | gone)
    again = Action.objects.filter(lasting.asked_again(user, on=on))
    # Two sets of keys, each by its own index: asked as one "or", every action that was ever verified is read.
    keys = live.order_by().values("pk").union(again.order_by().values("pk"), all=True)
    asked = worklist.actions_by_urgency(user).filter(pk__in=keys)
    step = Step.objects.open().filter(escalation__audit=OuterRef("audit"), slug=ImmediateActions.slug)
    return (
        asked.select_related(None)
        .select_related("audit__case__team", "lasting")
        .annotate(with_step=Exists(step), **carried(user, on=on))
        .order_by("audit__ref", "due_on", "number")
    )


def of_one_audit(part: Part, group: Sequence[Action], user: User, *, on: date) -> None:
    """The actions of one audit: a row for each of the person's own, one row for those to check, the rest waited for."""
    to_check: dict[str, list[Action]] = {act: [] for act in CHECKS}
    for action in group:
        acts = actions.allowed(action, actions.CHECKS, by=user, on=on)
        check = next((act for act in CHECKS if act in acts), "")
        if "do" in acts:
            part.items.append(own(action, user))
        elif check == "countersign" and vars(action).get("with_step"):
            continue
        elif check:
            to_check[check].append(action)
        elif user.pk != action.audit.auditor_id:
            part.waiting.append((action.due_on, waited_for(action)))
    part.items += [item for act, some in to_check.items() for item in checked(act, some, user)]


def own(action: Action, user: User) -> Item:
    """An action to do: the person's own, or that of somebody whom they stand in for."""
    for_worker = action.part == Action.Part.MANAGER and action.audit.keyworker is not None
    return Item(
        due_on=action.due_on,
        what=action.what if len(action.what) <= LONGEST else f"{action.what[:LONGEST]}…",
        about=action.ref,
        button=worklist.BUTTONS["do"],
        url=page_address("action", action.ref),
        who=str(action.audit.keyworker) if for_worker else "You",
        who_more="Keyworker" if for_worker else "",
        more=f"{action.ref}{in_place_of(action.owner, user)}"
        + (f" · sent back: {action.returned_why[:LONGEST]}" if action.returned_why else ""),
        grade=action.audit.grade,
        path=action.audit.escalation_path,
    )


def checked(act: str, some: Sequence[Action], user: User) -> Iterator[Item]:
    """Actions of one audit that are done and wait for one's check or signature: one row."""
    days = [day_of(action.done_at) for action in some if action.done_at is not None]
    if not days:
        return
    first, together = some[0], len(some) > 1 and access.may(user, Permission.SEE_AUDIT)
    about = first.audit.ref if together else first.ref
    yield Item(
        due_on=check_by(min(days)),
        what=f"{len(some)} actions are done: {CHECKS[act]}" if len(some) > 1 else f"An action is done: {CHECKS[act]}",
        about=about,
        button=worklist.BUTTONS[act],
        url=page_address("audit-follow-up", about) if together else page_address("action", about),
        who=", ".join(sorted({str(action.owner) for action in some})),
        who_more=str(first.audit.case.team or ""),
        more=about,
        grade=first.audit.grade,
        path=first.audit.escalation_path,
    )


def asked_again(action: Action, user: User) -> Item:
    """A verified action of which the person says whether it lasted; or, for QA, an answer of the sample."""
    check = action.lasting
    if check.answered_at is not None:
        return Item(
            due_on=check_by(day_of(check.answered_at)),
            what="See on the record whether an action lasted",
            about=action.ref,
            button="Look at it",
            url=page_address("action-lasting-look", action.ref),
            who=str(check.answered_by),
            who_more="Responsible manager",
            more=action.ref,
        )
    return Item(
        due_on=check.due_on,
        what=f"Did it last? {action.what[:LONGEST]}",
        about=action.ref,
        button="Say whether it lasted",
        url=page_address("action-lasted", action.ref),
        who=str(action.audit.keyworker or "Nobody now"),
        who_more="Keyworker",
        more=f"{action.ref}{in_place_of(action.audit.responsible_manager, user)}",
    )


def waited_for(action: Action) -> Line:
    """An action that somebody else has to do, or to check."""
    url, owner = page_address("action", action.ref), action.owner or "Nobody at present"
    if action.state == Action.State.DONE:
        return Line(f"Check {action.ref}", url, f"Done by {action.done_by}")
    return Line(f"Do {action.ref}", url, f"{owner}, by {short_day(action.due_on)}")
