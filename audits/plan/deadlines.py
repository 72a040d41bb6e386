"""Why an action is due on its date, in a sentence (lifecycle: Action)."""

from __future__ import annotations

from collections.abc import Iterable

from audits.models import Action
from audits.plan.smart_plan import IMMEDIATE_DAYS, SUPERVISION_MONTHS, latest_date
from people.models import TrailEntry
from qualitycounts.base.dates import weekday_in_words
from standards.timescales import in_words

MOVED = {
    "action.extended": "{by} gave more time on {on}: “{why}”",
    "action.moved": "{why}, on {on}",
    "action.settled": "No date falls before the next working day after signing, on {on}",
}
"""What may give an action another date than its first, as the trail calls it."""


def why_due_on(action: Action, entries: Iterable[TrailEntry]) -> str:
    """Why that day, without a full stop. `entries` is the trail of the action, oldest first."""
    moved = [entry for entry in entries if entry.act in MOVED]
    if moved and action.due_on != action.agreed_for:
        last = moved[-1]
        words = MOVED[last.act].format(by=last.by or "It", on=weekday_in_words(last.at), why=last.why)
        return f"{words}. {how_counted(action)}" if last.act == "action.moved" else words
    return how_counted(action)


def how_counted(action: Action) -> str:
    """How the date was counted where it is the latest that its kind allows; else where it was chosen."""
    met = action.audit.met_on
    if action.agreed_in != "meeting" or met is None:
        return f"Chosen when it was agreed: {action.get_agreed_in_display().lower()}"
    immediate = action.kind == Action.Kind.IMMEDIATE
    latest = latest_date(action.kind, met)
    days, months = (IMMEDIATE_DAYS, 0) if immediate else (0, SUPERVISION_MONTHS)
    words = in_words(days=days, months=months, after="after the meeting", start=met, end=latest)
    if action.due_on == latest:
        return words[:1].upper() + words[1:]
    return f"Chosen in the meeting. The latest it could be is {weekday_in_words(latest)}: {words}"
