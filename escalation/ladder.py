"""The ladder: a grade or a concern opens a path, one step after another moves it on, and it finishes or ends.

An audit's grade and its escalation are one transaction: a fault here undoes the grade (lifecycle: Escalation ladder).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from audits.models import Audit, Hold
from escalation import dates, states, times
from escalation.models import Escalation, Step
from escalation.paths import PATHS, rung_of
from escalation.who import Who, owner, people
from people import absence, notices, trail
from people.models import User
from qualitycounts.clock import day_of
from qualitycounts.refusals import NotNow
from standards.grades import Grade

Path, State = Escalation.Path, Step.State


def on_audit_graded(*, audit: Audit, was: str, by: User | None, at: datetime, **_: Any) -> None:
    """A grade was fixed or changed: end what the grade before asked for, open what this one asks for.

    At finalising the dates count from the meeting; after the panel regrades, from that day. A re-audit that is better
    ends the re-audit step of the audit it repeats.
    """
    with trail.acting(by=by, at=at) as act:
        on = day_of(at)
        standing = audit.grade if audit.final else ""
        for old in open_for_grade(audit).exclude(path=standing):
            word = f"The panel regraded the audit to {Grade(standing).label}." if standing else "The audit was voided."
            end(act, old, why=word)
        if standing in PATHS and not open_for_grade(audit).exists():
            since = on if was or audit.met_on is None else audit.met_on
            open_for(audit, path=standing, since=since, by=by, at=at)
        if audit.re_audit_of is not None:
            if audit.final:
                answer_re_audit(act, audit)
            else:
                take_back_answer(act, audit)


def open_for_grade(audit: Audit) -> QuerySet[Escalation]:
    """The audit's open escalations that its grade caused."""
    return Escalation.objects.filter(audit=audit, state=Escalation.State.OPEN).exclude(path=Path.SAFEGUARDING)


def open_for(
    audit: Audit,
    *,
    path: str,
    since: date,
    by: User | None,
    at: datetime,
    owners: Mapping[str, User] | None = None,
) -> Escalation:
    """Open a path for an audit: its steps with owners and dates, a hold on the audit, and everyone told once.

    Dates that go by the meeting count from `since`. `owners` names the owner of a step where the ladder leaves it open.
    Refused (409) where nobody holds a part that the path needs.
    """
    on = day_of(at)
    with trail.acting(by=by, at=at) as act:
        before = Escalation.objects.filter(audit=audit).count()
        escalation = Escalation.objects.create(
            ref=f"{audit.ref}-E{before + 1}" if before else audit.ref, audit=audit, path=path, opened_on=on, opened=at
        )
        steps = []
        for position, rung in enumerate(PATHS[path].rungs):
            step = Step(
                escalation=escalation,
                slug=rung.slug,
                position=position,
                state=State.OPEN if rung.together else State.WAITING,
                owner=(owners or {}).get(rung.slug) or owner(rung.owner, audit, on=on),
            )
            counted = dates.first_due(rung, met=since, on=on)
            if counted is not None and counted.since == "met" and since != audit.met_on:
                counted = replace(counted, since="regraded")
            steps.append(counted.put(step) if counted else step)
        Step.objects.bulk_create(steps)
        Hold.objects.create(audit=audit, cause=cause(escalation), placed=at)
        act.add(
            "escalation.opened",
            escalation,
            now=escalation.state,
            content={"path": path, "steps": {step.slug: [step.owner_id, step.due_on] for step in steps}},
        )
        tell_opened(act, escalation, steps)
    return escalation


def cause(escalation: Escalation) -> str:
    """What its hold on the audit is called: "inadequate:QC-2612-041"."""
    return f"{escalation.path}:{escalation.ref}"


def tell_opened(act: trail.Act, escalation: Escalation, steps: Iterable[Step]) -> None:
    """Tell owners what is theirs and by when, and the others that it is open. Each person once."""
    audit, on = escalation.audit, day_of(act.at)
    mine: dict[int, list[str]] = {}
    to: dict[int, User] = {}
    for step in steps:
        if step.state == State.OPEN and step.owner is not None and step.due_on is not None:
            to[step.owner.pk] = step.owner
            day = f"{step.due_on:%A} {step.due_on.day} {step.due_on:%B %Y}"
            mine.setdefault(step.owner.pk, []).append(f"{rung_of(step).title}, by {day}")
    for who in PATHS[escalation.path].told:
        to |= {person.pk: person for person in people(who, audit, on=on)}
    word = escalation.get_path_display()
    for person in to.values():
        yours = mine.get(person.pk)
        notices.tell(
            to=[person],
            key=f"{escalation.ref}:opened",
            subject=f"{word}: {escalation.ref} is open" + (", and part of it is yours" if yours else ""),
            body=f"{opening(escalation)} "
            + (f"Yours: {'; '.join(yours)}." if yours else "The page shows each step, its owner and its date."),
            link=f"/escalations/{escalation.ref}/",
            at=act.at,
        )


