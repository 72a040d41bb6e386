"""What is done on a step: acknowledged, recorded, signed, completed, checked, decided (lifecycle: Escalation ladder).

Closing is by another person than the doer. Whoever a step was passed to, or who was told that it is late, may act on
it as those whose step it is may.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from audits import actions, follow_up
from audits.access import reaches
from audits.models import Action
from audits.room import locked
from escalation import dates, states, times
from escalation.ladder import move_on, tell_step
from escalation.models import Escalation, Step
from escalation.parts import LINE, decides, doers, part_of, reached, signs
from escalation.paths import rung_of
from escalation.who import Who, next_up, people
from people import access, trail
from people.models import User
from people.roles import Permission, Role, Scope
from qualitycounts.clock import day_of
from qualitycounts.refusals import NotAllowed, NotNow, Refused

Check = Callable[..., None]


@contextmanager
def taken(
    step: Step, check: Check, *, by: User, at: datetime, why: str | None = None, field: str = "why"
) -> Iterator[tuple[Step, trail.Act]]:
    """The step as it is now, locked with its audit, once `check` lets `by` at it. Saved at the end.

    Refused: whatever `check` refuses, and (422) no words where they are asked for.
    """
    with trail.acting(by=by, at=at) as act:
        locked(step.escalation.audit)
        fresh = (
            Step.objects.select_for_update(of=("self",))
            .select_related("owner", "escalation__audit__case__team", "escalation__audit__responsible_manager")
            .get(pk=step.pk)
        )
        check(fresh, by=by)
        if why is not None and not why.strip():
            raise Refused("Write a sentence or two. It stays with the escalation.", field)
        act.plays(part_of(fresh, by))
        yield fresh, act
        fresh.save()


def finish_step(step: Step, act: trail.Act, what: str, words: str) -> None:
    """Mark the step done by whoever acts, with their words, and open what comes next."""
    was, step.state = step.state, states.STEP.check(step.state, "finish")
    step.done_at, step.done_by, step.words = act.at, act.by, words.strip()
    step.save()
    act.add(f"step.{what}", step, was=was, now=step.state, why=step.words)
    move_on(act, step.escalation)


def check_open(step: Step, *slugs: str) -> None:
    """Refused (409) unless the step is one of these and open."""
    if step.slug not in slugs:
        raise NotNow(f"“{rung_of(step).title}” is closed in another way. {rung_of(step).closes}")
    if step.state != Step.State.OPEN:
        raise NotNow(
            f"“{rung_of(step).title}” is now “{step.get_state_display().lower()}”, so that cannot be done. "
            "Open the page again to see what can."
        )


def check_acknowledge(step: Step, *, by: User) -> None:
    """The owner, or the line above the case: the Head of Service alone for an Inadequate (403); while open (409)."""
    scopes = (Scope.SERVICE,) if step.escalation.path == Escalation.Path.INADEQUATE else LINE
    if not decides(step, by, *scopes):
        raise NotAllowed(f"{step.owner} acknowledges this.")
    check_open(step, "acknowledge")


def acknowledge(step: Step, *, by: User, at: datetime, words: str = "") -> Step:
    """Say by name that one has read it and has it. Refused: not theirs to say (403), said already (409)."""
    with taken(step, check_acknowledge, by=by, at=at) as (fresh, act):
        finish_step(fresh, act, "acknowledged", words)
    return fresh


def acknowledge_all(found: Iterable[Step], *, by: User, at: datetime) -> tuple[list[str], list[str]]:
    """Acknowledge several at once, each for itself: the references that went, and a sentence for each that did not."""
    went, refused = [], []
    for step in found:
        try:
            acknowledge(step, by=by, at=at)
        except Refused as refusal:
            refused.append(f"{step.escalation.ref}: {refusal.sentence}")
        else:
            went.append(step.escalation.ref)
    return went, refused


def check_record(step: Step, *, by: User) -> None:
    """The team's manager or Head of Service (403), while the child is still to be made safe (409)."""
    if not decides(step, by, *LINE):
        raise NotAllowed(f"{step.owner} says what was done.")
    check_open(step, "make_safe")


