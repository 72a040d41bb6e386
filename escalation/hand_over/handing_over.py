"""Handing over all that waits for one person to another, with one reason: audits they lead, actions, steps.

Each thing goes by its own rule, with its own refusals: what that rule does not let go is named with its sentence, and
the rest goes all the same. An audit that the other may not have can be placed by the rules of allocation instead; a
booking that goes with it is taken out of the diaries, for its meeting is agreed anew.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from audits.allocation import allocate, reassign
from audits.locking import lock_audit
from audits.models import Action, Audit
from escalation.models import Step
from escalation.steps.leavers import give_to
from escalation.steps.step_kind import kind_of
from people import access, trail
from people.directory import holders
from people.models import User
from people.roles import Permission, Role
from qualitycounts.base.clock import day_of
from qualitycounts.base.dates import moment_in_words, month_in_words, short_day
from qualitycounts.base.refusals import NotNow, Refused, written

TAKERS = (
    Role.AUDITOR,
    Role.KEYWORKER,
    Role.TEAM_MANAGER,
    Role.HEAD_OF_SERVICE,
    Role.ASSISTANT_DIRECTOR,
    Role.QA_OFFICER,
    Role.HEAD_OF_QA,
)
"""Roles of those whom something can be handed to; each thing's own rule says whether it goes to this one."""


@dataclass(frozen=True, slots=True)
class Holding:
    """One thing that waits for a person: its key in the form, what it is, where its page is, and the record."""

    key: str
    words: str
    url: str
    record: Audit | Action | Step


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What a hand-over did: what went, and what stayed with the sentence that says why."""

    went: list[str]
    stayed: list[tuple[str, str]]


def check_hand_over_all(*, by: User) -> None:
    """Refused to whoever is not of the QA Team (403)."""
    access.check(by, Permission.RUN_SELECTION)


def holdings_of(person: User) -> list[Holding]:
    """All that waits for a person and can go to another: three queries."""
    audits = Audit.objects.not_met().filter(auditor=person).select_related("keyworker", "case").order_by("number")
    actions = Action.objects.filter(owner=person, state=Action.State.OPEN, audit__state=Audit.State.FINALISED)
    steps = Step.objects.open().filter(owner=person).select_related("escalation__audit__case__team")
    return [
        *(Holding(f"audit:{audit.pk}", audit_words(audit), page_of(audit), audit) for audit in audits),
        *(
            Holding(
                f"action:{action.pk}", f"Action {action.ref}, by {short_day(action.due_on)}", page_of(action), action
            )
            for action in actions.select_related("audit__case__team").order_by("due_on", "pk")
        ),
        *(Holding(f"step:{step.pk}", step_words(step), page_of(step), step) for step in steps.order_by("due_on", "pk")),
    ]


def audit_words(audit: Audit) -> str:
    """An audit as the list has it."""
    booked = f", booked for {moment_in_words(audit.meets)}" if audit.meets else ""
    return f"Audit {audit.ref} of {month_in_words(audit.month)}, with {audit.keyworker or 'nobody now'}{booked}"


def step_words(step: Step) -> str:
    """A step as the list has it."""
    due = f", by {short_day(step.due_on)}" if step.due_on else ""
    return f"{kind_of(step).title}, {step.escalation.ref}{due}"


def page_of(record: Audit | Action | Step) -> str:
    """Where a record's page is."""
    if isinstance(record, Step):
        return reverse("escalation", args=[record.escalation.ref])
    return reverse("audit" if isinstance(record, Audit) else "action", args=[record.ref])


def stays_with(person: User) -> list[str]:
    """What cannot go to another, a sentence each: one query."""
    led = Audit.objects.unfinished().filter(auditor=person).exclude(state__in=Audit.NOT_MET).order_by("number")
    return [
        f"{audit.ref} is {audit.get_state_display().lower()}: its chair stays, and the Head of QA can finalise it."
        for audit in led
    ]


def takers(person: User, *, on: date) -> QuerySet[User]:
    """Whom something can be handed to."""
    return holders(*TAKERS, on=on).exclude(pk=person.pk)


def hand_over_all(
    person: User, *, to: User, keys: Collection[str], why: str, others: bool, by: User, at: datetime
) -> HandedOver:
    """Give what was ticked of a person's to another, with one reason. `others`: audits that this one may not have are
    placed by the rules of allocation.

    Refused: not QA (403), nothing ticked that still waits (409), no reason, or somebody who works here no more (422).
    """
    reason = written(why, "why", "Say why. The reason stays with each of them.")
    with trail.acting(by=by, at=at) as act:
        check_hand_over_all(by=by)
        if not takers(person, on=day_of(at)).filter(pk=to.pk).exists():
            raise Refused("Choose somebody who works here.", "to")
        asked = [holding for holding in holdings_of(person) if holding.key in keys]
        if not asked:
            raise NotNow(f"Nothing of these waits for {person.name} now. Open the page again.")
        outcome = HandedOver([], [])
        for holding in asked:
            refusal = try_to_give(holding, to=to, why=reason, others=others, act=act)
            if refusal:
                outcome.stayed.append((holding.words, refusal))
            else:
                outcome.went.append(holding.words)
        content = {"to": to.pk, "went": len(outcome.went), "stayed": len(outcome.stayed)}
        act.add("person.handed_over", person, why=reason, content=content)
    return outcome


def try_to_give(holding: Holding, *, to: User, why: str, others: bool, act: trail.Act) -> str:
    """Give one thing by its own rule. Returns the sentence with which it was refused, "" where it went; a refusal
    leaves nothing behind."""
    before = len(act.entries)
    try:
        with transaction.atomic():
            give_record(holding.record, to=to, why=why, act=act)
    except Refused as refusal:
        del act.entries[before:]
        if not (others and isinstance(holding.record, Audit) and refusal.field == "auditor"):
            return refusal.sentence
        audit = lock_audit(holding.record)
        allocate.give_to_another(audit, why=why, act=act, but=audit.auditor)
    return ""


def give_record(record: Audit | Action | Step, *, to: User, why: str, act: trail.Act) -> None:
    """Call the rule by which this kind of record changes hands."""
    if act.by is None:
        raise ValueError("Somebody hands over.")
    if isinstance(record, Audit):
        reassign.reassign_auditor(record, auditor=to, why=why, by=act.by, at=act.at)
    else:
        give_to(record, owner=to, why=why, by=act.by, at=act.at)


def in_words(outcome: HandedOver, to: User) -> str:
    """What went, in a sentence and by name."""
    count, went = len(outcome.went), "; ".join(outcome.went)
    if not count:
        return f"Nothing went to {to.name}."
    said = f"{count} thing{'' if count == 1 else 's'} went to {to.name}, or to others by the rules of allocation"
    return f"{said}: {went}."


def refusals_in_words(stayed: Sequence[tuple[str, str]]) -> str:
    """What stayed and why, in one line."""
    return " ".join(f"{words}: {sentence}" for words, sentence in stayed)