def opening(escalation: Escalation) -> str:
    """Why it is open, in a sentence without anything about the child."""
    if escalation.path == Path.SAFEGUARDING:
        return f"A safeguarding concern was raised in audit {escalation.audit.ref}."
    return f"Audit {escalation.audit.ref} is graded {escalation.get_path_display()}."


def move_on(act: trail.Act, escalation: Escalation) -> None:
    """Open the next step once none is open; with none left, finish. A re-audit that is signed already answers now."""
    steps = list(escalation.steps.all())
    if any(step.state == State.OPEN for step in steps):
        return
    waiting = next((step for step in steps if step.state == State.WAITING), None)
    if waiting is None:
        finish(act, escalation)
        return
    waiting.escalation = escalation
    if waiting.slug == "qa_check" and not sampled(escalation):
        left_out(act, waiting)
        return
    rung, on = rung_of(waiting), day_of(act.at)
    if waiting.due_on is None:
        dates.due(rung, start=on, on=on).put(waiting)
    elif waiting.due_on <= on:
        dates.working(1, start=on, since="late").put(waiting)
    waiting.owner = owner(rung.owner, escalation.audit, on=on)
    until = waiting.due_on or on
    was, waiting.state = waiting.state, states.STEP.check(waiting.state, "open")
    waiting.save()
    act.add("step.opened", waiting, was=was, now=waiting.state, content=[waiting.owner_id, waiting.due_on])
    tell_step(
        act,
        waiting,
        [waiting.owner, *people(rung.owner, escalation.audit, on=on)],
        "opened",
        f"{rung.title} of {escalation.ref} begins",
        f"{rung.title} of {escalation.ref} is open, with {waiting.owner.name}, until "
        f"{until:%A} {until.day} {until:%B %Y}. {rung.closes}",
    )
    if waiting.slug == "re_audit":
        for again in escalation.audit.re_audits.filter(state__in=(Audit.State.FINALISED, Audit.State.CLOSED)):
            answer_re_audit(act, again)


def sampled(escalation: Escalation) -> bool:
    """Whether the QA check is made: always after an Inadequate, else for the council's share, by a hash anyone can
    work out: sha256 of the reference, its first eight figures as a number, modulo 100, below the per cent."""
    if escalation.path != Path.REQUIRES_IMPROVEMENT:
        return True
    return int(hashlib.sha256(escalation.ref.encode()).hexdigest()[:8], 16) % 100 < times.SAMPLE.value()


def left_out(act: trail.Act, step: Step) -> None:
    """The QA check of a Requires improvement that is not in the sample is no longer needed; what follows goes on."""
    was, step.state = step.state, states.STEP.check(step.state, "drop")
    step.words = f"Not in the sample of {times.SAMPLE.in_words} that QA checks."
    step.save(update_fields=["state", "words"])
    act.add("step.dropped", step, was=was, now=step.state, why=step.words)
    move_on(act, step.escalation)


def tell_step(act: trail.Act, step: Step, to: Iterable[User | None], what: str, subject: str, body: str) -> None:
    """Tell people of one turn of a step: once a day at most."""
    notices.tell(
        to=absence.with_deputies(to, on=day_of(act.at)),
        key=f"{step.ref}:{what}:{day_of(act.at):%Y-%m-%d}",
        subject=subject,
        body=body,
        link=f"/escalations/{step.escalation.ref}/",
        at=act.at,
    )


def answer_re_audit(act: trail.Act, again: Audit) -> None:
    """A re-audit is signed. Better, and at least Requires improvement: the step is done. Else the AD is to decide."""
    first = again.re_audit_of
    step = (
        Step.objects.select_for_update(of=("self",))
        .select_related("escalation__audit__case__team")
        .filter(escalation__audit=first, slug="re_audit", state=State.OPEN)
        .first()
    )
    if step is None or first is None:
        return
    if Grade(again.grade).rank > Grade(step.escalation.path).rank:
        step.state = states.STEP.check(step.state, "finish")
        step.done_at, step.done_by = act.at, again.auditor
        step.words = f"Re-audit {again.ref} is graded {Grade(again.grade).label}."
        step.save()
        act.add("step.re_audited", step, was=State.OPEN, now=step.state, why=step.words)
        move_on(act, step.escalation)
        return
    was, step.owner = step.owner_id, owner(Who.ASSISTANT_DIRECTOR, step.escalation.audit, on=day_of(act.at))
    step.save(update_fields=["owner"])
    act.add("step.to_decide", step, was=step.state, now=step.state, content={"was": was, "owner": step.owner_id})
    tell_step(
        act,
        step,
        [step.owner],
        "decide",
        f"{step.escalation.ref} waits for your decision",
        f"The re-audit {again.ref} is no better: {Grade(again.grade).label}. Decide, with a reason, how this ends.",
    )


