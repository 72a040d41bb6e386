"""What is still missing from a meeting, in the order of its steps, and what of it keeps the meeting from ending."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter

from audits.form_boxes import FormBox, boxes_in, indicators_of, record_boxes
from audits.models import CASE_NUMBER, Action, Audit, Judgement, Mark, Note
from audits.plan.smart_plan import check_date, missing_in_plan
from audits.record.clashes import Clash, standing, unanswered
from qualitycounts.base.refusals import Refused, has_words
from standards.grades import Grade, word_of
from standards.models import Indicator


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that is missing: the step it is on, a sentence, and its place there, if any.

    Whatever `blocks` keeps the meeting from ending; a reason that is only asked for does not.
    """

    step: str
    sentence: str
    place: str = ""
    blocks: bool = True


def missing_for_ending(audit: Audit, *, on: date | None = None) -> list[Missing]:
    """What still keeps the meeting from ending, in the order of its steps; empty when it may end.

    With the day it would end `on`: dates in the plan that do not hold on it, too.
    """
    judgements = list(audit.judgements.select_related("standard", "aside_by").prefetch_related("actions"))
    marks = list(audit.marks.all())
    return missing_from(
        audit,
        judgements,
        {note.slug: note for note in audit.notes.all()},
        against=standing(audit, judgements, marks),
        marks=marks,
        on=on,
    )


def missing_from(
    audit: Audit,
    judgements: Sequence[Judgement],
    notes: Mapping[str, Note],
    *,
    against: Mapping[int, Sequence[Clash]],
    marks: Sequence[Mark],
    on: date | None = None,
) -> list[Missing]:
    """The same, of what has been read already: judgements with their actions, notes by slug, what stands against each
    grade, marks. The record and the indicators come before the case as a whole, as they do among the steps."""

    def of_grades(judgements: Iterable[Judgement]) -> list[Missing]:
        return [
            gap for judgement in judgements for gap in missing_of(judgement, notes, against.get(judgement.number, ()))
        ]

    indicators = indicators_of(audit)
    asked = {indicator.pk for indicator in indicators}
    marked = sum(mark.indicator_id in asked and bool(mark.value) for mark in marks)
    boxes = record_boxes(audit)
    actions = {
        action
        for judgement in judgements
        for action in judgement.actions.all()
        if action.state != Action.State.CANCELLED
    }
    case_grade = next((judgement.grade for judgement in judgements if judgement.number == CASE_NUMBER), "")
    return [
        *of_grades(judgement for judgement in judgements if judgement.number != CASE_NUMBER),
        *wordless("record", boxes, notes),
        *(Missing("record", f"“{box.title}” is not filled in.") for box in boxes if is_empty(box, notes)),
        *(
            [Missing("indicators", f"{len(asked) - marked} of {len(asked)} headline indicators are not marked.")]
            if marked < len(asked)
            else []
        ),
        *(
            []  # a high grade of the case asks about each of them itself
            if not case_grade or Grade(case_grade).good_or_better
            else [
                Missing("indicators", f"“{missed.title}” is not evidenced. Say what you saw.", missed.place, False)
                for missed in missed_indicators(indicators, marks)
                if not has_words(missed.seen)
            ]
        ),
        *of_grades(judgement for judgement in judgements if judgement.number == CASE_NUMBER),
        *(Missing("plan", sentence) for sentence in missing_in_plan(audit, judgements, actions)),
        *(dates_out_of_reach(actions, on=on) if on else []),
    ]


def missing_of(judgement: Judgement, notes: Mapping[str, Note], against: Iterable[Clash]) -> list[Missing]:
    """What is missing of one grade: the grade, an answer that the other waits for, a reason, a note."""
    step, boxes = judgement.slug, boxes_in(judgement.audit, judgement.number)
    missing_items = []
    if not judgement.settled:
        ask = "is with the QA Team" if judgement.state == Judgement.State.REFERRED else "has no agreed grade yet"
        missing_items.append(Missing(step, f"{judgement.title} {ask}."))
    if judgement.aside_by is not None:
        said = f"{judgement.aside_by} proposes to set {judgement.title} aside. "
        said += "The other of you confirms, or says that it applies."
        missing_items.append(Missing(step, said, "a-aside"))
    for clash in unanswered(judgement, against):
        said = f"{judgement.title}: say why {word_of(judgement.grade)} stands. {clash.sentence}"
        said += f" {clash.titles}." if clash.about else ""
        missing_items.append(Missing(step, said, "a-stands", blocks=False))
    if judgement.applies and not any(box.slug in notes and has_words(notes[box.slug].text) for box in boxes[:3]):
        missing_items.append(Missing(step, f"{judgement.title} has no note. Write at least one."))
    return missing_items + wordless(step, boxes, notes)


@dataclass(frozen=True, slots=True)
class MissedIndicator:
    """A headline indicator that was marked not evidenced: where it is on its step, and what was seen instead."""

    place: str
    title: str
    seen: str


def missed_indicators(indicators: Iterable[Indicator], marks: Iterable[Mark]) -> list[MissedIndicator]:
    """The headline indicators that were marked not evidenced, in their order."""
    seen = {mark.indicator_id: mark.seen for mark in marks if mark.value == Mark.Value.NOT_EVIDENCED}
    return [
        MissedIndicator(f"i{indicator.pk}", indicator.title, seen[indicator.pk])
        for indicator in indicators
        if indicator.pk in seen
    ]


def wordless(step: str, boxes: Iterable[FormBox], notes: Mapping[str, Note]) -> list[Missing]:
    """The boxes of a step in which something stands, and no word."""
    return [
        Missing(
            step, f"“{box.title}” says only “{note.text.strip()[:20]}”. Write it or clear it.", box.slug, blocks=False
        )
        for box in boxes
        if (note := notes.get(box.slug)) and note.text.strip() and not has_words(note.text)
    ]


def dates_out_of_reach(actions: Iterable[Action], *, on: date) -> list[Missing]:
    """The actions whose date would be refused if the meeting ended on that day: passed since, or too late by then."""
    missing_items = []
    for action in sorted(actions, key=attrgetter("number")):
        try:
            check_date(action.kind, action.due_on, met_on=on, what=action.what)
        except Refused as refusal:
            missing_items.append(Missing("plan", refusal.sentence, str(action.number)))
    return missing_items


def is_empty(box: FormBox, notes: Mapping[str, Note]) -> bool:
    """Whether a box that is needed still lacks its choice, or its words where it offers none."""
    note = notes.get(box.slug)
    return box.needed and (note is None or not (note.choice if box.choices else has_words(note.text)))