def record(step: Step, *, by: User, at: datetime, acted: str) -> Step:
    """The manager says what was done to make the child safe; the Head of Service is asked to agree.

    Refused: not theirs to say (403), agreed already (409), no words (422).
    """
    with taken(step, check_record, by=by, at=at, why=acted, field="acted") as (fresh, act):
        states.STEP.check(fresh.state, "record")
        fresh.acted, fresh.acted_at, fresh.acted_by = acted.strip(), at, by
        act.add("step.recorded", fresh, was=fresh.state, now=fresh.state, content={"acted": fresh.acted})
        tell_step(
            act,
            fresh,
            [signer(fresh, act)],
            f"recorded:{at:%H%M%S}",
            f"{fresh.escalation.ref}: is the child safe?",
            f"{by.name} has recorded what was done in {fresh.escalation.ref}. Read it and say whether you agree.",
        )
    return fresh


def signer(step: Step, act: trail.Act) -> User | None:
    """Who is asked to agree: the Head of Service, or whoever is above where the Head did it."""
    on, audit = day_of(act.at), step.escalation.audit
    heads = people(Who.HEAD_OF_SERVICE, audit, on=on)
    if heads and heads[0].pk not in doers(step):
        return heads[0]
    return next_up(audit, *heads, first=Who.MANAGER, on=on)


def ready_to_sign(step: Step) -> bool:
    """Whether the doing is done, so that the step waits for its signature."""
    if step.slug == "make_safe":
        return step.acted_at is not None
    to_do = Action.objects.filter(audit=step.escalation.audit, kind=Action.Kind.IMMEDIATE, state=Action.State.OPEN)
    return step.slug == "immediate_actions" and not to_do.exists()


def check_sign(step: Step, *, by: User) -> None:
    """The Head of Service or whoever it came to, the Assistant Director where that Head did it, never a doer (403);
    once everything is done (409)."""
    near = doers(step)
    if by.pk in near:
        raise NotAllowed("You did part of this yourself, so another person says that it is enough. Pass it up.")
    if not signs(step, by, near={step.owner_id, *near}):
        raise NotAllowed("The Head of Service signs this.")
    check_open(step, "make_safe", "immediate_actions")
    if not ready_to_sign(step):
        what = (
            "what was done is not recorded yet" if step.slug == "make_safe" else "an immediate action is not done yet"
        )
        raise NotNow(f"It cannot be signed yet: {what}.")


def sign(step: Step, *, by: User, at: datetime, words: str = "") -> Step:
    """The Head of Service agrees that the child is safe, or signs the immediate actions, each of them with it.

    Refused: a doer, the owner, or not the Head of Service (403); not all done, or signed already (409).
    """
    with taken(step, check_sign, by=by, at=at) as (fresh, act):
        if fresh.slug == "immediate_actions":
            actions.sign_done(act, fresh.escalation.audit)
        finish_step(fresh, act, "signed", words)
    return fresh


def check_complete(step: Step, *, by: User) -> None:
    """The responsible manager or the team's (403), once nothing is left to do (409 with what is)."""
    if not decides(step, by, Scope.TEAM):
        raise NotAllowed(f"{step.owner} says that this is done.")
    check_open(step, "supervision", "actions")
    left = follow_up.undone(step.escalation.audit)
    if left:
        raise NotNow(f"Not yet. {' '.join(left)}")


def complete(step: Step, *, by: User, at: datetime, words: str = "") -> Step:
    """The manager says that actions, supervision and the entry on the file are done; the QA check begins.

    Refused: not the manager (403), anything still to do, or said already (409).
    """
    with taken(step, check_complete, by=by, at=at) as (fresh, act):
        finish_step(fresh, act, "completed", words)
    return fresh


def check_qa(step: Step, *, by: User) -> None:
    """The QA Team, but neither the auditor nor a doer (403), while the check is open (409)."""
    if not reaches(by, Permission.DECIDE_ESCALATION, step.escalation.audit.case, Scope.ALL):
        raise NotAllowed("The QA Officer makes this check.")
    if by.pk == step.escalation.audit.auditor_id or by.pk in doers(step):
        raise NotAllowed("You took part in this audit, so another member of the QA Team makes this check.")
    check_open(step, "qa_check")


