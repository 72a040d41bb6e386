"""What an activity came to as a whole: the QA Team's conclusion, for the report of the day it is written."""

from __future__ import annotations

from datetime import datetime

from audits.models import Activity
from audits.plan.evidence_words import check_evidence_words
from audits.programme.page import came_of
from audits.programme.planning import Kind, State, lock_activity
from audits.programme.tool_sheets import finished_sheets
from people import access, trail
from people.models import User
from people.roles import Permission
from qualitycounts.base.refusals import NotNow, written

ASK = "Say what these audits or observations came to, without naming a child or a worker."


def check_conclude(activity: Activity, *, by: User) -> None:
    """Refused: not QA (403); core audits, of which the report itself speaks, dropped, or nothing final,
    found or answered yet (409)."""
    access.check(by, Permission.RUN_SELECTION)
    if activity.kind == Kind.CORE or activity.state == State.DROPPED:
        raise NotNow("A conclusion is written of a themed or other activity that is on the programme.")
    counts = came_of(activity)
    if not counts.final and not counts.findings and not finished_sheets(activity).exists():
        raise NotNow("None of its audits is final and nothing was found yet, so there is nothing to conclude from.")


def conclude_activity(activity: Activity, *, text: str, by: User, at: datetime) -> Activity:
    """Write an activity's conclusion, or write it anew: the report of the day's period has it as it then stands.

    Refused as `check_conclude`, and without words (422).
    """
    with trail.acting(by=by, at=at) as act:
        activity = lock_activity(activity)
        check_conclude(activity, by=by)
        words = written(text, "text", ASK)
        check_evidence_words(words, "text", ASK)
        activity.conclusion, activity.concluded_at, activity.concluded_by = words, at, by
        activity.save(update_fields=["conclusion", "concluded_at", "concluded_by"])
        content = {"conclusion": words}
        act.add("activity.concluded", activity, was=activity.state, now=activity.state, content=content)
    return activity