def take_back_answer(act: trail.Act, again: Audit) -> None:
    """A re-audit is voided: what it had answered is open again, for the time there is for a re-audit from today.

    The step is the QA Officer's, who begins another. An audit that was closed meanwhile stays closed.
    """
    first, on = again.re_audit_of, day_of(act.at)
    answered = Q(state=State.DONE, words__startswith=f"Re-audit {again.ref} ") | Q(state=State.OPEN)
    step = (
        Step.objects.select_for_update(of=("self",))
        .select_related("escalation__audit__case__team")
        .filter(answered, escalation__audit=first, slug="re_audit")
        .order_by("-pk")
        .first()
    )
    if step is None:
        return
    escalation, rung, was = step.escalation, rung_of(step), step.state
    step.owner = owner(rung.owner, escalation.audit, on=on)
    if was == State.DONE:
        step.state = states.STEP.check(was, "reopen")
        step.done_at, step.done_by, step.words = None, None, ""
        dates.due(rung, start=on, on=on).put(step)
    step.save()
    why = f"Re-audit {again.ref} was voided."
    act.add("step.reopened", step, was=was, now=step.state, why=why, content=[step.owner_id, step.due_on])
    if escalation.state == Escalation.State.FINISHED:
        ended, escalation.state = escalation.state, states.ESCALATION.check(escalation.state, "reopen")
        escalation.finished, escalation.finished_why = None, ""
        escalation.save(update_fields=["state", "finished", "finished_why"])
        act.add("escalation.reopened", escalation, was=ended, now=escalation.state, why=why)
        if escalation.audit.state != Audit.State.CLOSED:
            Hold.objects.create(audit=escalation.audit, cause=cause(escalation), placed=act.at)
    tell_step(
        act,
        step,
        [step.owner, *people(rung.owner, escalation.audit, on=on)],
        f"again:{again.ref}",
        f"{escalation.ref} needs its re-audit again",
        f"{why} The case still needs a re-audit, until {step.due_on:%A} {step.due_on.day} {step.due_on:%B %Y}."
        if step.due_on
        else f"{why} The case still needs a re-audit.",
    )


def finish(act: trail.Act, escalation: Escalation, *, why: str = "") -> None:
    """Finish an escalation that has no step left to do; its hold on the audit is lifted and those it touched are told.

    Refused (409) while a step is open or waiting: nothing finishes with something still to do.
    """
    if escalation.steps.filter(state__in=(State.OPEN, State.WAITING)).exists():
        raise NotNow("A step is still to do, so this cannot finish yet.")
    was, escalation.state = escalation.state, states.ESCALATION.check(escalation.state, "finish")
    escalation.finished, escalation.finished_why = act.at, why
    escalation.save(update_fields=["state", "finished", "finished_why"])
    Hold.objects.filter(audit=escalation.audit, cause=cause(escalation), lifted=None).update(lifted=act.at)
    act.add("escalation.finished", escalation, was=was, now=escalation.state, why=why)
    owners = [step.owner for step in escalation.steps.select_related("owner")]
    notices.tell(
        to=[escalation.audit.keyworker, *owners],
        key=f"{escalation.ref}:finished",
        subject=f"Escalation {escalation.ref} is finished",
        body=f"{why or 'Every step is done.'} Nothing more is asked of anyone in escalation {escalation.ref}.",
        link=f"/escalations/{escalation.ref}/",
        at=act.at,
    )


def end(act: trail.Act, escalation: Escalation, *, why: str) -> None:
    """End an escalation whose cause is gone. What was done stays; the rest is no longer needed, and says so."""
    for step in escalation.steps.select_for_update().filter(state__in=(State.OPEN, State.WAITING)):
        step.escalation = escalation
        was, step.state = step.state, states.STEP.check(step.state, "drop")
        step.save(update_fields=["state"])
        act.add("step.dropped", step, was=was, now=step.state, why=why)
    finish(act, escalation, why=why)
