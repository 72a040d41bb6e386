"""The SMART plan, made in the meeting and part of what is signed (App. 2: action plan; lifecycle: Action)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db.models import Max

from audits import smart
from audits.managers import responsible_manager
from audits.models import Action, Audit, Judgement
from audits.room import Room, room
from people.models import User
from qualitycounts.clock import day_of
from qualitycounts.refusals import NotNow, Refused, Stale, written
from standards import standard_sets
from standards.grades import Grade
from standards.timescales import add_months, add_working_days

IMMEDIATE_DAYS = 5
"""Working days in which the responsible manager completes immediate actions (App. 2, after)."""
SUPERVISION_MONTHS = 1
"""Months in which actions agreed through supervision are complete (App. 2, after)."""


def latest_date(kind: str, met_on: date) -> date:
    """The latest date an action of this kind may have, counted from the day of the meeting."""
    if kind == Action.Kind.IMMEDIATE:
        return add_working_days(met_on, IMMEDIATE_DAYS)
    return add_months(met_on, SUPERVISION_MONTHS)


def check_date(kind: str, due_on: date, *, met_on: date, what: str = "") -> None:
    """Refused (422) for a date before the meeting's day or after the latest that the kind allows."""
    latest = latest_date(kind, met_on)
    about = f"“{what[:60]}”: " if what else ""
    if due_on < met_on:
        raise Refused(
            f"{about}that date is before the meeting. Choose {met_on:%A} {met_on.day} {met_on:%B} or later.", "due_on"
        )
    if due_on > latest:
        raise Refused(
            f"{about}the latest date allowed is {latest:%A} {latest.day} {latest:%B %Y}. "
            "Choose that or an earlier one.",
            "due_on",
        )


def owner_of(audit: Audit, part: str, *, on: date) -> User | None:
    """Who the action falls to as things stand: the responsible manager (named anew at finalising) or the keyworker."""
    return responsible_manager(audit, on=on) if part == Action.Part.MANAGER else audit.keyworker


def add_action(
    audit: Audit,
    *,
    by: User,
    at: datetime,
    kind: str,
    part: str,
    numbers: Sequence[int],
    what: str,
    measure: str,
    outcome: str,
    resources: str,
    due_on: date,
    points: Sequence[int] = (),
) -> Action:
    """Add an action in the meeting, for the grades of `numbers`. Everything about it must be SMART.

    `points` are the keys of the criteria it answers, of those grades. Refused (422, naming the field) for anything the
    checker fails, a date out of reach, an immediate action that is
    not the responsible manager's, or no grade named; (409) outside the meeting, with nobody to own it, or in the plan
    already; (403) not in a chair.
    """
    with room(audit, by=by, at=at) as here:
        last = here.audit.actions.aggregate(last=Max("number"))["last"] or 0
        action = Action(audit=here.audit, number=last + 1)
        fill(here, action, kind, part, numbers, what, measure, outcome, resources, due_on, points)
        here.act.add("action.added", action, now=action.state, content=words_of(action))
    return action


def check_new(audit: Audit, what: str, owner: User | None) -> None:
    """Refused (409) where the same person has the same thing to do already: a second click adds nothing."""
    if audit.actions.filter(what=what.strip(), owner=owner).unfinished().exists():
        raise NotNow("This action is in the plan already. Change it there if something is missing.")


def change_action(
    action: Action,
    *,
    by: User,
    at: datetime,
    version: int,
    kind: str,
    part: str,
    numbers: Sequence[int],
    what: str,
    measure: str,
    outcome: str,
    resources: str,
    due_on: date,
    points: Sequence[int] = (),
) -> Action:
    """Change an action in the meeting. Refused as `add_action` does, and (Stale, 409) when it was changed since."""
    with room(action.audit, by=by, at=at) as here:
        fresh = Action.objects.get(pk=action.pk)
        fresh.audit = here.audit
        check_there(fresh, version)
        fresh.version += 1
        fill(here, fresh, kind, part, numbers, what, measure, outcome, resources, due_on, points)
        here.act.add("action.changed", fresh, was=fresh.state, now=fresh.state, content=words_of(fresh))
    return fresh


