"""What in an audit's record points to a person, listed once before it is signed. Nothing is blocked by it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from audits.record.signed_record import SignedRecord
from qualitycounts.base.identifiers import identifiers_in


@dataclass(frozen=True, slots=True)
class IdentifyingWords:
    """One place of the record with something that points to a person: where, the letters, and what they look like."""

    where: str
    text: str
    kind: str


def identifying_words(record: SignedRecord) -> list[IdentifyingWords]:
    """Every NHS number, date of birth, postcode, telephone number and e-mail in the record, in its order."""
    return [
        IdentifyingWords(where, identifier.text, identifier.kind)
        for where, text in texts_of(record)
        for identifier in identifiers_in(text)
    ]


def texts_of(record: SignedRecord) -> Iterator[tuple[str, str]]:
    """Everything that somebody wrote, with where it stands."""
    for chapter in record.chapters:
        place = chapter.title
        for text in (chapter.why, chapter.stands_why, chapter.advice):
            yield f"{place}, why", text
        for round_ in chapter.rounds:
            yield f"{place}, a proposal", f"{round_.auditor[1]}\n{round_.keyworker[1]}"
        for note in (*chapter.marks, *chapter.notes):
            yield f"{place}, {note.title}", note.text
    for note in (*record.indicators, *record.record):
        yield note.title, note.text
    for action in record.plan:
        words = (action.what, action.measure, action.outcome, action.resources, action.carried_out_by)
        yield f"Action {action.number}", "\n".join(words)
