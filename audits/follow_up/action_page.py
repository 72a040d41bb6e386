"""What the page of one action shows: its story, what may be done with it now, and the words of each act."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from audits.access import visible_audits
from audits.follow_up import acting_as, actions, attachments, closing, lasting, replan, worklist
from audits.models import Action, ActionFile, LastingCheck
from audits.plan import deadlines
from people import trail
from people.models import TrailEntry, User
from qualitycounts.base.components import SummaryRow, Value
from qualitycounts.base.dates import moment_in_words
from qualitycounts.base.refusals import allows
from qualitycounts.base.templatetags import qc
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
    "lasted": {
        "page": "action-lasted",
        "heading": "Did it last?",
        "button": "Write it down",
        "link": "Say whether it lasted",
        "hint": "",
    },
    "lasting_look": {
        "page": "action-lasting-look",
        "heading": "Look at the answer on the record",
        "button": "Write it down",
        "link": "Look at the answer on the record",
        "hint": "It is in the QA Team’s sample",
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
    "action.lasted": ("agreed", "Looked at again: did it last?"),
    "action.lasting_checked": ("agreed", "The answer was looked at on the record"),
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
class ActionChapter:
    """One line of an action's story."""

    state: str
    title: str
    by: str
    at: datetime
    why: str
    in_place_of: User | None

    @property
    def says(self) -> str:
        """Who did it, for whom they stood in, and why."""
        who = f"{self.by}, standing in for {self.in_place_of}" if self.in_place_of else self.by
        return ": ".join(words for words in (who, f"“{self.why}”" if self.why else "") if words)


def story(entries: Iterable[TrailEntry]) -> list[ActionChapter]:
    """What has happened to it, oldest first, from the trail."""
    return [
        ActionChapter(*STORY[entry.act], entry.by.name if entry.by else "", entry.at, entry.why, entry.in_place_of)
        for entry in entries
        if entry.act in STORY
    ]


def files_of(action: Action) -> list[ActionFile]:
    """Its files, each with the action that the page has already."""
    action_files = list(attachments.attachments_of(action))
    for action_file in action_files:
        action_file.action = action
    return action_files


def who_checks(action: Action) -> str:
    """Who checks it, in words."""
    if acting_as.asks_manager(action):
        manager = action.audit.responsible_manager
        return f"{manager.name}, the responsible manager" if manager else "A manager of the team"
    first = "The Head of Service signs it, then the " if acting_as.asks_head(action) else "The "
    return f"{first}QA Officer"


def context(action: Action, *, by: User, on: date) -> dict[str, Any]:
    """All that the page of one action shows to this person."""
    may = [
        *actions.allowed(action, actions.CHECKS, by=by, on=on),
        *actions.allowed(action, attachments.CHECKS, by=by, on=on),
        *actions.allowed(action, replan.CHECKS, by=by, on=on),
        *lasting.allowed_again(action, by=by, on=on),
    ]
    entries = list(trail.entries_about(action))
    checker = who_checks(action)
    return {
        "action": action,
        "summary": summary(action, checker=checker, why_due=deadlines.why_due_on(action, entries), on=on),
        "waits": "" if may else waits_for(action, checker),
        "story": story(entries),
        "files": [
            (action_file, allows(attachments.check_remove_attachment, action_file, by=by))
            for action_file in files_of(action)
        ],
        "acts": acts_of(may),
        "lasting": lasting_rows(action),
        "first_due": "" if action.due_on == action.first_due_on else f", first {qc.day(action.first_due_on)}",
        "sees_audit": visible_audits(by).filter(pk=action.audit_id).exists(),
        "follows_up": closing.can_follow_up(action.audit, by=by),
    }


def summary(action: Action, *, checker: str, why_due: str, on: date) -> list[SummaryRow]:
    """What was agreed: what, how it is known to be done, whose it is, by when and why, and who checks it."""
    moved = f"First {qc.day(action.first_due_on)}" if action.due_on != action.first_due_on else ""
    gone = "Owner gone: it wants another owner; its date stays" if worklist.owner_gone(action, on=on) else ""
    titles = ", ".join(judgement.title for judgement in action.judgements.select_related("standard"))
    due = Value(
        qc.day(action.due_on),
        [moved, f"Why that day: {why_due}" if why_due else ""],
        days_left=working_days_between(on, action.due_on) if action.state == Action.State.OPEN else None,
    )
    return [
        SummaryRow("What will be done", action.what),
        SummaryRow("How we will know", action.measure),
        SummaryRow("What will be better for the child", action.outcome),
        SummaryRow("What the owner needs", action.resources),
        SummaryRow("Owner", Value(action.owner or "Nobody at present", flag=gone)),
        *([SummaryRow("Carried out by", action.carried_out_by)] if action.carried_out_by else []),
        SummaryRow("Due", due),
        SummaryRow("Checked by", checker),
        SummaryRow("Agreed in", Value(action.get_agreed_in_display(), f"For {titles}" if titles else "")),
    ]


def lasting_rows(action: Action) -> list[SummaryRow]:
    """Whether it lasted: by when that is asked, what the manager said, and what the QA Team saw; none before it was
    checked."""
    check = LastingCheck.objects.select_related("answered_by", "checked_by").filter(action=action).first()
    if check is None:
        return []
    if check.answered_at is None:
        return [SummaryRow("Did it last?", f"The responsible manager is asked by {qc.day(check.due_on)}")]
    said = Value(
        check.get_lasted_display(), [check.words, f"{check.answered_by}, {moment_in_words(check.answered_at)}"]
    )
    rows = [SummaryRow("Did it last?", said)]
    if check.checked_at is not None:
        sees = "The record shows it" if check.agrees else "The record does not show it"
        seen = Value(sees, [check.seen, f"{check.checked_by}, {moment_in_words(check.checked_at)}"])
        rows.append(SummaryRow("Seen by the QA Team", seen))
    return rows


def waits_for(action: Action, checker: str) -> str:
    """What an action waits for, to somebody who can do nothing with it."""
    if action.state == Action.State.OPEN:
        return f"It waits for {action.owner or 'an owner'}."
    if action.state == Action.State.DONE:
        return f"It waits to be checked: {checker}."
    return "It is finished. Nothing more is needed."


def acts_of(may: list[str]) -> dict[str, list[dict[str, Any]]]:
    """What may be done with it: buttons for what needs nothing typed, and for the owner's; links for the rest."""
    acts = [
        {"at_once": act in AT_ONCE, "look": "full" if act == may[0] else "secondary full", **WORDS[act]} for act in may
    ]
    buttons = [act for act, slug in zip(acts, may, strict=True) if act["at_once"] or slug == may[0] == "do"]
    links = [act for act, slug in zip(acts, may, strict=True) if not act["at_once"] and slug != "do"]
    return {"buttons": buttons, "links": links}


def counts_strip(counted: Mapping[str, int], asked: Mapping[str, str]) -> list[dict[str, Any]]:
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
