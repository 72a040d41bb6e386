"""Steps and actions that lost their owner, told in every sweep; and giving a step to a person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Q

from audits.models import Action, Audit
from escalation.models import Step
from escalation.notice_texts import OwnerGone
from escalation.steps.holders import Holders
from escalation.steps.people import Who
from people import absence, notices, trail
from people.models import Notice


def left_without(on: date) -> list[Step | Action]:
    """Every open step, then every action to do of a final audit, whose owner no longer works here on the day."""
    steps = Step.objects.ownerless(on).select_related("owner", "escalation__audit__case__team").order_by("due_on", "pk")
    gone = Q(owner=None) | Q(owner__is_active=False) | Q(owner__left_on__lte=on)
    actions = Action.objects.filter(gone, state=Action.State.OPEN, audit__state=Audit.State.FINALISED)
    shown = actions.select_related("owner", "audit__case__team", "audit__responsible_manager", "audit__keyworker")
    return [*steps, *shown.order_by("due_on", "pk")]


def by_owner(left: Iterable[Step | Action]) -> dict[int, list[Step | Action]]:
    """Steps and actions by the key of whoever left; 0 for nobody."""
    grouped: dict[int, list[Step | Action]] = {}
    for each in left:
        grouped.setdefault(each.owner_id or 0, []).append(each)
    return grouped


def audit_of(each: Step | Action) -> Audit:
    """The audit that a step or an action follows."""
    return each.escalation.audit if isinstance(each, Step) else each.audit


def gone(holders: Holders, on: date, at: datetime) -> list[Notice]:
    """One notice for the QA Officers and the Heads of Service concerned, once, for each person who left with something
    that still waits for them, and for each thing that nobody owns."""
    together: dict[str, list[Step | Action]] = {}
    for each in left_without(on):
        key = f"gone:{each.owner_id}:{each.owner.left_on}" if each.owner else f"gone:{each.ref}"
        together.setdefault(key, []).append(each)
    said = notices.told_before(together)
    unsaid = {key: left for key, left in together.items() if key not in said}
    if not unsaid:
        return []
    tellings: list[absence.Telling] = []
    for key, left in unsaid.items():
        heads = [holders.head_of(audit_of(each).case.team) for each in left]
        people = dict.fromkeys([*holders.everyone(Who.QA_OFFICER), *heads])
        tellings.append((key, people, OwnerGone(str(left[0].owner or ""), len(left))))
    return absence.notices_with_deputies(tellings, on=on, at=at)


def give_step_to(act: trail.Act, step: Step, to: int) -> None:
    """Give a step to the person of this key; nothing where it is theirs."""
    if step.owner_id == to:
        return
    was, step.owner_id = step.owner_id, to
    step.save(update_fields=["owner"])
    act.add("step.handed_over", step, was=step.state, now=step.state, content={"was": was, "owner": to})