def remove_action(action: Action, *, by: User, at: datetime, version: int) -> None:
    """Take an action out of the plan while the meeting goes on. The trail keeps its words; its number is spent."""
    with room(action.audit, by=by, at=at) as here:
        fresh = Action.objects.get(pk=action.pk)
        fresh.audit = here.audit
        check_there(fresh, version)
        was, fresh.state, fresh.ended_why = fresh.state, Action.State.CANCELLED, "Taken out of the plan in the meeting."
        fresh.version += 1
        fresh.save()
        here.act.add("action.removed", fresh, was=was, now=fresh.state, content=words_of(fresh))


def check_there(action: Action, version: int) -> None:
    """Refused when somebody changed the action since the page was opened (Stale), or it was taken out (409)."""
    if action.state == Action.State.CANCELLED:
        raise NotNow("This action was taken out of the plan. Add it again if you still need it.")
    if action.version != version:
        raise Stale("Someone changed this action since you opened it. Read it again.", current=action.what)


def fill(
    here: Room,
    action: Action,
    kind: str,
    part: str,
    numbers: Sequence[int],
    what: str,
    measure: str,
    outcome: str,
    resources: str,
    due_on: date,
    points: Sequence[int],
) -> None:
    """Check everything and save the action with its grades."""
    if kind not in Action.Kind.values or part not in Action.Part.values:
        raise Refused("Choose how soon, and who owns it.", "kind")
    if kind == Action.Kind.IMMEDIATE and part != Action.Part.MANAGER:
        raise Refused("An immediate action is the responsible manager’s. Choose them, or choose supervision.", "kind")
    answers = [one for one in Judgement.objects.filter(audit=here.audit, applies=True) if one.number in numbers]
    if not answers:
        raise Refused("Say which grade this action is for.", "numbers")
    today = day_of(here.at)
    owner = owner_of(here.audit, part, on=today)
    if owner is None:
        raise NotNow(
            "The staff list names no manager for this worker, so there is nobody to own this. Ask the QA Officer."
        )
    what, measure = written(what, "what"), written(measure, "measure")
    outcome, resources = written(outcome, "outcome"), written(resources, "resources")
    letters = smart.check(
        what=what,
        measure=measure,
        outcome=outcome,
        resources=resources,
        due_on=due_on,
        latest=latest_date(kind, today),
        owner=owner.name,
    )
    for letter in letters:
        if not letter.ok:
            raise Refused(letter.sentence, letter.field)
    check_date(kind, due_on, met_on=today)
    if action._state.adding:
        check_new(here.audit, what, owner)
    action.kind, action.part, action.owner = kind, part, owner
    action.what, action.measure, action.outcome, action.resources = what, measure, outcome, resources
    action.due_on = action.first_due_on = due_on
    action.save()
    action.judgements.set(answers)
    action.criteria.set(of_grades(here.audit, points, answers))


def of_grades(audit: Audit, points: Iterable[int], answers: Iterable[Judgement]) -> list[int]:
    """The criteria an action answers, as far as they belong to the grades it is for.

    Refused (422) for one that this audit does not have.
    """
    there = standard_sets.asked_of(audit.standard_set.pk, audit.standard_set.file_hash)
    if any(point not in there for point in points):
        raise Refused("One of the points is not of this audit. Open the page again and choose it once more.", "points")
    numbers = {one.number for one in answers}
    return [point for point in points if there[point][0] in numbers]


def words_of(action: Action) -> dict[str, object]:
    """What the trail keeps of an action's words."""
    return {
        "kind": action.kind,
        "what": action.what,
        "measure": action.measure,
        "outcome": action.outcome,
        "resources": action.resources,
        "owner": action.owner_id,
        "due_on": action.due_on,
    }


def missing_in_plan(judgements: Iterable[Judgement], actions: Iterable[Action]) -> list[str]:
    """The grades that need an action and have none: every Requires improvement and Inadequate (lifecycle: agreed)."""
    live = {action.pk for action in actions}
    return [
        f"{one.title} is graded {Grade(one.grade).label} and has no action yet."
        for one in judgements
        if one.grade and Grade(one.grade).escalates and not any(action.pk in live for action in one.actions.all())
    ]
