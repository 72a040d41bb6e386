"""What the page of one action shows: its story, what may be done with it now, and the words of each act."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from audits import actions, attachments, due, follow_up, parts, replan, worklist
from audits.access import visible_audits
from audits.models import Action, ActionFile
from people import trail
from people.models import TrailEntry, User
from standards.timescales import working_days_between

WORDS: dict[str, dict[str, str]] = {
    "do": {
        "page": "action-do",
        "heading": "Say that it is done",
        "button": "It is done",
        "link": "Say that it is done, with evidence",
        "hint": "",
    },
    "attach": {
        "page": "action-file-new",
        "heading": "Add a file to the evidence",
        "button": "Add this file",
        "link": "Add a file to the evidence",
        "hint": "PDF, Word or a picture, up to 10 MB",
    },
    "countersign": {
        "page": "action-countersign",
        "heading": "Sign it",
        "button": "I have read it and sign",
        "link": "Sign it",
        "hint": "The QA Officer checks it after you.",
    },
    "verify": {
        "page": "action-verify",
        "heading": "Check it",
        "button": "I have seen that it is done",
        "link": "Check it",
        "hint": "Look at what it says on the record first.",
    },
    "send_back": {
        "page": "action-return",
        "heading": "Send it back",
        "button": "Send it back",
        "link": "Send it back, with what is missing",
        "hint": "Its date stays",
    },
    "extend": {
        "page": "action-extend",
        "heading": "Give more time",
        "button": "Give more time",
        "link": "Give more time, with a reason",
        "hint": "The first date stays in sight",
    },
    "reassign": {
        "page": "action-reassign",
        "heading": "Give it to another person",
        "button": "Give it to them",
        "link": "Give it to another person, with a reason",
        "hint": "Its date stays",
    },
    "cancel": {
        "page": "action-cancel",
        "heading": "Cancel this action",
        "button": "Cancel this action",
        "link": "Cancel it, with a reason",
        "hint": "It stays readable",
    },
}
AT_ONCE = ("countersign", "verify")
"""Acts that need nothing typed: their button does them."""
STORY = {
    "action.added": ("proposed", "Agreed"),
    "action.changed": ("proposed", "Changed in the meeting"),
    "action.settled": ("proposed", "Fixed with the audit"),
    "action.done": ("revealed", "Done, with evidence"),
    "action.file_added": ("revealed", "A file was added"),
    "action.file_removed": ("no", "A file was taken out"),
    "action.countersigned": ("agreed", "Signed by the Head of Service"),
    "action.verified": ("agreed", "Checked"),
    "action.returned": ("no", "Sent back"),
    "action.moved": ("proposed", "Its date moved"),
    "action.extended": ("proposed", "Given more time"),
    "action.reassigned": ("proposed", "Given to another person"),
    "action.cancelled": ("na", "Cancelled"),
    "action.removed": ("na", "Taken out of the plan"),
    "deadline.missed": ("no", "Late: told the next person up"),
}
"""What each entry of the trail is called in the story, with the shape beside it."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """One line of an action's story."""

    state: str
    title: str
    by: str
    at: datetime
    why: str
    in_place_of: User | None


def story(entries: Iterable[TrailEntry]) -> list[Chapter]:
    """What has happened to it, oldest first, from the trail."""
    return [
        Chapter(*STORY[entry.act], entry.by.name if entry.by else "", entry.at, entry.why, entry.in_place_of)
        for entry in entries
        if entry.act in STORY
    ]


def files_of(action: Action) -> list[ActionFile]:
    """Its files, each with the action that the page has already."""
    found = list(attachments.listed(action))
    for one in found:
        one.action = action
    return found


def who_checks(action: Action) -> str:
    """Who checks it, in words."""
    if parts.asks_manager(action):
        manager = action.audit.responsible_manager
        return f"{manager.name}, the responsible manager" if manager else "A manager of the team"
    first = "The Head of Service signs it, then the " if parts.asks_head(action) else "The "
    return f"{first}QA Officer"


def context(action: Action, *, by: User, on: date) -> dict[str, Any]:
    """All that the page of one action shows to this person."""
    may = [
        *actions.allowed(action, actions.CHECKS, by=by, on=on),
        *actions.allowed(action, attachments.CHECKS, by=by, on=on),
        *actions.allowed(action, replan.CHECKS, by=by, on=on),
    ]
    open_now, entries = action.state == Action.State.OPEN, list(trail.entries_about(action))
    return {
        "action": action,
        "days_left": working_days_between(on, action.due_on) if open_now else None,
        "owner_gone": worklist.owner_gone(action, on=on),
        "for_grades": [one.title for one in action.judgements.select_related("standard")],
        "checker": who_checks(action),
        "story": story(entries),
        "why_due": due.why(action, entries),
        "files": [(one, attachments.can_take_out(one, by=by)) for one in files_of(action)],
        "acts": [{"slug": act, "at_once": act in AT_ONCE, **WORDS[act]} for act in may],
        "sees_audit": visible_audits(by).filter(pk=action.audit_id).exists(),
        "follows_up": follow_up.can_follow_up(action.audit, by=by),
    }


def strip(counted: Mapping[str, int], asked: Mapping[str, str]) -> list[dict[str, Any]]:
    """The counts above the list, each a link to what it counts."""
    whose, late = asked.get("whose", ""), asked.get("late", "")
    return [
        {"number": counted["all"], "text": "not finished", "url": "?", "current": not any((whose, late))},
        {
            "number": counted["late"],
            "text": "late",
            "url": "?late=yes",
            "over": counted["late"] > 0,
            "current": late == "yes",
        },
        {"number": counted["mine"], "text": "yours to do", "url": "?whose=mine", "current": whose == "mine"},
        {"number": counted["check"], "text": "yours to check", "url": "?whose=check", "current": whose == "check"},
    ]
