"""The sheet of one chair as a page: one standard open, all of them in line, seen by its owner alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from django.urls import reverse

from audits.form_boxes import FormBox
from audits.meeting.criteria import CriteriaSection, CriterionRow, sections_of, stamp
from audits.meeting.own_marks import check_own_sheet
from audits.meeting.seats import Seat, seats
from audits.meeting.typed_fields import Field
from audits.meeting.visible_grades import marks_open
from audits.models import Audit, Judgement, OwnMark, number_of
from audits.record.clashes import asked_criteria
from people.models import User
from qualitycounts.base.refusals import Refused
from standards import standard_sets
from standards.models import Standard

NOTE = "Private note"


class SheetStep(NamedTuple):
    """One standard in the line of them: how many of its criteria are marked, and whether both sheets are open."""

    number: int
    title: str
    marked: int
    asked: int
    is_open: bool
    url: str

    @property
    def css(self) -> str:
        """The shape of how far it is."""
        return "blank" if not self.marked else "agreed" if self.marked == self.asked else "proposed"


@dataclass(frozen=True)
class OwnSheetPage:
    """One standard of a chair's sheet, with the steps to the others."""

    audit: Audit
    you: Seat
    other: Seat
    number: int
    statement: str
    steps: tuple[SheetStep, ...]
    sections: tuple[CriteriaSection, ...]
    fields: tuple[Field, ...]

    @property
    def step(self) -> str:
        """What the form calls the standard."""
        return str(self.number)

    @property
    def now(self) -> SheetStep:
        """The standard that is open."""
        return next(step for step in self.steps if step.number == self.number)

    @property
    def after(self) -> SheetStep | None:
        """The standard after it."""
        return next((step for step in self.steps if step.number > self.number), None)

    @property
    def marked(self) -> int:
        """How many criteria are marked in all."""
        return sum(step.marked for step in self.steps)

    @property
    def asked(self) -> int:
        """How many criteria are asked in all."""
        return sum(step.asked for step in self.steps)

    @property
    def points(self) -> list[CriterionRow]:
        """The criteria of the standard that are asked of this child."""
        return [point for section in self.sections for point in section.points]

    @property
    def headed(self) -> list[tuple[str, list[tuple[CriterionRow, Field]]]]:
        """The criteria under their headings, each with its private note."""
        notes = {field.key: field for field in self.fields}
        return [(each.heading, [(point, notes[f"n{point.pk}"]) for point in each.points]) for each in self.sections]


def own_address(audit: Audit, number: int | str) -> str:
    """The address of one standard of the sheet."""
    return reverse("audit-own", args=[audit.ref], query={"step": str(number)})


def build_own_sheet(audit: Audit, by: User, step: str = "") -> OwnSheetPage:
    """The sheet of `by` at a standard; without one, the first that is not marked whole.

    Refused: not in a chair (403), no sheet at this time (409), a standard that the audit does not look at (422).
    """
    chair = check_own_sheet(audit, by=by)
    you, other = seats(audit, chair)
    own = {mark.criterion_id: mark for mark in audit.own_marks.filter(saved_by=by)}
    judgements = {judgement.number: judgement for judgement in audit.judgements.prefetch_related("proposals")}
    marks = list(audit.marks.all())
    asked = asked_criteria(audit, marks)
    nested = standard_sets.nested(audit.standard_set.pk, audit.standard_set.file_hash)
    standards = [
        standard
        for standard in audit.standard_set.standards.all()
        if audit.looks_at(standard.number) and standard_applies(standard, audit, judgements.get(standard.number))
    ]
    steps = tuple(
        SheetStep(
            standard.number,
            standard.short_title,
            sum(bool(pk in own and own[pk].value) for pk in asked.get(standard.number, set()) - nested),
            len(asked.get(standard.number, set()) - nested),
            standard.number in judgements and marks_open(judgements[standard.number], chair),
            own_address(audit, standard.number),
        )
        for standard in standards
    )
    first = next((each for each in steps if each.marked < each.asked and not each.is_open), steps[0])
    number = number_of(step) if step else first.number
    standard = next((standard for standard in standards if standard.number == number), None)
    if standard is None:
        raise Refused("There is no such standard on your sheet. Choose one from the list.")
    there = judgements.get(number) or Judgement(audit=audit, standard=standard, number=number)
    keys = asked.get(number, set())
    sections = tuple(
        replace(section, points=tuple(with_own(each, own.get(each.pk)) for each in section.points if each.pk in keys))
        for section in sections_of(audit, there, str(number), (), marks, {}, {})
    )
    points = [point for section in sections for point in section.points]
    return OwnSheetPage(
        audit=audit,
        you=you,
        other=other,
        number=number,
        statement=standard.statement,
        steps=steps,
        sections=sections,
        fields=tuple(note_field(point, own.get(point.pk)) for point in points),
    )


def standard_applies(standard: Standard, audit: Audit, judgement: Judgement | None) -> bool:
    """Whether a standard is asked of this child: as the meeting has it, and before that by the category."""
    return judgement.applies if judgement is not None else audit.asked_as in standard.applies_to


def with_own(point: CriterionRow, mark: OwnMark | None) -> CriterionRow:
    """A criterion with the own mark in the place of the meeting's."""
    value, seen, version = (mark.value, mark.seen, mark.version) if mark else ("", "", 0)
    return replace(point, value=value, seen=seen, was=stamp(version, value, seen), saved_by="")


def note_field(point: CriterionRow, mark: OwnMark | None) -> Field:
    """The private note on one criterion."""
    text, version = (mark.note, mark.note_version) if mark else ("", 0)
    return Field(FormBox(f"n{point.pk}", f"{NOTE} on {point.title}"), "", text, stamp(version, "", text), "")
