"""How the meeting and the pack look with a draft of the standards, before anybody is graded by it.

It is drawn with the meeting's own parts, from the draft as it is written: nothing of it is loaded, and nothing is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import Http404

from audits.form_boxes import RECORD, FormBox, boxes_of, record_box
from audits.meeting.criteria import CriteriaSection, CriterionRow
from audits.meeting.steps import notes_on
from audits.meeting.typed_fields import Field, field_of
from audits.models import CASE_NUMBER
from standards import set_file
from standards.grades import grade_called
from standards.models import GradeDescriptor, SetDraft
from standards.set_faults import NO_PATH
from standards.usual_boxes import usual_headings


@dataclass(frozen=True, slots=True)
class SetPreview:
    """One step of a meeting: a standard, the headline indicators or the case; and every step's name."""

    draft: SetDraft
    step: str
    title: str
    statement: str
    sections: tuple[CriteriaSection, ...]
    fields: tuple[Field, ...]
    descriptors: tuple[GradeDescriptor, ...]
    steps: tuple[tuple[str, str], ...]
    sight: None = None

    @property
    def notes_heading(self) -> str:
        """What the boxes of the step are headed."""
        return notes_on(self.step)


def preview_or_404(draft: SetDraft, step: str) -> SetPreview:
    """One step of the meeting with a draft: the number of a standard, "indicators" or "case"; else 404."""
    spec = set_file.whole(draft.spec)
    steps = [(str(row["number"]), str(row["short_title"])) for row in spec["standards"]]
    steps += [
        (RECORD, "Child’s record and feedback"),
        ("indicators", "Headline indicators"),
        ("case", "The case as a whole"),
    ]
    if step not in dict(steps):
        raise Http404
    standard = next((row for row in spec["standards"] if str(row["number"]) == step), None)
    number = standard["number"] if standard else CASE_NUMBER if step == "case" else 0
    sections = tuple(sections_of_standard(standard)) if standard else ()
    if step == "indicators":
        rows = tuple(row_of(f"i{row['number']}", str(row["number"]), row) for row in spec["indicators"])
        sections = (CriteriaSection("", rows),)
    return SetPreview(
        draft,
        step,
        f"{standard['number']}. {standard['title']}" if standard else dict(steps)[step],
        standard["statement"] if standard else "",
        sections,
        tuple(field_of(box, None, {}) for box in boxes_at(spec, step, number)),
        tuple(map(descriptor, spec["grades"])) if number else (),
        tuple(steps),
    )


def descriptor(row: dict[str, Any]) -> GradeDescriptor:
    """What the draft says of a grade."""
    return GradeDescriptor(
        grade=grade_called(row["slug"], row["word"]),
        short=row["short"],
        text=row["descriptor"],
        path=row["path"].removeprefix(NO_PATH),
    )


def sections_of_standard(standard: dict[str, Any]) -> list[CriteriaSection]:
    """The sections of a standard with their points, each with those under it after it."""
    sections = []
    for section in standard["sections"]:
        rows = []
        for row in section["criteria"]:
            code = f"{standard['number']}.{row['number']}"
            rows.append(row_of(f"c{code.replace('.', '-')}", code, row))
            rows += [
                row_of(f"c{code.replace('.', '-')}-{under['letter']}", f"{code}.{under['letter']}", under, nested=True)
                for under in row["nested"]
            ]
        sections.append(CriteriaSection(section["heading"], tuple(rows)))
    return sections


def row_of(key: str, number: str, row: dict[str, Any], *, nested: bool = False) -> CriterionRow:
    """One point, not marked."""
    where = row.get("where_to_look", "")
    return CriterionRow(key, number, row["title"], row["question"], where, "", "", "", "", nested=nested)


def boxes_at(spec: dict[str, Any], step: str, number: int) -> Iterator[FormBox]:
    """The boxes of a step: those of a grade, or those about the record."""
    if number:
        yield from (called(spec, box) for box in boxes_of(number))
    elif step == RECORD:
        yield from map(record_box, spec["record"])


def called(spec: dict[str, Any], box: FormBox) -> FormBox:
    """A box as the draft calls it."""
    ends = [usual["slug"] for usual in usual_headings()]
    heading = dict(zip(ends, set_file.whole_headings(spec["headings"]), strict=True)).get(box.slug.partition("-")[2])
    return FormBox(box.slug, heading["title"], heading["hint"], number=box.number) if heading else box
