"""Escalations on My work: the steps that wait for the person, what reached them late, and open concerns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, Value, When
from django.db.models.expressions import Combinable

from audits.models import Audit
from escalation import queue
from escalation.access import visible_escalations
from escalation.models import Breach, Escalation, Step
from escalation.paths import rung_of
from people import access
from people.models import User
from people.roles import Permission, Scope
from people.templatetags.qc import short_day
from qualitycounts.clock import day_of
from qualitycounts.work.parts import Card, Item, Line, Part, in_place_of

SAFEGUARDING = Escalation.Path.SAFEGUARDING
ASKS = {
    "acknowledge": "Say that you have read it and have it",
    "make_safe": "Say what was done to make the child safe",
    "supervision": "Complete the actions, supervision and the file entry",
    "actions": "Complete the actions, supervision and the file entry",
    "qa_check": "Check the record: is every action really done?",
    "re_audit": "See the re-audit through",
}
"""What a step asks of whom it waits for. The immediate actions ask for themselves, each in its own row."""
SIGNS = {
    "make_safe": "Agree that the child is safe",
    "immediate_actions": "Read the evidence and sign",
}
"""The same of whoever signs what another did."""


def part(user: User, *, at: datetime) -> Part:
    """What the open steps of the escalations that one may open ask of the person."""
    found, on = Part(), day_of(at)
    if not access.may(user, Permission.SEE_ESCALATION):
        return found
    steps = asked_for(user, on=on)
    for step in steps:
        if getattr(step, "is_yours", False):
            found.items += to_do(step, user)
        elif getattr(step, "told_me", False):
            found.items.append(reached(step))
        elif step.due_on is not None and step.due_on < on and user.pk != step.escalation.audit.auditor_id:
            found.waiting.append((step.due_on, late(step)))
    lines = concerns(steps)
    decides = any(grant.scope != Scope.NAMED for _, grant in access.grants(user, Permission.DECIDE_ESCALATION))
    if lines or decides:
        title = f"Safeguarding concerns: {len(lines)} open" if lines else "Safeguarding concerns"
        empty = "None open. A concern shows here from the moment that it is raised until the child is safe."
        found.cards.append(Card("safeguarding", title, lines, empty, "/concerns/", "All concerns"))
    return found


def asked_for(user: User, *, on: date) -> list[Step]:
    """The open steps that wait for the person (`is_yours`, `to_sign`), and of the escalations they may open those
    that are late, of a safeguarding concern, or so late that they were told (`told_me`)."""
    seen = Q(escalation__in=visible_escalations(user))
    late_ones = Q(pk__in=Step.objects.overdue(on).values("pk"))
    told_me = Exists(Breach.objects.filter(step=OuterRef("pk"), told=user))
    mine = queue.yours(user)
    return list(
        Step.objects.open()
        .annotate(told_me=told_me, is_yours=yes(mine), to_sign=yes(queue.TO_SIGN))
        .filter(mine | (seen & (late_ones | Q(escalation__path=SAFEGUARDING) | Q(told_me=True))))
        .select_related("escalation__audit__case__team", "owner")
        .select_related("escalation__audit__responsible_manager", "escalation__audit__keyworker")
        .order_by("due_on", "escalation__ref", "position")
    )


def yes(question: Q | Combinable) -> Case:
    """A question as a column, true or false."""
    return Case(When(question, then=Value(True)), default=Value(False), output_field=BooleanField())


def grade_of(escalation: Escalation) -> str:
    """The grade that opened it; "" for a concern, which is raised before any grade."""
    return "" if escalation.path == SAFEGUARDING else str(escalation.path)


def with_whom(audit: Audit, user: User) -> str:
    """The other person of the work: the responsible manager; the worker for the manager, or before there is one."""
    other = audit.responsible_manager
    if other is None or user.pk == other.pk:
        other = audit.keyworker
    return str(other or "Nobody at present")


def to_do(step: Step, user: User) -> Iterator[Item]:
    """A step that waits for the person; none for one whose actions already ask for themselves."""
    signs: bool = getattr(step, "to_sign", False)
    what = (SIGNS if signs else ASKS).get(step.slug)
    if what is None or step.due_on is None:
        return
    escalation, audit = step.escalation, step.escalation.audit
    yield Item(
        due_on=step.due_on,
        what=what,
        about=escalation.ref,
        button=(queue.SIGN_BUTTONS if signs else queue.BUTTONS).get(step.slug, "Open it"),
        url=f"/escalations/{escalation.ref}/",
        who=with_whom(audit, user),
        who_more=str(audit.case.team or ""),
        more=f"{escalation.ref} · {rung_of(step).title}{in_place_of(step.owner, user)}",
        grade=grade_of(escalation),
    )


def reached(step: Step) -> Item:
    """A step of others that is so late that the person was told."""
    escalation = step.escalation
    return Item(
        due_on=step.due_on or escalation.opened_on,
        what=f"It reached you: {rung_of(step).title} is late",
        about=escalation.ref,
        button="Open it",
        url=f"/escalations/{escalation.ref}/",
        who=str(step.owner or "Nobody at present"),
        who_more=str(escalation.audit.case.team or ""),
        more=escalation.ref,
        grade=grade_of(escalation),
    )


def late(step: Step) -> Line:
    """A step that somebody else is late with."""
    escalation, owner = step.escalation, step.owner or "Nobody at present"
    words = f"{owner}, was due {short_day(step.due_on)}"
    return Line(f"{rung_of(step).title}, {escalation.ref}", f"/escalations/{escalation.ref}/", words)


def concerns(steps: Sequence[Step]) -> list[Line]:
    """Each open safeguarding concern, with what it still waits for."""
    found: dict[str, list[str]] = {}
    for step in steps:
        if step.escalation.path == SAFEGUARDING:
            words = f"{rung_of(step).title}: {step.owner or 'nobody at present'}, by {short_day(step.due_on)}"
            found.setdefault(step.escalation.ref, []).append(words)
    return [Line(ref, f"/escalations/{ref}/", ". ".join(words)) for ref, words in found.items()]
