"""What is still missing from a meeting, in the order of its steps, and what of it keeps the meeting from ending."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter

from audits.form_boxes import FormBox, boxes_of, indicators_of, record_boxes
from audits.models import Action, Audit, Judgement, Note
from audits.plan.smart_plan import check_date, missing_in_plan
from audits.record.clashes import Clash, standing, unanswered
from qualitycounts.base.refusals import Refused, has_words
from standards.grades import Grade


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
        marked=sum(bool(mark.indicator_id and mark.value) for mark in marks),
        asked=len(indicators_of(audit)),
        on=on,
    )


def missing_from(
    audit: Audit,
    judgements: Sequence[Judgement],
    notes: Mapping[str, Note],
    *,
    against: Mapping[int, Sequence[Clash]],
    marked: int,
    asked: int,
    on: date | None = None,
) -> list[Missing]:
    """The same, of what has been read already: judgements with their actions, notes by slug, what stands against each
    grade, indicators marked."""
    missing_items = []
    for judgement in judgements:
        if not judgement.settled:
            ask = "is with the QA Team" if judgement.state == Judgement.State.REFERRED else "has no agreed grade yet"
            missing_items.append(Missing(str(judgement.number), f"{judgement.title} {ask}."))
        if judgement.aside_by is not None:
            said = f"{judgement.aside_by} proposes to set {judgement.title} aside. "
            said += "The other of you confirms, or says that it applies."
            missing_items.append(Missing(str(judgement.number), said, "a-aside"))
        for clash in unanswered(judgement, against.get(judgement.number, ())):
            said = f"{judgement.title}: say why {Grade(judgement.grade).label} stands. {clash.sentence}"
            said += f" {clash.titles}." if clash.about else ""
            missing_items.append(Missing(str(judgement.number), said, "a-stands", blocks=False))
        if judgement.applies and not any(
            box.slug in notes and has_words(notes[box.slug].text) for box in boxes_of(judgement.number)[:3]
        ):
            missing_items.append(Missing(str(judgement.number), f"{judgement.title} has no note. Write at least one."))
        missing_items += wordless(str(judgement.number), boxes_of(judgement.number), notes)
    boxes = record_boxes(audit)
    missing_items += wordless("record", boxes, notes)
    missing_items += [Missing("record", f"“{box.title}” is not filled in.") for box in boxes if is_empty(box, notes)]
    if marked < asked:
        missing_items.append(Missing("indicators", f"{asked - marked} of {asked} headline indicators are not marked."))
    actions = {
        action
        for judgement in judgements
        for action in judgement.actions.all()
        if action.state != Action.State.CANCELLED
    }
    missing_items += [Missing("plan", sentence) for sentence in missing_in_plan(judgements, actions)]
    return missing_items + (dates_out_of_reach(actions, on=on) if on else [])


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
