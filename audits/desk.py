"""The meeting page as one of its two chairs may see it: one step open, all steps in line, read in a few queries.

What a chair may see of a grade comes from `audits.sight` and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from itertools import groupby

from audits.meeting import Missing, is_empty, missing_from
from audits.mirror import Mirror, case_mirror, standard_mirror
from audits.models import CASE_NUMBER, Action, Audit, Chair, Judgement, Mark, Note
from audits.sheet import RECORD_BOXES, Box, boxes_of
from audits.sight import Seat, Sight, look, seats
from people.models import User
from qualitycounts.refusals import Refused
from standards.models import Criterion, GradeDescriptor, Indicator

RECORD, INDICATORS = "record", "indicators"
SHADES = {"evidenced": "yes", "partly": "part", "not_evidenced": "no", "not_applicable": "na"}
STEPS = (*(str(number) for number in range(1, CASE_NUMBER + 1)), RECORD, INDICATORS)


@dataclass(frozen=True, slots=True)
class Step:
    """One line among the steps: what it is called and how it stands."""

    slug: str
    title: str
    css: str
    text: str


@dataclass(frozen=True, slots=True)
class Point:
    """One criterion or headline indicator with its mark. `was` stamps what the record says, for the save that follows.

    After a save that was refused `problem` and `theirs` are there, with what was typed in place of the record.
    """

    key: str
    number: str
    title: str
    question: str
    where: str
    value: str
    seen: str
    was: str
    saved_by: str
    nested: bool = False
    fits: bool = True
    problem: str = ""
    theirs: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A headed part of a standard: the points for this child, and those meant for other categories."""

    heading: str
    points: tuple[Point, ...]
    others: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """One box of the form, with what is in it; `was`, `problem` and `theirs` as in a point."""

    box: Box
    choice: str
    text: str
    was: str
    saved_by: str
    problem: str = ""
    theirs: str = ""

    @property
    def key(self) -> str:
        """What the form calls it."""
        return self.box.slug


@dataclass(frozen=True)
class Desk:
    """Everything that the page of one chair shows at one step."""

    audit: Audit
    you: Seat
    other: Seat
    step: str
    sights: tuple[Sight, ...]
    also: tuple[Step, ...]
    missing: tuple[Missing, ...]
    statement: str
    sections: tuple[Section, ...]
    fields: tuple[Field, ...]
    descriptors: tuple[GradeDescriptor, ...]
    mirror: Mirror | None

    @property
    def is_auditor(self) -> bool:
        """Whether this is the auditor's page."""
        return self.you.chair == Chair.AUDITOR

    @property
    def sight(self) -> Sight | None:
        """The grade of this step; none on the two steps without one."""
        return next((one for one in self.sights if str(one.number) == self.step), None)

    @property
    def marks(self) -> list[tuple[str, str, str]]:
        """The four marks a point may have: the value, its shade and its word."""
        return [(value, SHADES[value], label) for value, label in Mark.Value.choices]

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Every step in its order."""
        graded = tuple(Step(str(one.number), one.title, one.css, one.text) for one in self.sights)
        return graded + self.also

    @property
    def title(self) -> str:
        """What the open step is called."""
        return next(step.title for step in self.steps if step.slug == self.step)

    @property
    def before(self) -> Step | None:
        """The step before this one."""
        place = self.place
        return self.steps[place - 1] if place else None

    @property
    def after(self) -> Step | None:
        """The step after this one: the action plan after the last."""
        return self.steps[self.place + 1]

    @property
    def place(self) -> int:
        """Where the open step stands among all of them."""
        return [step.slug for step in self.steps].index(self.step)

    @property
    def missing_here(self) -> list[Missing]:
        """What is missing on this step."""
        return [one for one in self.missing if one.step == self.step]

    @property
    def points(self) -> list[Point]:
        """The points of the step, whatever section they are in."""
        return [point for section in self.sections for point in (*section.points, *section.others)]

    @property
    def keys(self) -> dict[str, str]:
        """A digest for each part that a page swaps, so that it swaps only what has changed."""
        parts = {"steps": (self.steps, self.missing), "grade": self.sight, "mirror": self.mirror}
        return {name: sha256(repr(part).encode()).hexdigest()[:12] for name, part in parts.items()}


def stamp(version: int, *words: str) -> str:
    """What a page remembers of a field: its version, and a digest that tells whether the words were touched."""
    return f"{version}.{sha256(chr(0).join(words).encode()).hexdigest()[:10]}"


def lay(audit: Audit, by: User, step: str = "") -> Desk:
    """The desk of one chair at a step; without one, the first step that something is missing from.

    Refused (422) for a step there is not.
    """
    if step and (step not in STEPS or (step.isdecimal() and not audit.looks_at(int(step)))):
        raise Refused("There is no such step in a meeting. Choose one from the list of steps.")
    chair = audit.chair_of(by) or Chair.AUDITOR
    you, other = seats(audit, chair)
    judgements = list(audit.judgements.select_related("standard").prefetch_related("actions", "proposals"))
    notes = {note.slug: note for note in audit.notes.all()}
    marks = list(audit.marks.all())
    indicators = list(audit.standard_set.indicators.all())
    marked = sum(bool(mark.indicator_id and mark.value) for mark in marks)
    missing = tuple(missing_from(judgements, notes, marked=marked, asked=len(indicators)))
    step = step or next(
        (one.step for one in missing if one.step in STEPS), str(judgements[0].number) if judgements else STEPS[0]
    )
    judgement = next((one for one in judgements if str(one.number) == step), None)
    names = {seat.pk: seat.name for seat in (you, other)}
    sections = sections_of(audit, judgement, step, indicators, marks, names)
    boxes = boxes_of(judgement.number) if judgement else RECORD_BOXES if step == RECORD else ()
    return Desk(
        audit=audit,
        you=you,
        other=other,
        step=step,
        sights=tuple(look(one, chair, other) for one in judgements),
        also=also(judgements, notes, marked, len(indicators), missing),
        missing=missing,
        statement=judgement.standard.statement if judgement and judgement.standard else "",
        sections=sections,
        fields=tuple(field_of(box, notes.get(box.slug), names) for box in boxes),
        descriptors=tuple(audit.standard_set.descriptors.all()) if judgement else (),
        mirror=mirror_of(audit, judgement, judgements, sections, indicators, marks),
    )


def also(
    judgements: Sequence[Judgement], notes: Mapping[str, Note], marked: int, asked: int, missing: Sequence[Missing]
) -> tuple[Step, ...]:
    """What there is to fill in beside the grades: the record, the indicators and the plan."""
    needed = [box for box in RECORD_BOXES if box.needed]
    filled = sum(not is_empty(box, notes) for box in needed)
    live = {action.pk for one in judgements for action in one.actions.all() if action.state != Action.State.CANCELLED}
    wanted = sum(one.step == "plan" for one in missing)
    actions = f"{len(live)} action{'' if len(live) == 1 else 's'}" if live else "No action yet"
    plan = f"{actions}, {wanted} still needed" if wanted else actions if live else "No action needed yet"
    return (
        Step(RECORD, "Child’s record and feedback", shape(filled, len(needed)), f"{filled} of {len(needed)} filled in"),
        Step(INDICATORS, "Headline indicators", shape(marked, asked), f"{marked} of {asked} marked"),
        Step("plan", "Action plan", shape(len(live), len(live) + wanted), plan),
    )


def shape(done: int, of: int) -> str:
    """The shape of a state that counts: blank, begun or whole."""
    return "blank" if not done else "agreed" if done >= of else "proposed"


def sections_of(
    audit: Audit,
    judgement: Judgement | None,
    step: str,
    indicators: Sequence[Indicator],
    marks: Sequence[Mark],
    names: Mapping[int, str],
) -> tuple[Section, ...]:
    """The points to mark on a step, under their headings: a standard's criteria, or the headline indicators."""
    if step == INDICATORS:
        there = {mark.indicator_id: mark for mark in marks}
        rows = (point_of(one, f"i{one.pk}", str(one.number), there.get(one.pk), names) for one in indicators)
        return (Section("", tuple(rows)),)
    if judgement is None or judgement.standard_id is None:
        return ()
    there = {mark.criterion_id: mark for mark in marks}
    criteria = Criterion.objects.filter(section__standard=judgement.standard_id).select_related("section")
    found = []
    for section, ones in groupby(criteria.order_by("section__position", "position"), key=lambda one: one.section):
        points = [criterion_of(one, audit, there.get(one.pk), names) for one in ones]
        meant = tuple(point for point in points if point.fits or point.value)
        found.append(Section(section.heading, meant, tuple(point for point in points if point not in meant)))
    return tuple(found)


