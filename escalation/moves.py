"""Keeping a step moving: pass it up, give it more time, give it to another, ask for it (lifecycle: Escalation)."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import QuerySet

from audits.access import reaches
from audits.managers import holders
from audits.replan import check_later
from escalation import dates
from escalation.ladder import tell_step
from escalation.models import Escalation, Step
from escalation.parts import LINE, decides, owns
from escalation.paths import rung_of
from escalation.steps import Check, taken
from escalation.who import Who, next_up, team_of
from people.models import Notice, User
from people.roles import Permission, Role, Scope
from qualitycounts.clock import day_of
from qualitycounts.refusals import NotAllowed, NotNow, Refused, Stale

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
            f"“{rung_of(step).title}” is now “{step.get_state_display().lower()}”, so nothing needs to move. "
            "Open the page again."
        )


def check_pass_up(step: Step, *, by: User) -> None:
    """Whoever may act on it, and QA (403), while it is open (409)."""
    if not decides(step, by, *LINE, Scope.ALL):
        raise NotAllowed("Whoever a step waits for, their line and the QA Team can pass it up.")
    check_open_now(step)


def whom_next(step: Step, *, by: User, on: date) -> User:
    """The person it would be passed to. Refused (409) where nobody stands above."""
    return next_up(step.escalation.audit, by, step.owner, step.passed_to, first=rung_of(step).owner, on=on)


def pass_up(step: Step, *, by: User, at: datetime, to: User, reason: str, why: str) -> Step:
    """Pass a step to the next person up before it is late, with a reason. Its owner and date stay; `to` may now act.

    `to` is whom the page named. Refused: not theirs to pass (403), not open, nobody above, or somebody passed it
    meanwhile (409), no reason (422).
    """
    with taken(step, check_pass_up, by=by, at=at, why=why) as (fresh, act):
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
        tell_step(
            act,
            fresh,
            [to, fresh.owner],
            f"up:{to.pk}",
            f"{fresh.escalation.ref} is passed up to {to.name}",
            f"{by.name} has passed “{rung_of(fresh).title}” of {fresh.escalation.ref} up to {to.name}. "
            "The reason is on the page. The owner and the date stay.",
        )
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


def extend(step: Step, *, by: User, at: datetime, was: date, due_on: date, why: str) -> Step:
    """Give a step more time, with a reason; the date it first had stays in sight. `was` is the date the page showed.

    Refused: the owner, or others than QA and Head of Service, or a safeguarding step (403); not open, or moved
    meanwhile (409); no reason, or a date that is no working day or not later (422).
    """
    with taken(step, check_extend, by=by, at=at, why=why) as (fresh, act):
        if fresh.due_on != was:
            raise Stale("Someone gave this another date since you opened the page. Read it again.")
        check_later(due_on, than=max(was, day_of(at)))
        act.add(
            "step.extended", fresh, was=fresh.state, now=fresh.state, why=why, content={"was": was, "due_on": due_on}
        )
        dates.chosen(due_on, when=day_of(at)).put(fresh)
        tell_step(
            act,
            fresh,
            [fresh.owner],
            f"extended:{due_on}",
            f"{fresh.escalation.ref} has a new date",
            f"{by.name} has given “{rung_of(fresh).title}” of {fresh.escalation.ref} until "
            f"{due_on:%A} {due_on.day} {due_on:%B %Y}.",
        )
    return fresh


def check_hand_over(step: Step, *, by: User) -> None:
    """The QA Team or the Head of Service (403), while it is open (409). A re-audit's owner is its auditor."""
    if not reaches(by, Permission.DECIDE_ESCALATION, step.escalation.audit.case, Scope.SERVICE, Scope.ALL):
        raise NotAllowed("The QA Officer or the Head of Service can give this to another person.")
    check_open_now(step)
    if step.slug == "re_audit":
        raise NotNow("A re-audit goes with its auditor. Give the re-audit to another auditor instead.")


def possible_owners(step: Step, *, on: date) -> QuerySet[User]:
    """Who may own the step: those who hold its part, or stand in for it, and work here."""
    audit, part = step.escalation.audit, rung_of(step).owner
    team = team_of(audit)
    heads = holders(Role.HEAD_OF_SERVICE, on=on, service=team.service_id if team else 0)
    if part == Who.QA_OFFICER:
        who = holders(Role.QA_OFFICER, on=on) | holders(Role.HEAD_OF_QA, on=on)
    elif part == Who.HEAD_OF_SERVICE:
        who = holders(Role.HEAD_OF_SERVICE, on=on) | holders(Role.ASSISTANT_DIRECTOR, on=on)
    else:
        who = heads | holders(Role.TEAM_MANAGER, on=on, team=team) if team else heads
    return User.objects.filter(pk__in=who.values("pk")).exclude(pk__in=[step.owner_id]).order_by("name", "pk")


def hand_over(step: Step, *, by: User, at: datetime, owner: User, why: str) -> Step:
    """Give a step to another person who may hold it, with a reason. Its date stays; both are told.

    Refused: not QA or Head of Service (403), not open (409), no reason, or someone who cannot hold it (422).
    """
    with taken(step, check_hand_over, by=by, at=at, why=why) as (fresh, act):
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
        tell_step(
            act,
            fresh,
            [owner, before],
            f"owner:{owner.pk}",
            f"{fresh.escalation.ref}: a step is now {owner.name}’s",
            f"{by.name} has given “{rung_of(fresh).title}” of {fresh.escalation.ref} to {owner.name}.",
        )
    return fresh


def check_ask(step: Step, *, by: User) -> None:
    """Whoever may act on it, and QA, but neither its owner nor their deputy (403), while it is open (409)."""
    if owns(step, by):
        raise NotAllowed("This waits for you.")
    if not decides(step, by, *LINE, Scope.ALL):
        raise NotAllowed("The line of the case and the QA Team can ask for this.")
    check_open_now(step)


def ask(step: Step, *, by: User, at: datetime) -> Step:
    """Ask the owner for it, by a notice and an e-mail, once a day. Refused (409) when asked today already."""
    with taken(step, check_ask, by=by, at=at) as (fresh, act):
        what = f"asked:{by.pk}"
        if Notice.objects.filter(key=f"{fresh.ref}:{what}:{day_of(at):%Y-%m-%d}", to=fresh.owner).exists():
            raise NotNow(f"You asked {fresh.owner} today already. Pass it up if it cannot wait.")
        act.add("step.asked", fresh, was=fresh.state, now=fresh.state)
        tell_step(
            act,
            fresh,
            [fresh.owner],
            what,
            f"{by.name} asks for {fresh.escalation.ref}",
            f"{by.name} asks for “{rung_of(fresh).title}” of {fresh.escalation.ref}. The page shows what is left.",
        )
    return fresh


CHECKS: dict[str, Check] = {
    "ask": check_ask,
    "pass_up": check_pass_up,
    "extend": check_extend,
    "hand_over": check_hand_over,
}
"""Each act that keeps a step moving, with what lets it happen."""
