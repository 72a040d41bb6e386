"""Keeping a step moving: pass it up, give it more time, give it to another, ask for it (lifecycle: Escalation)."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import QuerySet

from audits.access import reaches
from audits.follow_up.replan import SAY_WHY, check_later
from audits.plan.evidence_words import check_evidence_words
from escalation.ladder import tell_step
from escalation.models import Escalation, Step
from escalation.notice_texts import StepAsked, StepExtended, StepHandedOver, StepPassedUp
from escalation.steps.acting import locked_step
from escalation.steps.acting_as import owns
from escalation.steps.people import Who, next_person_up, team_of
from escalation.steps.rights import has_right
from escalation.steps.step_kind import kind_of
from escalation.steps.waits_for import whom
from escalation.steps.with_actions import extend_actions, put_chosen
from people import access
from people.directory import holders
from people.models import Notice, User
from people.roles import Permission, Role, Scope
from qualitycounts.base.clock import day_of
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused, Stale

WHY_UP = {
    "not_moving": "It is not moving",
    "cannot": "It cannot be done at this level",
    "disagree": "We do not agree on what to do",
    "iro": "It belongs in the IRO dispute process",
}
"""Why a step is passed up. The Independent Reviewing Officer's dispute process is the council's own, outside this."""


def check_open_now(step: Step) -> None:
    """Refused (409) unless the step is open."""
    if step.state != Step.State.OPEN:
        raise NotNow(
            f"“{kind_of(step).title}” is now “{step.get_state_display().lower()}”, so nothing needs to move. "
            "Open the page again."
        )


def check_pass_up(step: Step, *, by: User) -> None:
    """Whoever may act on it, and QA (403), while it is open (409)."""
    if not has_right(step, by, "moves"):
        raise NotAllowed("Whoever a step waits for, their line and the QA Team can pass it up.")
    check_open_now(step)


def whom_next(step: Step, *, by: User, on: date) -> User:
    """The person it would be passed to. Refused (409) where nobody stands above."""
    return next_person_up(step.escalation.audit, by, step.owner, step.passed_to, first=kind_of(step).owner, on=on)


def pass_step_up(step: Step, *, by: User, at: datetime, to: User, reason: str, why: str) -> Step:
    """Pass a step to the next person up before it is late, with a reason. Its owner and date stay; `to` may now act.

    `to` is whom the page named. Refused: not theirs to pass (403), not open, nobody above, or somebody passed it
    meanwhile (409), no reason (422).
    """
    with locked_step(step, check_pass_up, by=by, at=at, why=why) as (fresh, act):
        if reason not in WHY_UP:
            raise Refused("Choose why it is passed up.", "reason")
        if whom_next(fresh, by=by, on=day_of(at)) != to:
            raise Stale("Someone passed this up since you opened the page. Read it again.")
        fresh.passed_to, fresh.passed_at, fresh.passed_by = to, at, by
        fresh.passed_why = f"{WHY_UP[reason]}. {why.strip()}"
        act.add(
            "step.passed_up",
            fresh,
            was=fresh.state,
            now=fresh.state,
            why=fresh.passed_why,
            content={"to": to.pk, "reason": reason},
        )
        tell_step(act, StepPassedUp(fresh, by, kind_of(fresh).title), [to, fresh.owner], f"up:{to.pk}")
    return fresh


def check_extend(step: Step, *, by: User) -> None:
    """The QA Team or the Head of Service, not the owner, and never where a child's safety waits (403); open (409)."""
    if step.escalation.path == Escalation.Path.SAFEGUARDING:
        raise NotAllowed("There is no more time for a child’s safety. Pass it up instead.")
    if owns(step, by):
        raise NotAllowed("Nobody gives themselves more time. Ask the QA Officer or the Head of Service.")
    if not reaches(by, Permission.DECIDE_ESCALATION, step.escalation.audit.case, Scope.SERVICE, Scope.ALL):
        raise NotAllowed("The QA Officer or the Head of Service can give more time.")
    check_open_now(step)


