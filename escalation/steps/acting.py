"""What is done on a step of an escalation: acknowledged, recorded, signed, completed, checked, decided.

What each kind of step takes of these, and who may, its class says (`step_kind.py`). Closing is by another person than
the doer. Whoever a step was passed to, or who was told that it is late, may act on it as those whose step it is may
(lifecycle: Escalation ladder).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from audits.locking import lock_audit
from audits.plan.evidence_words import check_evidence_words
from escalation import states
from escalation.ladder import move_on, tell_step
from escalation.models import Step
from escalation.notice_texts import ConcernAcknowledged, StepRecorded, StepSentBack
from escalation.steps import dates, times
from escalation.steps.acting_as import part_of
from escalation.steps.rights import has_right
from escalation.steps.send_backs import send_backs
from escalation.steps.step_kind import Check, kind_of
from escalation.steps.waits_for import waits_for
from people import access, notices, trail
from people.models import User
from people.roles import Permission, Role
from qualitycounts.base.clock import day_of
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused, Stale, written


@contextmanager
def locked_step(
    step: Step, check: Check, *, by: User, at: datetime, why: str | None = None, field: str = "why"
) -> Iterator[tuple[Step, trail.Act]]:
    """Lock a step with its audit, once `check` lets `by` at it. Saved at the end.

    Refused: whatever `check` refuses, and (422) no words where they are asked for.
    """
    with trail.acting(by=by, at=at) as act:
        lock_audit(step.escalation.audit)
        fresh = (
            Step.objects.select_for_update(of=("self",))
            .select_related("owner", "escalation__audit__case__team", "escalation__audit__responsible_manager")
            .get(pk=step.pk)
        )
        check(fresh, by=by)
        if why is not None:
            written(why, field, "Write a sentence or two. It stays with the escalation.")
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


def check_way(step: Step, act: str) -> None:
    """Refused (409) unless the step is closed in this way."""
    kind = kind_of(step)
    if act not in [own.slug for own in kind.acts]:
        raise NotNow(f"“{kind.title}” is closed in another way. {kind.closes}")


def check_open(step: Step, act: str) -> None:
    """Refused (409) unless the step is closed in this way, and open."""
    check_way(step, act)
    if step.state != Step.State.OPEN:
        raise NotNow(
            f"“{kind_of(step).title}” is now “{step.get_state_display().lower()}”, so that cannot be done. "
            "Open the page again to see what can."
        )


def check_doer(step: Step, act: str, who: str, *, by: User) -> None:
    """Refused unless the person may do the step (403, with who does), and it is closed in this way and open (409)."""
    does = has_right(step, by, "does")
    if does or has_right(step, by, "moves"):
        check_way(step, act)
    if not does:
        raise NotAllowed(who)
    check_open(step, act)


def check_left(step: Step, *, more: str = "") -> None:
    """Refused (409) while something is left to do first, with what."""
    if left := kind_of(step).left_to_do(step):
        raise NotNow(f"Not yet. {' '.join(left)}{more}")


def check_acknowledge(step: Step, *, by: User) -> None:
    """Whoever may do the step (403), while it is open (409)."""
    check_doer(step, "acknowledge", f"{step.owner} acknowledges this.", by=by)


def acknowledge_step(step: Step, *, by: User, at: datetime, words: str = "") -> Step:
    """Acknowledge a step by name: read, and taken on. Refused: not theirs to say (403), said already (409)."""
    with locked_step(step, check_acknowledge, by=by, at=at) as (fresh, act):
        finish_step(fresh, act, "acknowledged", words)
        if (concern := getattr(fresh.escalation, "concern", None)) is not None and concern.raised_by != by:
            text, key = ConcernAcknowledged(fresh.escalation, by), f"{fresh.ref}:acknowledged"
            notices.notify(to=[concern.raised_by], text=text, key=key, at=at)
    return fresh


def acknowledge_all(steps: Iterable[Step], *, by: User, at: datetime) -> tuple[list[str], list[str]]:
    """Acknowledge several at once, each for itself: the references that went, and a sentence for each that did not."""
    went, refused = [], []
    for step in steps:
        try:
            acknowledge_step(step, by=by, at=at)
        except Refused as refusal:
            refused.append(f"{step.escalation.ref}: {refusal.sentence}")
        else:
            went.append(step.escalation.ref)
    return went, refused


def check_record(step: Step, *, by: User) -> None:
    """Whoever may do the step (403), while it is open (409)."""
    check_doer(step, "record", f"{step.owner} says what was done.", by=by)


def record_made_safe(step: Step, *, by: User, at: datetime, acted: str) -> Step:
    """Record what was done to make the child safe, as the step's owner; whoever signs is asked to agree.

    Refused: not theirs to say (403), agreed already (409), no words (422).
    """
    with locked_step(step, check_record, by=by, at=at, why=acted, field="acted") as (fresh, act):
        check_evidence_words(acted, "acted", kind_of(fresh).proof)
        states.STEP.check(fresh.state, "record")
        fresh.acted, fresh.acted_at, fresh.acted_by = acted.strip(), at, by
        fresh.save()
        act.add("step.recorded", fresh, was=fresh.state, now=fresh.state, content={"acted": fresh.acted})
        to = waits_for([fresh], on=day_of(at))[fresh.pk].people
        tell_step(act, StepRecorded(fresh, by, kind_of(fresh).question), to, f"recorded:{at:%H%M%S}")
    return fresh


def check_sign(step: Step, *, by: User) -> None:
    """The Head of Service or whoever it came to, the Assistant Director where that Head did it, never a doer (403);
    once everything is done (409)."""
    if has_right(step, by, "took_part"):
        raise NotAllowed("You did part of this yourself, so another person says that it is enough. Pass it up.")
    if not has_right(step, by, "signs"):
        raise NotAllowed("The Head of Service signs this.")
    check_open(step, "sign")
    if not has_right(step, by, "ready"):
        raise NotNow(f"It cannot be signed yet: {kind_of(step).not_ready}.")


def check_seen(step: Step, seen: str) -> None:
    """Refused (Stale, 409) where something changed since the page showed it as `seen` ("" where there was no page)."""
    if seen and seen != kind_of(step).version(step):
        raise Stale("Something of this changed since you opened the page. Read it again below, then sign.")


def sign_step(step: Step, *, by: User, at: datetime, words: str = "", seen: str = "") -> Step:
    """The Head of Service, or whoever stands in for them, agrees that what was done is enough.

    Refused: a doer, the owner, or not the Head of Service (403); not all done, signed already, or changed since the
    page showed it (409).
    """
    with locked_step(step, check_sign, by=by, at=at) as (fresh, act):
        check_seen(fresh, seen)
        kind_of(fresh).signed(act, fresh)
        finish_step(fresh, act, "signed", words)
    return fresh


def check_complete(step: Step, *, by: User) -> None:
    """Whoever may do the step (403), once nothing is left to do (409 with what is)."""
    check_doer(step, "complete", f"{step.owner} says that this is done.", by=by)
    check_left(step)


def complete_step(step: Step, *, by: User, at: datetime, words: str = "") -> Step:
    """The manager says that actions, supervision and the entry on the file are done; the QA check begins.

    Refused: not the manager (403), anything still to do, or said already (409).
    """
    with locked_step(step, check_complete, by=by, at=at) as (fresh, act):
        finish_step(fresh, act, "completed", words)
    return fresh


def check_send_back(step: Step, *, by: User) -> None:
    """The QA Team, but neither the auditor nor a doer (403), while the check is open (409)."""
    if not access.sees_all(by, Permission.DECIDE_ESCALATION):
        raise NotAllowed("The QA Officer makes this check.")
    why = "You took part in this audit, so another member of the QA Team makes this check."
    check_doer(step, "reopen", why, by=by)


def check_confirm(step: Step, *, by: User) -> None:
    """As `check_send_back`, and (409) every action checked, supervision recorded and the file ticked."""
    check_send_back(step, by=by)
    check_left(step, more=" Send it back, or wait for that first.")


def confirm_step(step: Step, *, by: User, at: datetime, words: str, seen: str = "") -> Step:
    """The QA Officer found on the record that all is done, and says what they looked at.

    Refused: not QA, the auditor or a doer (403); anything not done or not checked, or changed since the page showed it
    (409); no words (422).
    """
    with locked_step(step, check_confirm, by=by, at=at, why=words, field="words") as (fresh, act):
        check_seen(fresh, seen)
        check_evidence_words(words, "words", "Say what you looked at on the record.")
        finish_step(fresh, act, "confirmed", words)
    return fresh


def send_back_step(step: Step, *, by: User, at: datetime, why: str) -> Step:
    """The QA Officer sends the work back: the step before opens again for 5 working days or more, and the check waits.

    A date that is later stays, and so does the first one. Refused: not QA, the auditor or a doer (403), not open (409),
    no reason or one that says nothing (422).
    """
    with locked_step(step, check_send_back, by=by, at=at, why=why) as (fresh, act):
        check_evidence_words(why, "why", "Say what is missing, so that the manager can put it right.")
        before = (
            fresh.escalation.steps.select_for_update(of=("self",))
            .select_related("owner")
            .get(position=fresh.position - 1)
        )
        before.escalation = fresh.escalation
        was, before.state = before.state, states.STEP.check(before.state, "reopen")
        before.done_at = before.done_by = None
        dates.put_later(dates.working(times.REOPENED.value(), start=day_of(at), since="reopened"), before)
        times_before = send_backs(before).count()
        before.save()
        act.add("step.reopened", before, was=was, now=before.state, why=why, content={"due_on": before.due_on})
        was, fresh.state = fresh.state, states.STEP.check(fresh.state, "send back")
        act.add("step.sent_back", fresh, was=was, now=fresh.state, why=why)
        what = f"reopened:{times_before + 1}" if times_before else "reopened"
        tell_step(act, StepSentBack(before, by), [before.owner], what)
    return before


def check_decide_step(step: Step, *, by: User) -> None:
    """The Assistant Director, or the Executive Director it came to; or their deputy (403); while it is open (409)."""
    above = access.acting_as(by, Role.EXECUTIVE_DIRECTOR) and has_right(step, by, "came")
    if not (access.acting_as(by, Role.ASSISTANT_DIRECTOR) or above):
        raise NotAllowed("The Assistant Director decides this.")
    check_open(step, "decide")


def decide_step(step: Step, *, by: User, at: datetime, why: str) -> Step:
    """The Assistant Director decides, with a reason, that the escalation ends without a better re-audit.

    Refused: not the Assistant Director (403), not open (409), no reason (422).
    """
    with locked_step(step, check_decide_step, by=by, at=at, why=why) as (fresh, act):
        check_evidence_words(why, "why", "Say how it ends and why.")
        finish_step(fresh, act, "decided", why)
    return fresh
