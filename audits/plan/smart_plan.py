"""The SMART plan, made in the meeting and part of what is signed (App. 2: action plan; lifecycle: Action)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NotRequired, TypedDict, Unpack

from django.db.models import Max

from audits.locking import MeetingTurn, meeting_transaction
from audits.managers import responsible_manager
from audits.models import Action, Audit, Judgement
from audits.plan import smart
from people.models import User
from qualitycounts.base.clock import day_of
from qualitycounts.base.dates import day_in_words, weekday_in_words
from qualitycounts.base.refusals import NotNow, Refused, Stale, written
from standards import standard_sets
from standards.grades import word_of
from standards.timescales import add_months, add_working_days

MOST_LETTERS = 120
"""Letters of who else carries an action out."""
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
    about = f"“{what[:60]}”: t" if what else "T"
    if due_on < met_on:
        raise Refused(f"{about}hat date is before the meeting. Choose {weekday_in_words(met_on)} or later.", "due_on")
    if due_on > latest:
        raise Refused(
            f"{about}he latest date allowed is {day_in_words(latest)}. Choose that or an earlier one.",
            "due_on",
        )


class ActionAsked(TypedDict):
    """What is typed of an action; `numbers` are of its grades, `points` the keys of the criteria it answers;
    `carried_out_by` is who does it where the owner only sees to it."""

    kind: str
    part: str
    numbers: Sequence[int]
    what: str
    measure: str
    outcome: str
    resources: str
    due_on: date
    points: NotRequired[Sequence[int]]
    carried_out_by: NotRequired[str]


def owner_of(audit: Audit, part: str, *, on: date) -> User | None:
    """Who the action falls to as things stand: the responsible manager (named anew at finalising) or the keyworker."""
    return responsible_manager(audit, on=on) if part == Action.Part.MANAGER else audit.keyworker


def add_meeting_action(
    audit: Audit,
    *,
    by: User,
    at: datetime,
    **asked: Unpack[ActionAsked],
) -> Action:
    """Add an action in the meeting, for the grades of `numbers`. Everything about it must be SMART.

    Refused (422, naming the field) for anything the checker fails, a date out of reach, an immediate action that is not
    the responsible manager's, or no grade named; (409) outside the meeting, with nobody to own it, or in the plan
    already; (403) not in a chair.
    """
    with meeting_transaction(audit, by=by, at=at) as meeting:
        last = meeting.audit.actions.aggregate(last=Max("number"))["last"] or 0
        action = Action(audit=meeting.audit, number=last + 1)
        fill_in_action(meeting, action, **asked)
        meeting.act.add("action.added", action, now=action.state, content=words_of(action))
    return action


def check_not_twice(audit: Audit, what: str, owner: User | None) -> None:
    """Refused (409) where the same person has the same thing to do already: a second click adds nothing."""
    if audit.actions.filter(what=what.strip(), owner=owner).unfinished().exists():
        raise NotNow("This action is in the plan already. Change it there if something is missing.")


def change_action(
    action: Action,
    *,
    by: User,
    at: datetime,
    version: int,
    **asked: Unpack[ActionAsked],
) -> Action:
    """Change an action in the meeting. Refused as `add_meeting_action` does; and (Stale, 409) when changed since."""
    with meeting_transaction(action.audit, by=by, at=at) as meeting:
        fresh = Action.objects.get(pk=action.pk)
        fresh.audit = meeting.audit
        check_action_version(fresh, version)
        fresh.version += 1
        fill_in_action(meeting, fresh, **asked)
        meeting.act.add("action.changed", fresh, was=fresh.state, now=fresh.state, content=words_of(fresh))
    return fresh


def remove_action(action: Action, *, by: User, at: datetime, version: int) -> None:
    """Take an action out of the plan while the meeting goes on. The trail keeps its words; its number is spent."""
    with meeting_transaction(action.audit, by=by, at=at) as meeting:
        fresh = Action.objects.get(pk=action.pk)
        fresh.audit = meeting.audit
        check_action_version(fresh, version)
        was, fresh.state, fresh.ended_why = fresh.state, Action.State.CANCELLED, "Taken out of the plan in the meeting."
        fresh.version += 1
        fresh.save()
        meeting.act.add("action.removed", fresh, was=was, now=fresh.state, content=words_of(fresh))


def check_action_version(action: Action, version: int) -> None:
    """Refused when somebody changed the action since the page was opened (Stale), or it was taken out (409)."""
    if action.state == Action.State.CANCELLED:
        raise NotNow("This action was taken out of the plan. Add it again if you still need it.")
    if action.version != version:
        raise Stale("Someone changed this action since you opened it. Read it again.", current=action.what)


def fill_in_action(
    meeting: MeetingTurn,
    action: Action,
    *,
    kind: str,
    part: str,
    numbers: Sequence[int],
    what: str,
    measure: str,
    outcome: str,
    resources: str,
    due_on: date,
    points: Sequence[int] = (),
    carried_out_by: str = "",
) -> None:
    """Check everything and save the action with its grades."""
    if kind not in Action.Kind.values or part not in Action.Part.values:
        raise Refused("Choose how soon, and who owns it.", "kind")
    if kind == Action.Kind.IMMEDIATE and part != Action.Part.MANAGER:
        raise Refused("An immediate action is the responsible manager’s. Choose them, or choose supervision.", "kind")
    carried_out_by = check_carried_out_by(carried_out_by, kind=kind)
    answers = [
        judgement
        for judgement in Judgement.objects.filter(audit=meeting.audit, applies=True)
        if judgement.number in numbers
    ]
    if not answers:
        raise Refused("Say which grade this action is for.", "numbers")
    today = day_of(meeting.at)
    owner = owner_of(meeting.audit, part, on=today)
    if owner is None:
        raise NotNow(
            "The staff list names no manager for this worker, so there is nobody to own this. Ask the QA Officer."
        )
    what, measure = written(what, "what"), written(measure, "measure")
    outcome, resources = written(outcome, "outcome"), written(resources, "resources")
    letters = smart.check_smart(
        what=what,
        measure=measure,
        outcome=outcome,
        resources=resources,
        due_on=due_on,
        first=today,
        latest=latest_date(kind, today),
        owner=owner.name,
    )
    smart.check_clear(letters)
    check_date(kind, due_on, met_on=today)
    if action._state.adding:
        check_not_twice(meeting.audit, what, owner)
    action.kind, action.part, action.owner, action.carried_out_by = kind, part, owner, carried_out_by
    action.what, action.measure, action.outcome, action.resources = what, measure, outcome, resources
    action.due_on = action.first_due_on = due_on
    action.save()
    action.judgements.set(answers)
    action.criteria.set(of_grades(meeting.audit, points, answers))


def check_carried_out_by(words: str, *, kind: str) -> str:
    """Who else carries an action out, on one line; "" for nobody else.

    Refused (422): for an immediate action, which the responsible manager completes (App. 2, after); too long.
    """
    words = " ".join(words.split())
    if words and kind == Action.Kind.IMMEDIATE:
        raise Refused(
            "An immediate action is the responsible manager’s own. Leave this empty, or choose supervision.",
            "carried_out_by",
        )
    if len(words) > MOST_LETTERS:
        raise Refused(f"Say who carries it out in {MOST_LETTERS} letters or fewer.", "carried_out_by")
    return words


def of_grades(audit: Audit, points: Iterable[int], answers: Iterable[Judgement]) -> list[int]:
    """The criteria an action answers, as far as they belong to the grades it is for.

    Refused (422) for one that this audit does not have.
    """
    there = standard_sets.criteria_of_set(audit.standard_set.pk, audit.standard_set.file_hash)
    if any(point not in there for point in points):
        raise Refused("One of the points is not of this audit. Open the page again and choose it once more.", "points")
    numbers = {answer.number for answer in answers}
    return [point for point in points if there[point][0] in numbers]


def words_of(action: Action) -> dict[str, object]:
    """What the trail keeps of an action's words."""
    words: dict[str, object] = {
        "kind": action.kind,
        "what": action.what,
        "measure": action.measure,
        "outcome": action.outcome,
        "resources": action.resources,
        "owner": action.owner_id,
        "due_on": action.due_on,
    }
    return words | ({"carried_out_by": action.carried_out_by} if action.carried_out_by else {})


def missing_in_plan(audit: Audit, judgements: Iterable[Judgement], actions: Iterable[Action]) -> list[str]:
    """The grades that need an action and have none: each that escalates by the audit's set (lifecycle: agreed)."""
    live = {action.pk for action in actions}
    return [
        f"{judgement.title} is graded {word_of(judgement.grade)} and has no action yet."
        for judgement in judgements
        if standard_sets.path_of(audit.standard_set, judgement.grade)
        and not any(action.pk in live for action in judgement.actions.all())
    ]
