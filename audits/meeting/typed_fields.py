"""The boxes of a step with what is in them, and what was refused about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from audits.form_boxes import FormBox, boxes_in
from audits.meeting.criteria import stamp
from audits.models import Audit, Note


@dataclass(frozen=True, slots=True)
class Field:
    """One box of the form, with what is in it; `was`, `problem` and `theirs` as in a point."""

    box: FormBox
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

    @property
    def css(self) -> str:
        """The class of a box in which something is wrong."""
        return " govuk-textarea--error" if self.problem else ""

    @property
    def described_by(self) -> str:
        """The ids of what is read out with the box: its hint, and what is wrong with it."""
        if not self.box.hint:
            return ""
        return f"{self.key}-h {self.key}-e" if self.problem else f"{self.key}-h"


def fields_of(audit: Audit, number: int, notes: Mapping[str, Note]) -> tuple[Field, ...]:
    """The boxes of one grade with what is in them."""
    return tuple(field_of(box, notes.get(box.slug), {}) for box in boxes_in(audit, number))


def field_of(box: FormBox, note: Note | None, names: Mapping[int, str]) -> Field:
    """One box with what is in it."""
    if note is None:
        return Field(box, "", "", stamp(0, "", ""), "")
    was = stamp(note.version, note.choice, note.text)
    return Field(box, note.choice, note.text, was, names.get(note.saved_by_id, ""))
