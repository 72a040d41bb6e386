"""The meeting page as one of its two chairs may see it: one step open, all steps in line, read in a few queries.

What a chair may see of a grade comes from `audits.sight` and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256

from audits.lens import Earlier, earlier
from audits.meeting import Missing, is_empty, missing_from
from audits.mirror import Mirror, case_mirror, standard_mirror
from audits.models import CASE_NUMBER, Action, Audit, Chair, Judgement, Mark, Note
from audits.points import INDICATORS, Point, Section, sections_of, stamp
from audits.questions import progress
from audits.sheet import Box, boxes_of, indicators_of, record_boxes
from audits.sight import Seat, Sight, look, seats
from audits.watching import Invitation, invitations
from people.models import User
from qualitycounts.refusals import Refused
from standards import standard_sets
from standards.models import GradeDescriptor, Indicator

RECORD = "record"
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
    earlier: Earlier | None = None

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

    @cached_property
    def watchers(self) -> list[Invitation]:
        """The managers who watch, or are asked to."""
        return invitations(self.audit, self.you.pk)

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
    def unresolved(self) -> list[Sight]:
        """The grades that the two see differently as things stand, and have not put to the QA Team."""
        return [one for one in self.sights if one.state == Judgement.State.REVEALED and one.apart]

    @property
    def points(self) -> list[Point]:
        """The points of the step that are asked of this child, whatever section they are in."""
        return [point for section in self.sections for point in section.points]

    @property
    def others(self) -> list[Point]:
        """The points of the step that are meant for other children."""
        return [point for section in self.sections for point in section.others]

    @cached_property
    def keys(self) -> dict[str, str]:
        """A digest for each part that a page swaps, so that it swaps only what has changed."""
        counts = [(one.marked, one.asked) for one in self.sights]
        grade = replace(self.sight, marked=0, asked=0) if self.sight else None
        parts = {
            "steps": (self.steps, self.missing, counts, [(one.watch.pk, one.agreed) for one in self.watchers]),
            "grade": grade,
            "mirror": self.mirror,
            "points": [point.key for point in self.points],
        }
        return {name: sha256(repr(part).encode()).hexdigest()[:12] for name, part in parts.items()}


def lay(audit: Audit, by: User, step: str = "") -> Desk:
    """The desk of one chair at a step; without one, the first step that something is missing from.

    Refused (422) for a step there is not.
    """
    indicators = indicators_of(audit)
    check_step(audit, step, indicators)
    chair = audit.chair_of(by) or Chair.AUDITOR
    you, other = seats(audit, chair)
    judgements = list(audit.judgements.select_related("standard").prefetch_related("actions", "proposals"))
    notes = {note.slug: note for note in audit.notes.all()}
    marks = list(audit.marks.all())
    marked = sum(bool(mark.indicator_id and mark.value) for mark in marks)
    missing = tuple(missing_from(audit, judgements, notes, marked=marked, asked=len(indicators)))
    step = step or next(
        (one.step for one in missing if one.step in STEPS), str(judgements[0].number) if judgements else STEPS[0]
    )
    judgement = next((one for one in judgements if str(one.number) == step), None)
    names = {seat.pk: seat.name for seat in (you, other)}
    before = earlier(audit, step)
    sections = sections_of(audit, judgement, step, indicators, marks, names, before.marks if before else {})
    counts = progress(audit, marks)
    boxes = boxes_of(judgement.number) if judgement else record_boxes(audit) if step == RECORD else ()
    return Desk(
        audit=audit,
        you=you,
        other=other,
        step=step,
        sights=tuple(counted(look(one, chair, other), counts) for one in judgements),
        also=also(judgements, notes, record_boxes(audit), marked, len(indicators), missing),
        missing=missing,
        statement=judgement.standard.statement if judgement and judgement.standard else "",
        sections=sections,
        fields=tuple(field_of(box, notes.get(box.slug), names) for box in boxes),
        descriptors=standard_sets.descriptors(audit.standard_set.pk, audit.standard_set.file_hash) if judgement else (),
        mirror=mirror_of(audit, judgement, judgements, sections, indicators, marks),
        earlier=before,
    )


def check_step(audit: Audit, step: str, indicators: Sequence[Indicator]) -> None:
    """Refused (422) for a step that this audit does not have; no step is none too many."""
    there = step in STEPS and (not step.isdecimal() or audit.looks_at(int(step))) and (step != INDICATORS or indicators)
    if step and not there:
        raise Refused("There is no such step in a meeting. Choose one from the list of steps.")


def counted(sight: Sight, counts: Mapping[int, tuple[int, int]]) -> Sight:
    """A grade with how many of its points are marked, of those asked of this child."""
    marked, asked = counts.get(sight.number, (0, 0))
    return replace(sight, marked=marked, asked=asked)


def also(
    judgements: Sequence[Judgement],
    notes: Mapping[str, Note],
    boxes: Sequence[Box],
    marked: int,
    asked: int,
    missing: Sequence[Missing],
) -> tuple[Step, ...]:
    """What there is to fill in beside the grades: the record, the indicators (if any are asked) and the plan."""
    needed = [box for box in boxes if box.needed]
    filled = sum(not is_empty(box, notes) for box in needed)
    live = {action.pk for one in judgements for action in one.actions.all() if action.state != Action.State.CANCELLED}
    wanted = sum(one.step == "plan" for one in missing)
    actions = f"{len(live)} action{'' if len(live) == 1 else 's'}" if live else "No action yet"
    plan = f"{actions}, {wanted} still needed" if wanted else actions if live else "No action needed yet"
    record = f"{filled} of {len(needed)} filled in"
    signs = Step(INDICATORS, "Headline indicators", shape(marked, asked), f"{marked} of {asked} marked")
    return (
        Step(RECORD, "Child’s record and feedback", shape(filled, len(needed)), record),
        *([signs] if asked else []),
        Step("plan", "Action plan", shape(len(live), len(live) + wanted), plan),
    )


def shape(done: int, of: int) -> str:
    """The shape of a state that counts: blank, begun or whole."""
    return "blank" if not done else "agreed" if done >= of else "proposed"


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
