"""A re-audit beside the audit that it repeats: each grade and each point, what moved, and which action was meant to.

Shown once the re-audit is final, so that nobody's proposal leans on it (the lens of the meeting shows less).
"""

from __future__ import annotations

from dataclasses import dataclass

from audits.models import Action, Audit, Mark
from audits.record.previous_audit import mark_movement
from qualitycounts.base.refusals import NotNow
from standards.grades import Grade

WORDS = {"better": "Better", "worse": "Worse", "same": "As before", "": "Not comparable"}


@dataclass(frozen=True, slots=True)
class ComparedCriterion:
    """One criterion or headline indicator as it was and as it is."""

    title: str
    was: str
    now: str
    moved: str

    @property
    def words(self) -> str:
        """How it moved, in a word."""
        return WORDS[self.moved]


@dataclass(frozen=True, slots=True)
class ComparedStandard:
    """One standard, the headline indicators, or the case: its grades, its points that moved, and the actions for it."""

    title: str
    was: str
    now: str
    moved: str
    points: list[ComparedCriterion]
    same: int
    actions: list[Action]

    @property
    def words(self) -> str:
        """How the grade moved, in a word."""
        return WORDS[self.moved]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The two audits, part by part, with how many points moved each way."""

    before: Audit
    again: Audit
    parts: list[ComparedStandard]

    @property
    def better(self) -> int:
        """Points that are better."""
        return sum(point.moved == "better" for part in self.parts for point in part.points)

    @property
    def worse(self) -> int:
        """Points that are worse."""
        return sum(point.moved == "worse" for part in self.parts for point in part.points)


def grade_movement(was: str, now: str) -> str:
    """How a grade moved: "better", "worse" or "same"; "" where either has none."""
    if not (was and now):
        return ""
    before, after = Grade(was).rank, Grade(now).rank
    return "same" if before == after else "better" if after > before else "worse"


def compare(again: Audit) -> Comparison:
    """The re-audit beside the audit it repeats, in a handful of queries. Standards of another set are not compared.

    Refused (409): it repeats none, or it is not final yet.
    """
    before = again.re_audit_of
    if before is None:
        raise NotNow(f"{again.ref} repeats no other audit, so there is nothing to set beside it.")
    if not again.final:
        raise NotNow("The two stand side by side once the re-audit is signed, so that no grade leans on the other.")
    same_set = before.standard_set_id == again.standard_set_id
    now = marks_of(again)
    was = {key: mark for key, mark in marks_of(before).items() if same_set or mark.indicator_id}
    old = {judgement.number: judgement for judgement in before.judgements.prefetch_related("actions__owner")}
    parts = []
    for judgement in again.judgements.select_related("standard"):
        earlier = old.get(judgement.number) if same_set or judgement.is_case else None
        points, same = points_of(f"{judgement.number}.", was, now)
        parts.append(
            ComparedStandard(
                judgement.title,
                earlier.stands if earlier else "",
                judgement.stands,
                grade_movement(earlier.stands if earlier else "", judgement.stands),
                points,
                same,
                [action for action in earlier.actions.all() if action.state != Action.State.CANCELLED]
                if earlier
                else [],
            )
        )
    points, same = points_of("", was, now)
    parts.append(ComparedStandard("Headline indicators", "", "", "", points, same, []))
    return Comparison(before, again, parts)


def marks_of(audit: Audit) -> dict[str, Mark]:
    """The marks of an audit by what they are of: the code of a criterion, or the title of an indicator."""
    marks = audit.marks.exclude(value="").select_related("criterion", "indicator")
    marks = marks.order_by("criterion__section__position", "criterion__position", "indicator__number")
    return {mark.criterion.code if mark.criterion else f"i{mark.indicator}": mark for mark in marks}


def points_of(start: str, was: dict[str, Mark], now: dict[str, Mark]) -> tuple[list[ComparedCriterion], int]:
    """The points of one standard (by how their code begins; "" for the indicators) that moved, and how many did not."""
    points, same = [], 0
    for key, mark in now.items():
        if (not key.startswith(start)) if start else not key.startswith("i"):
            continue
        before = was.get(key)
        change = mark_movement(before.value if before else "", mark.value)
        if change == "same":
            same += 1
            continue
        title = f"{mark.criterion.code} {mark.criterion.title}" if mark.criterion else str(mark.indicator)
        shown = before.get_value_display() if before else "Not marked"
        points.append(ComparedCriterion(title, shown, mark.get_value_display(), change))
    return points, same
