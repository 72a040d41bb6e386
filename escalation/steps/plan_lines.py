"""What a plan and its entry on the file look like on an escalation's timeline: a shape and words for each."""

from __future__ import annotations

from collections.abc import Iterable

from audits.follow_up import case_note
from audits.models import Action, Audit
from qualitycounts.base.clock import day_of
from qualitycounts.base.dates import short_day


def plan_lines(audit: Audit, actions: list[Action]) -> Iterable[tuple[str, str]]:
    """Each action that stands, the supervision, the entry on the child's file, and that in the chronology if it belongs
    there."""
    yield from (action_line(action) for action in actions if action.state != Action.State.CANCELLED)
    recorded = audit.supervisions.exists()
    yield ("agreed", "Supervision recorded") if recorded else ("blank", "Supervision not recorded yet")
    yield on_file_line(audit)
    if audit.chronology_needed:
        entered = audit.in_chronology_at is not None
        yield (
            ("agreed", "In the management chronology") if entered else ("blank", "Not in the management chronology yet")
        )


def not_done(actions: list[Action]) -> str:
    """How many of some actions are still to do, in words; "" for none."""
    left, all_of_them = sum(action.state == Action.State.OPEN for action in actions), len(actions)
    if not left:
        return ""
    if all_of_them == 1:
        return "its action is not done"
    return f"{left} of {all_of_them} actions {'is' if left == 1 else 'are'} not done"


def on_file_line(audit: Audit) -> tuple[str, str]:
    """Whether the entry is on the child's file as it reads now, in a line."""
    if audit.on_file_at is None:
        return "blank", "Not on the case file yet"
    if case_note.has_changed(audit):
        return "no", "Changed since it was put on the case file: put it there again"
    return "agreed", "On the case file"


def cut(text: str, most: int) -> str:
    """The beginning of a text that is longer than a line of the timeline holds."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def action_line(action: Action) -> tuple[str, str]:
    """One action in a line."""
    what = cut(action.what, 90)
    seen: bool = action.seen  # type: ignore[attr-defined]
    words = f": “{cut(action.evidence, 300)}”" if seen and action.evidence else ""
    later = action.done_at is not None and action.done_on != day_of(action.done_at)
    written = f", written down {short_day(action.done_at)}" if later else ""
    given = f"Done {short_day(action.done_on)} by {action.done_by}{written}{words}"
    if action.state == Action.State.VERIFIED:
        return "agreed", f"{what}. {given}. Checked {short_day(action.verified_at)}"
    if action.state == Action.State.DONE:
        return "agreed", f"{what}. {given}"
    back = f". Sent back: “{action.returned_why}”" if seen and action.returned_why else ""
    return "blank", f"{what}. Not done yet, due {short_day(action.due_on)}{back}"