def criterion_of(one: Criterion, audit: Audit, mark: Mark | None, names: Mapping[int, str]) -> Point:
    """One criterion with its mark, and whether it is meant for this child's category."""
    point = point_of(one, f"c{one.pk}", one.code.partition(".")[2].replace(".", ""), mark, names)
    return replace(point, nested=one.parent_id is not None, fits=not one.applies_to or audit.category in one.applies_to)


def point_of(one: Criterion | Indicator, key: str, number: str, mark: Mark | None, names: Mapping[int, str]) -> Point:
    """One criterion or indicator with its mark, if it has one."""
    value, seen, version = (mark.value, mark.seen, mark.version) if mark else ("", "", 0)
    return Point(
        key=key,
        number=number,
        title=one.title,
        question=one.question,
        where=one.where_to_look,
        value=value,
        seen=seen,
        was=stamp(version, value, seen),
        saved_by=names.get(mark.saved_by_id, "") if mark else "",
    )


def fields_of(number: int, notes: Mapping[str, Note]) -> tuple[Field, ...]:
    """The boxes of one grade with what is in them."""
    return tuple(field_of(box, notes.get(box.slug), {}) for box in boxes_of(number))


def field_of(box: Box, note: Note | None, names: Mapping[int, str]) -> Field:
    """One box with what is in it."""
    if note is None:
        return Field(box, "", "", stamp(0, "", ""), "")
    was = stamp(note.version, note.choice, note.text)
    return Field(box, note.choice, note.text, was, names.get(note.saved_by_id, ""))


def mirror_of(
    audit: Audit,
    judgement: Judgement | None,
    judgements: Sequence[Judgement],
    sections: Iterable[Section],
    indicators: Sequence[Indicator],
    marks: Sequence[Mark],
) -> Mirror | None:
    """The marks of the step beside each grade: a standard's own, or for the case its headline indicators."""
    if judgement is None:
        return None
    if judgement.number != CASE_NUMBER:
        there = [point for section in sections for point in section.points]
        return standard_mirror([(point.key, f"{point.number}. {point.title}", point.value) for point in there])
    values = {mark.indicator_id: mark.value for mark in marks if mark.indicator_id}
    return case_mirror(
        [("", one.title, values.get(one.pk, "")) for one in indicators],
        standards=[one for one in judgements if one.number != CASE_NUMBER],
        concern=audit.holds.filter(cause__startswith="safeguarding").exists(),
    )
