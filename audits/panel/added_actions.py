"""The actions that a panel adds where it changes a grade (strategy 7): as SMART as those of the meeting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Max

from audits.follow_up.replan import manager_of
from audits.models import Action, Audit, Judgement
from audits.panel.notice_texts import ActionAddedByPanel
from audits.plan import smart, smart_plan
from people import absence, notices, trail
from qualitycounts.base.clock import day_of
from qualitycounts.base.dates import day_in_words
from qualitycounts.base.refusals import NotNow, Refused, written
from standards.standard_sets import path_of
from standards.timescales import add_working_days


@dataclass(frozen=True, slots=True)
class AddedAction:
    """An action that the chair adds: how soon and whose, the grades it answers, and its SMART words."""

    kind: str
    part: str
    numbers: tuple[int, ...]
    what: str
    measure: str
    outcome: str
    resources: str
    due_on: date | None = None


def add_panel_action(
    act: trail.Act, audit: Audit, judgements: Mapping[int, Judgement], asked: AddedAction, place: int
) -> Action:
    """One action of the panel, as SMART as those of the meeting; its latest date counts from today."""
    on = day_of(act.at)

    def field(name: str) -> str:
        return f"action-{place}-{name}"

    if (asked.kind, asked.part) not in KINDS:
        raise Refused("Choose how soon, and who owns it.", field("who"))
    answers = [
        judgement for judgement in judgements.values() if judgement.applies and judgement.number in asked.numbers
    ]
    if not answers:
        raise Refused("Say which grade this action is for.", field("numbers"))
    owner = manager_of(audit, on=on) if asked.part == Action.Part.MANAGER else audit.keyworker
    if owner is None:
        raise NotNow("Nobody is there to own this action. Ask the QA Officer who answers for the case now.")
    latest = smart_plan.latest_date(asked.kind, on)
    due_on = asked.due_on or latest
    words = {name: written(getattr(asked, name), field(name)) for name in ("what", "measure", "outcome", "resources")}
    letters = smart.check_smart(**words, due_on=due_on, first=on, latest=latest, owner=owner.name)
    smart.check_clear(letters, prefix=field(""))
    first = add_working_days(on, 1)
    if due_on < first:
        raise Refused(f"Choose {day_in_words(first)} or later: the owner hears of it today.", field("due_on"))
    smart_plan.check_not_twice(audit, words["what"], owner)
    action = Action.objects.create(
        audit=audit,
        number=(audit.actions.aggregate(last=Max("number"))["last"] or 0) + 1,
        kind=asked.kind,
        part=asked.part,
        owner=owner,
        due_on=due_on,
        first_due_on=due_on,
        agreed_in="panel",
        **words,
    )
    action.judgements.set(answers)
    act.add("action.added", action, now=action.state, content=smart_plan.words_of(action))
    notices.notify(
        to=absence.with_deputies([owner], on=on),
        text=ActionAddedByPanel(action),
        key=f"{action.ref}:added:1",
        at=act.at,
    )
    return action


KINDS = {
    (Action.Kind.IMMEDIATE, Action.Part.MANAGER),
    (Action.Kind.SUPERVISION, Action.Part.WORKER),
    (Action.Kind.SUPERVISION, Action.Part.MANAGER),
}
"""How soon and whose: an immediate action is always the responsible manager's."""


def check_planned(audit: Audit, judgements: Iterable[Judgement]) -> None:
    """Refused (422) where a grade that escalates by the audit's set has no action that stands."""
    bare = [
        judgement.title
        for judgement in judgements
        if path_of(audit.standard_set, judgement.stands)
        and not judgement.actions.exclude(state=Action.State.CANCELLED).exists()
    ]
    if bare:
        titles = "; ".join(bare)
        raise Refused(f"Add an action for each grade that escalates and has none: {titles}.", "actions")