def check_confirm(step: Step, *, by: User) -> None:
    """As `check_qa`, and (409) every action checked, supervision recorded and the file ticked."""
    check_qa(step, by=by)
    left = follow_up.undone(step.escalation.audit)
    unchecked = step.escalation.audit.actions.filter(state=Action.State.DONE).count()
    if unchecked:
        left.append(f"{unchecked} {'action waits' if unchecked == 1 else 'actions wait'} to be checked.")
    if left:
        raise NotNow(f"Not yet. {' '.join(left)} Send it back, or wait for that first.")


def confirm(step: Step, *, by: User, at: datetime, words: str) -> Step:
    """The QA Officer found on the record that all is done, and says what they looked at.

    Refused: not QA, the auditor or a doer (403); anything not done or not checked (409); no words (422).
    """
    with taken(step, check_confirm, by=by, at=at, why=words, field="words") as (fresh, act):
        finish_step(fresh, act, "confirmed", words)
    return fresh


def reopen(step: Step, *, by: User, at: datetime, why: str) -> Step:
    """The QA Officer sends the work back: the step before opens again for 5 working days, and the check waits.

    Its first date stays. Refused: not QA, the auditor or a doer (403), not open (409), no reason (422).
    """
    with taken(step, check_qa, by=by, at=at, why=why) as (fresh, act):
        before = (
            fresh.escalation.steps.select_for_update(of=("self",))
            .select_related("owner")
            .get(position=fresh.position - 1)
        )
        before.escalation = fresh.escalation
        was, before.state = before.state, states.STEP.check(before.state, "reopen")
        before.done_at = before.done_by = None
        until = dates.working(times.REOPENED.value(), start=day_of(at), since="reopened")
        until.put(before)
        before.save()
        act.add("step.reopened", before, was=was, now=before.state, why=why, content={"due_on": before.due_on})
        was, fresh.state = fresh.state, states.STEP.check(fresh.state, "send back")
        fresh.due_on = None
        act.add("step.sent_back", fresh, was=was, now=fresh.state, why=why)
        tell_step(
            act,
            before,
            [before.owner],
            "reopened",
            f"{fresh.escalation.ref} has come back to you",
            f"{by.name} checked {fresh.escalation.ref} and says that something is missing. "
            f"You have until {until.on:%A} {until.on.day} {until.on:%B %Y}.",
        )
    return before


def check_decide(step: Step, *, by: User) -> None:
    """The Assistant Director, or the Executive Director it came to; or their deputy (403); while it is open (409)."""
    above = access.acting_as(by, Role.EXECUTIVE_DIRECTOR) and reached(step, by)
    if not (access.acting_as(by, Role.ASSISTANT_DIRECTOR) or above):
        raise NotAllowed("The Assistant Director decides this.")
    check_open(step, "re_audit")


def decide(step: Step, *, by: User, at: datetime, why: str) -> Step:
    """The Assistant Director decides, with a reason, that the escalation ends without a better re-audit.

    Refused: not the Assistant Director (403), not open (409), no reason (422).
    """
    with taken(step, check_decide, by=by, at=at, why=why) as (fresh, act):
        finish_step(fresh, act, "decided", why)
    return fresh


CLOSES: dict[str, tuple[str, ...]] = {
    "acknowledge": ("acknowledge",),
    "make_safe": ("sign", "record"),
    "immediate_actions": ("sign",),
    "supervision": ("complete",),
    "actions": ("complete",),
    "qa_check": ("confirm", "reopen"),
    "re_audit": ("decide",),
}
"""The acts that belong to each step."""
CHECKS: dict[str, Check] = {
    "acknowledge": check_acknowledge,
    "record": check_record,
    "sign": check_sign,
    "complete": check_complete,
    "confirm": check_confirm,
    "reopen": check_qa,
    "decide": check_decide,
}
"""Each act that takes a step forward or back, with what lets it happen; the most urgent first."""
