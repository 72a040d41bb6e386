"""What the earlier audit found, beside each question of the re-audit that follows it, and what moved.

The earlier grade of a standard shows once both have proposed, so that nobody's proposal leans on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from audits.models import CASE_NUMBER, THAT_STANDS, Action, Audit, Judgement, Mark, number_of

RANKS = {Mark.Value.NOT_EVIDENCED: 0, Mark.Value.PARTLY: 1, Mark.Value.EVIDENCED: 2}


@dataclass(frozen=True, slots=True)
class PreviousAudit:
    """What the earlier audit said on one step: its marks by point, its grade, and the actions meant to move it."""

    ref: str
    marks: Mapping[str, str]
    grade: str = ""
    actions: tuple[tuple[str, str], ...] = ()


def previous_audit_on(audit: Audit, step: str, marks_then: Iterable[Mark]) -> PreviousAudit | None:
    """What the audit that this one follows found on a step, with the marks it had; None where it follows none.

    A standard of another set is another standard: of one graded by such a set only the grade of the case is shown.
    """
    before = audit.re_audit_of
    if before is None:
        return None
    same_set = before.standard_set_id == audit.standard_set_id
    marks = {
        f"c{mark.criterion_id}" if mark.criterion_id else f"i{mark.indicator_id}": mark.value
        for mark in marks_then
        if same_set and mark.value
    }
    number = number_of(step)
    if not number or not (same_set or number == CASE_NUMBER):
        return PreviousAudit(before.ref, marks)
    rows = list(
        Judgement.objects.annotate(standing=THAT_STANDS)
        .filter(audit=before, number=number)
        .order_by("actions__number")
        .values_list("standing", "actions__what", "actions__state")
    )
    states = dict(Action.State.choices)
    actions = [(what, str(states[state])) for _, what, state in rows if what and state != Action.State.CANCELLED]
    return PreviousAudit(before.ref, marks, rows[0][0] if rows else "", tuple(actions))


def mark_movement(was: str, now: str) -> str:
    """How a mark moved since: "better", "worse" or "same"; empty where either says nothing about it."""
    if was not in RANKS or now not in RANKS:
        return ""
    before, after = RANKS[Mark.Value(was)], RANKS[Mark.Value(now)]
    return "same" if before == after else "better" if after > before else "worse"
