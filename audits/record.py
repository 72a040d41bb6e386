"""What was agreed, to be read through: built from the very snapshot whose hash is signed, with names for its codes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from audits import content
from audits.models import CASE_NUMBER, Action, Audit, Chair, Judgement, Mark
from audits.sheet import RECORD_BOXES, Box, boxes_of
from people import trail
from standards.models import Criterion

HOW = dict(Judgement.State.choices)
MARKS = dict(Mark.Value.choices)
KINDS = dict(Action.Kind.choices)


@dataclass(frozen=True, slots=True)
class Said:
    """A note or a mark: what was asked, what was chosen, and the words."""

    title: str
    choice: str
    text: str


@dataclass(frozen=True, slots=True)
class Round:
    """Both chairs' proposals of one round."""

    auditor: tuple[str, str]
    keyworker: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Chapter:
    """One of the eight grades with everything said under it."""

    number: int
    title: str
    grade: str
    how: str
    applies: bool
    why: str
    advice: str
    rounds: tuple[Round, ...]
    regraded: str
    marks: tuple[Said, ...]
    notes: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Planned:
    """One action as it was agreed."""

    number: int
    owner: str
    kind: str
    due_on: date
    what: str
    measure: str
    outcome: str
    resources: str
    answers: tuple[int, ...]
    points: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """The whole of what is signed."""

    chapters: tuple[Chapter, ...]
    indicators: tuple[Said, ...]
    record: tuple[Said, ...]
    plan: tuple[Planned, ...]
    digest: str

    @property
    def overall(self) -> Chapter:
        """The grade of the case."""
        return self.chapters[-1]


def record(audit: Audit) -> Record:
    """The record as it stands in the database, for reading and for signing."""
    taken = content.snapshot(audit)
    titles = {one.number: (one.title, one.regraded) for one in audit.judgements.select_related("standard")}
    marks = {code: (value, seen_with(seen, *why)) for code, value, seen, *why in taken["marks"]}
    notes = {slug: (choice, text) for slug, choice, text in taken["notes"]}
    criteria = Criterion.objects.filter(section__standard__standard_set=audit.standard_set_id).order_by(
        "section__standard__number", "section__position", "position"
    )
    asked: dict[int, list[tuple[str, str]]] = {}
    for code, title in criteria.values_list("code", "title"):
        asked.setdefault(int(code.partition(".")[0]), []).append((code, title))
    return Record(
        chapters=tuple(chapter(one, titles, asked.get(one["number"], []), marks, notes) for one in taken["grades"]),
        indicators=tuple(
            Said(one.title, *mark_words(marks[f"indicator {one.number}"]))
            for one in audit.standard_set.indicators.all()
            if f"indicator {one.number}" in marks
        ),
        record=said(RECORD_BOXES, notes),
        plan=tuple(planned(audit, one) for one in taken["plan"]),
        digest=trail.digest(trail.canonical(taken)),
    )


def chapter(
    one: dict[str, Any],
    titles: dict[int, tuple[str, str]],
    asked: list[tuple[str, str]],
    marks: dict[str, tuple[str, str]],
    notes: dict[str, tuple[str, str]],
) -> Chapter:
    """One grade of the snapshot with its marks and notes, and what a panel changed it to since."""
    number = one["number"]
    return Chapter(
        number=number,
        title=titles[number][0],
        grade=one["grade"],
        how=HOW.get(one["how"], ""),
        applies=one["applies"],
        why=one["clash_why"] if one["applies"] else one["applies_why"],
        advice=one["advice"],
        rounds=rounds(one["proposals"]),
        regraded=titles[number][1],
        marks=tuple(
            Said(f"{code.partition('.')[2].replace('.', '')}. {title}", *mark_words(marks[code]))
            for code, title in asked
            if code in marks
        ),
        notes=said(boxes_of(number), notes),
    )


def rounds(proposals: list[tuple[int, str, str, str]]) -> tuple[Round, ...]:
    """The rounds in which both proposed; a single proposal was never revealed, and is not shown."""
    found: dict[int, dict[str, tuple[str, str]]] = {}
    for number, chair, grade, words in proposals:
        found.setdefault(number, {})[chair] = (grade, words)
    return tuple(
        Round(both[Chair.AUDITOR], both[Chair.KEYWORKER]) for both in found.values() if len(both) == len(Chair)
    )


def seen_with(seen: str, why: str = "") -> str:
    """What was seen, with why a question of other children was asked."""
    return " ".join(filter(None, (seen, f"(Asked of this child, too: {why})" if why else "")))


def mark_words(mark: tuple[str, str]) -> tuple[str, str]:
    """A mark in words, and what was seen."""
    return MARKS.get(mark[0], "Not marked"), mark[1]


def said(boxes: tuple[Box, ...], notes: dict[str, tuple[str, str]]) -> tuple[Said, ...]:
    """The boxes that say something."""
    found = ((box, *notes.get(box.slug, ("", ""))) for box in boxes)
    return tuple(
        Said(box.title, dict(box.choices).get(choice, ""), text) for box, choice, text in found if choice or text
    )


def planned(audit: Audit, one: dict[str, Any]) -> Planned:
    """One action of the snapshot; its owner is named as the audit stands."""
    owner = audit.responsible_manager if one["part"] == Action.Part.MANAGER else audit.keyworker
    return Planned(
        number=one["number"],
        owner=owner.name if owner else "the responsible manager",
        kind=KINDS[one["kind"]],
        due_on=one["due_on"],
        what=one["what"],
        measure=one["measure"],
        outcome=one["outcome"],
        resources=one["resources"],
        answers=tuple(number for number in one["for"] if number != CASE_NUMBER),
        points=tuple(one.get("points", ())),
    )
