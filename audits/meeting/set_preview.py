"""How the meeting and the pack look with a draft of the standards, before anybody is graded by it.

It is drawn with the meeting's own parts, from the draft as it is written: nothing of it is loaded, and nothing is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404

from audits.form_boxes import FormBox, boxes_of
from audits.meeting.criteria import CriteriaSection, CriterionRow
from audits.meeting.pairs import mark_choices
from audits.meeting.typed_fields import Field, field_of
from audits.models import CASE_NUMBER
from standards.models import GradeDescriptor, SetDraft, usual_headings
from standards.set_file import whole_headings


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
    def marks(self) -> list[tuple[str, str, str, str]]:
        """The marks that a point may have."""
        return mark_choices()


def preview_or_404(draft: SetDraft, step: str) -> SetPreview:
    """One step of the meeting with a draft: the number of a standard, "indicators" or "case"; else 404."""
    spec = draft.spec
    steps = [(str(row["number"]), f"{row['number']}. {row['short_title']}") for row in spec["standards"]]
    steps += [("indicators", "Headline indicators"), ("case", "The case as a whole")]
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
        tuple(field_of(called(spec, box), None, {}) for box in boxes_of(number)) if number else (),
        tuple(GradeDescriptor(grade=row["slug"], short=row["short"], text=row["descriptor"]) for row in spec["grades"])
        if number
        else (),
        tuple(steps),
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


def called(spec: dict[str, Any], box: FormBox) -> FormBox:
    """A box as the draft calls it."""
    ends = [usual["slug"] for usual in usual_headings()]
    heading = dict(zip(ends, whole_headings(spec["headings"]), strict=True)).get(box.slug.partition("-")[2])
    return FormBox(box.slug, heading["title"], heading["hint"], number=box.number) if heading else box
