"""Words of one chair that the other replaced: kept for their writer, who sees them by name, until they have answered.

They are no part of the record, whose trail has every version. What is left of them goes when the audit is final.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from audits.form_boxes import BOXES, called_by
from audits.locking import chair_of
from audits.meeting.criteria import INDICATORS
from audits.models import Audit, Mark, Note, ReplacedWords
from people.models import User
from qualitycounts.base.refusals import has_words
from standards import standard_sets


@dataclass(frozen=True, slots=True)
class Replaced:
    """Words of this chair that the other replaced: the field, its step, what it is called, the words, and when."""

    field: str
    step: str
    title: str
    text: str
    at: datetime


def field_of_row(row: Mark | Note) -> str:
    """What the meeting's page calls the field of a mark or a note."""
    if isinstance(row, Note):
        return row.slug
    return f"c{row.criterion_id}" if row.criterion_id else f"i{row.indicator_id}"


def keep_replaced(row: Mark | Note, text: str, *, by: User, at: datetime) -> bool:
    """Keep for their writer the words that stand in a field, where the other chair replaces them by `text`.

    Whether it does: words that are still in the new text are not replaced.
    """
    was = words_in(row)
    if row.saved_by_id in (None, by.pk) or not has_words(was) or contains(text, was):
        return False
    now = {"text": was, "stood_until": at}
    ReplacedWords.objects.update_or_create(
        audit_id=row.audit_id, field=field_of_row(row), written_by_id=row.saved_by_id, defaults=now
    )
    return True


def words_in(row: Mark | Note) -> str:
    """The words of a field."""
    return row.text if isinstance(row, Note) else row.seen


def contains(text: str, words: str) -> bool:
    """Whether the words stand in the text as whole words, however they are spaced."""
    return re.search(rf"(?<!\w){re.escape(' '.join(words.split()))}(?!\w)", " ".join(text.split())) is not None


def answer_replaced(audit: Audit, field: str, *, by: User) -> None:
    """Forget words that were replaced: their writer has seen it. Refused: not in a chair (403)."""
    chair_of(audit, by)
    audit.replaced_words.filter(field=field, written_by=by).delete()


def replaced_words(
    audit: Audit, titles: Mapping[str, str], rows: Mapping[str, Mark | Note], *, by: int
) -> list[Replaced]:
    """The words of the person of this key that were replaced and are not in their field again.

    `titles` are what the fields of the open step are called, `rows` what stands in every field.
    """
    kept = audit.replaced_words.filter(written_by=by).order_by("stood_until", "pk")
    return [
        Replaced(
            words.field,
            step_of_field(audit, words.field),
            title_of_field(audit, words.field, titles),
            words.text,
            words.stood_until,
        )
        for words in kept
        if words.field not in rows or not contains(words_in(rows[words.field]), words.text)
    ]


def title_of_field(audit: Audit, field: str, titles: Mapping[str, str]) -> str:
    """What a field is called: a box by its question, a point by its title where it is on the page."""
    box = BOXES.get(field)
    return titles.get(field) or (called_by(audit.standard_set, box).title if box else "What you saw")


def step_of_field(audit: Audit, field: str) -> str:
    """The step of the meeting that a field is on."""
    if field in BOXES:
        return BOXES[field].step
    if field[0] == "i":
        return INDICATORS
    criteria = standard_sets.criteria_of_set(audit.standard_set.pk, audit.standard_set.file_hash)
    return str(criteria[int(field[1:])][0])
