"""Escalations on My work: the steps that wait for the person, what reached them late, and open concerns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from audits.models import Audit
from escalation.access import of_visible_escalations
from escalation.models import Breach, Escalation, Step, has_no_owner, is_late
from escalation.steps import leavers, send_backs
from escalation.steps.acting_as import yes
from escalation.steps.rights import asked_of, to_sign
from escalation.steps.step_kind import kind_of
from people import access
from people.models import User
from people.roles import Permission, Scope
from qualitycounts.base.clock import day_of
from qualitycounts.base.dates import short_day
from qualitycounts.base.templatetags.qc import clock
from qualitycounts.menu import page_address
from qualitycounts.work.actions import LONGEST
from qualitycounts.work.carried import carried
from qualitycounts.work.leaving import leavers_row
from qualitycounts.work.parts import Card, Item, Line, Part, in_place_of
from standards.timescales import working_days_between

SAFEGUARDING = Escalation.Path.SAFEGUARDING
PEOPLE = ("owner", "passed_to", "escalation__audit__responsible_manager", "escalation__audit__keyworker")
"""Whom a row of `steps_asked_for` names."""


def escalations_part(user: User, steps: Sequence[Step], *, at: datetime) -> Part:
    """What the open steps of the escalations that one may open ask of the person."""
    part, on = Part(), day_of(at)
    for step in steps:
        if getattr(step, "is_yours", False):
            part.items += to_do(step, user)
        elif getattr(step, "told_me", False):
            part.items.append(reached(step))
        elif step.due_on is not None and step.due_on < on and user.pk != step.escalation.audit.auditor_id:
            part.waiting.append((step.due_on, late(step)))
    gone = [step for step in steps if step.owner_gone(on) and leavers.may_give(step, by=user, on=on)]
    part.items += leavers_row(len(gone), "step", on)
    part.alarms += alarms(steps, on=on)
    lines = concerns(steps)
    decides = any(grant.scope != Scope.NAMED for _, grant in access.grants(user, Permission.DECIDE_ESCALATION))
    if lines or decides:
        title = f"Safeguarding concerns: {len(lines)} open" if lines else "Safeguarding concerns"
        empty = "None open. A concern shows here from the moment that it is raised until the child is safe."
        part.cards.append(Card("safeguarding", title, lines, empty, page_address("concerns"), "All concerns"))
    return part


def steps_asked_for(user: User, *, on: date) -> QuerySet[Step]:
    """The open steps that wait for the person (`is_yours`, `to_sign`), and of the escalations they may open those
    that are late, of a safeguarding concern, without an owner, or so late that they were told (`told_me`)."""
    told_me = Exists(Breach.objects.filter(step=OuterRef("pk"), told=user, due_on=OuterRef("due_on")))
    shown = is_late(on) | has_no_owner(on) | Q(escalation__path=SAFEGUARDING) | Q(told_me=True)
    return (
        Step.objects.open()
        .annotate(told_me=told_me, is_yours=yes(asked_of(user)), to_sign=yes(to_sign()))
        .annotate(back=send_backs.why_sent_back(), **carried(user, on=on))
        .filter(Q(is_yours=True) | (of_visible_escalations(user) & shown))
        .select_related("escalation__audit__case__team")
        .order_by("due_on", "escalation__ref", "position")
    )


def with_whom(audit: Audit, user: User) -> str:
    """The other person of the work: the responsible manager; the worker for the manager, or before there is one."""
    other = audit.responsible_manager
    if other is None or user.pk == other.pk:
        other = audit.keyworker
    return str(other or "Nobody at present")


def to_do(step: Step, user: User) -> Iterator[Item]:
    """A step that waits for the person; none for one whose actions already ask for themselves."""
    kind = kind_of(step)
    asked = kind.signature if getattr(step, "to_sign", False) else kind.asks(step, user)
    if not asked.words or step.due_on is None:
        return
    escalation, audit = step.escalation, step.escalation.audit
    yield Item(
        due_on=step.due_on,
        what=asked.words,
        about=escalation.ref,
        button=asked.button,
        url=page_address("escalation", escalation.ref),
        who=with_whom(audit, user),
        who_more=str(audit.case.team or ""),
        more=f"{escalation.ref} · {kind.title}{in_place_of(step.owner, user)}" + why_back(step),
        grade=escalation.grade,
        path=escalation.path,
        safety=escalation.path == SAFEGUARDING,
    )


def why_back(step: Step) -> str:
    """What a row adds where the step was sent back: why."""
    why: str | None = getattr(step, "back", None)
    return f" · sent back: {why[:LONGEST]}" if why else ""


def whose_turn(step: Step) -> str:
    """Who must act now, as far as the row itself tells: its own page and the queue name whoever signs."""
    if getattr(step, "to_sign", False):
        return "The Head of Service, who signs"
    return str(step.passed_to or step.owner or "Nobody at present")


def reached(step: Step) -> Item:
    """A step of others that is so late that the person was told."""
    escalation = step.escalation
    return Item(
        due_on=step.due_on or escalation.opened_on,
        what=f"It reached you, late: {kind_of(step).title}",
        about=escalation.ref,
        button="Open it",
        url=page_address("escalation", escalation.ref),
        who=whose_turn(step),
        who_more=str(escalation.audit.case.team or ""),
        more=escalation.ref,
        grade=escalation.grade,
        path=escalation.path,
        safety=escalation.path == SAFEGUARDING,
    )


def late(step: Step) -> Line:
    """A step that somebody else is late with."""
    escalation = step.escalation
    words = f"{whose_turn(step)}, was due {short_day(step.due_on)}"
    return Line(f"{kind_of(step).title}, {escalation.ref}", page_address("escalation", escalation.ref), words)


def alarms(steps: Sequence[Step], *, on: date) -> list[Line]:
    """Steps of safeguarding concerns that are overdue: what anybody who may act sees first."""
    return [
        Line(
            step.escalation.ref,
            page_address("escalation", step.escalation.ref),
            f"{kind_of(step).title}, {clock(working_days_between(on, step.due_on))}. It waits for {whose_turn(step)}.",
        )
        for step in steps
        if step.escalation.path == SAFEGUARDING and step.due_on is not None and step.due_on < on
    ]


def concerns(steps: Sequence[Step]) -> list[Line]:
    """Each open safeguarding concern, with what it still waits for."""
    waiting: dict[str, list[str]] = {}
    for step in steps:
        if step.escalation.path == SAFEGUARDING:
            words = f"{kind_of(step).title}: {whose_turn(step)}, by {short_day(step.due_on)}"
            waiting.setdefault(step.escalation.ref, []).append(words)
    return [Line(ref, page_address("escalation", ref), ". ".join(words)) for ref, words in waiting.items()]