def extend_step(step: Step, *, by: User, at: datetime, was: date, due_on: date, why: str) -> Step:
    """Give a step more time, with a reason; the date it first had stays in sight. `was` is the date the page showed.
    Its actions that are still to do and went by the same date move with it.

    Refused: the owner, or others than QA and Head of Service, or a safeguarding step (403); not open, or moved
    meanwhile (409); no reason or one that says nothing, or a date that is no working day, not later or later than the
    council's longest (422).
    """
    with locked_step(step, check_extend, by=by, at=at, why=why) as (fresh, act):
        if fresh.due_on != was:
            raise Stale("Someone gave this another date since you opened the page. Read it again.")
        start = max(was, day_of(at))
        check_later(due_on, than=start, months=kind_of(fresh).whole_months)
        check_evidence_words(why, "why", SAY_WHY)
        put_chosen(act, fresh, due_on, why)
        extend_actions(act, fresh, was=was, why=why)
        tell_step(act, StepExtended(fresh, by, kind_of(fresh).title), [fresh.owner], f"extended:{due_on}")
    return fresh


def check_hand_over(step: Step, *, by: User) -> None:
    """The QA Team or the Head of Service (403), while it is open and of a kind that goes to others (409)."""
    if not reaches(by, Permission.DECIDE_ESCALATION, step.escalation.audit.case, Scope.SERVICE, Scope.ALL):
        raise NotAllowed("The QA Officer or the Head of Service can give this to another person.")
    check_open_now(step)
    if stays := kind_of(step).stays_with:
        raise NotNow(stays)


def possible_owners(step: Step, *, on: date) -> QuerySet[User]:
    """Who may own the step: those who hold its part, or stand in for it, and work here."""
    audit, part = step.escalation.audit, kind_of(step).owner
    team = team_of(audit)
    heads = holders(Role.HEAD_OF_SERVICE, on=on, service=team.service_id if team else 0)
    if part == Who.QA_OFFICER:
        who = holders(Role.QA_OFFICER, on=on) | holders(Role.HEAD_OF_QA, on=on)
    elif part == Who.HEAD_OF_SERVICE:
        who = holders(Role.HEAD_OF_SERVICE, on=on) | holders(Role.ASSISTANT_DIRECTOR, on=on)
    else:
        who = heads | holders(Role.TEAM_MANAGER, on=on, team=team) if team else heads
    return User.objects.filter(pk__in=who.values("pk")).exclude(pk__in=[step.owner_id]).order_by("name", "pk")


def hand_step_over(step: Step, *, by: User, at: datetime, owner: User, why: str) -> Step:
    """Give a step to another person who may hold it, with a reason. Its date stays; both are told.

    Refused: not QA or Head of Service (403), not open (409), no reason, or someone who cannot hold it (422).
    """
    with locked_step(step, check_hand_over, by=by, at=at, why=why) as (fresh, act):
        if owner.pk == fresh.owner_id:
            raise NotNow(f"{owner.name} has this already.")
        if not possible_owners(fresh, on=day_of(at)).filter(pk=owner.pk).exists():
            raise Refused(f"{owner.name} cannot take this step. Choose one of those listed.", "owner")
        before, fresh.owner = fresh.owner, owner
        act.add(
            "step.handed_over",
            fresh,
            was=fresh.state,
            now=fresh.state,
            why=why,
            content={"was": before.pk if before else None, "owner": owner.pk},
        )
        tell_step(act, StepHandedOver(fresh, by, kind_of(fresh).title), [owner, before], f"owner:{owner.pk}")
    return fresh


def check_ask(step: Step, *, by: User) -> None:
    """Whoever may act on it, and QA, but neither whom it waits for nor their deputy (403), while it is open and waits
    for somebody who works here (409)."""
    waiting = whom(step, on=access.doorway_day())
    if by.pk in waiting.keys or any(access.stands_in(by, person) for person in waiting.keys):
        raise NotAllowed("This waits for you.")
    if not has_right(step, by, "moves"):
        raise NotAllowed("The line of the case and the QA Team can ask for this.")
    check_open_now(step)
    if not waiting.people:
        raise NotNow("Its owner has left, so there is nobody to ask. Give it to another person.")


def ask_owner(step: Step, *, by: User, at: datetime) -> Step:
    """Ask whom it waits for, by a notice and an e-mail, once a day. Refused (409) when asked today already."""
    with locked_step(step, check_ask, by=by, at=at) as (fresh, act):
        what = f"asked:{by.pk}"
        waiting = whom(fresh, on=day_of(at))
        if Notice.objects.filter(key=f"{fresh.ref}:{what}:{day_of(at):%Y-%m-%d}", to__in=waiting.people).exists():
            raise NotNow(f"You asked {waiting.names} today already. Pass it up if it cannot wait.")
        act.add("step.asked", fresh, was=fresh.state, now=fresh.state)
        tell_step(act, StepAsked(fresh, by, kind_of(fresh).title), waiting.people, what)
    return fresh
