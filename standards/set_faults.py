"""What is wrong with a standards file, every fault in a sentence, before a row of it is written.

A set has one to twenty standards, in sections and points as its council has them. The four grades and their order stay:
figures of years are made of them. Which of them starts which escalation path, a set says within limits. The categories
stay, by which cases are drawn. What the file says and nothing would read is named, too, so that nobody believes it was
taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Any

from standards import categories
from standards.grades import BETWEEN, LONGEST_WORD, EscalationPath, Grade, usual_path
from standards.models import (
    MOST_STANDARDS,
    Criterion,
    FactKind,
    GradeDescriptor,
    Indicator,
    SmartQuestion,
    Standard,
    StandardSet,
)
from standards.usual_boxes import usual_record

SET = (
    *("slug", "title", "published_on", "in_force_from", "source"),
    *("headings", "record", "grades", "smart", "standards", "indicators"),
)
HEADINGS = ("works_well", "worried", "needs_to_happen", "good_practice")
"""The boxes under each grade: what went well, what worries, what is to be done; and under each standard what is good to
share, which a file may leave out. A set may call them otherwise."""
LONGEST_HEADING = 80
HEADING = ("slug", "title", "hint")
RECORD = ("slug", "title", "hint", "keys")
GRADE = ("slug", "word", "short", "descriptor", "path")
NO_PATH = "none"
"""The path, in a file, of a grade that starts none."""
SMART = ("slug", "word", "question")
STANDARD = ("number", "key", "title", "short_title", "statement", "applies_to", "applies_note", "sections")
SECTION = ("heading", "criteria")
CRITERION = ("number", "title", "question", "where_to_look", "tags", "applies_to", "facts", "nested")
NESTED = ("letter", "title", "question")
INDICATOR = ("number", "title", "question", "where_to_look", "standards", "facts")


def set_faults(spec: dict[str, Any]) -> list[str]:
    """Every fault of a file that was read as JSON, in the order in which it stands there; empty where it is well."""
    parts = (_head, _headings, _record, _grades, _smart, _standards, _indicators)
    return [fault for part in parts for fault in part(spec)]


def _head(spec: dict[str, Any]) -> Iterator[str]:
    yield from _unread(spec, "The set", SET)
    yield from _text(spec, "The set", ("title",), StandardSet)
    if not re.fullmatch(r"[-\w]{1,50}", str(spec.get("slug", "")), re.ASCII):
        yield "The slug must be 1 to 50 letters, numbers and hyphens."
    for key in ("published_on", "in_force_from"):
        if day_in_file(spec.get(key)) is None:
            yield f"“{key}” must be a date like 2026-09-01."
    begins = day_in_file(spec.get("in_force_from"))
    if begins and (other := StandardSet.objects.filter(in_force_from=begins).first()):
        yield f"“{other}” comes into force on {other.in_force_from:%Y-%m-%d} already. Give this one another day."


def _headings(spec: dict[str, Any]) -> Iterator[str]:
    rows = _rows(spec, "headings")
    if [row.get("slug") for row in rows] not in (list(HEADINGS), list(HEADINGS[:3])):
        yield f"The headings must be these in this order, the last if you like: {', '.join(HEADINGS)}."
        return
    for place, row in enumerate(rows, 1):
        yield from _unread(row, f"Heading {place}", HEADING)
        yield from _text(row, f"Heading {place}", ("title", "hint"))
        if len(str(row.get("title"))) > LONGEST_HEADING:
            yield f"Heading {place} is longer than {LONGEST_HEADING} characters."


def _record(spec: dict[str, Any]) -> Iterator[str]:
    slugs, rows = [row["slug"] for row in usual_record()], _rows(spec, "record")
    there = [row.get("key") for row in _rows(spec, "standards")]
    yield from _twice("box about the record", [row.get("slug") for row in rows])
    for place, row in enumerate(rows, 1):
        name, keys = f"Box {place} about the record", row.get("keys")
        yield from _unread(row, name, RECORD)
        if row.get("slug") not in slugs:
            yield f"{name} must be one of {', '.join(slugs)}."
        yield from _text(row, name, ("title", "hint"))
        if len(str(row.get("title"))) > LONGEST_HEADING:
            yield f"{name}: its title is longer than {LONGEST_HEADING} characters."
        if not isinstance(keys, list) or any(not _is_key(key) for key in keys):
            yield f"{name}: “keys” must be a list of keys of standards."
        elif lost := [key for key in keys if key not in there]:
            yield f"{name} speaks of a standard that the set does not have: {', '.join(lost)}."


def _is_key(value: object) -> bool:
    """Whether it is a key of a standard, such as partnership."""
    return isinstance(value, str) and re.fullmatch(r"[-\w]{1,40}", value, re.ASCII) is not None


def _grades(spec: dict[str, Any]) -> Iterator[str]:
    rows = _rows(spec, "grades")
    if [row.get("slug") for row in rows] != list(Grade.values):
        yield f"The grades must be these four in this order: {', '.join(Grade.values)}."
        return
    for row, grade in zip(rows, Grade, strict=True):
        name, word = f"The grade {grade.value}", row.get("word", grade.label)
        yield from _unread(row, name, GRADE)
        if not isinstance(word, str) or not word.strip() or BETWEEN in word or len(word) > LONGEST_WORD:
            yield f"{name}: its word must have 1 to {LONGEST_WORD} characters, and no colon."
        elif any(word.casefold() == other.label.casefold() for other in Grade if other != grade):
            yield f"{name} cannot be called “{word}”: that is what another grade is usually called."
        yield from _text(row, name, ("short",), GradeDescriptor)
        yield from _text(row, name, ("descriptor",))
    words = [str(row.get("word", grade.label)) for row, grade in zip(rows, Grade, strict=True)]
    yield from _twice("grades called", words)
    yield from _paths([path_in_file(row) for row in rows], words)


def path_in_file(row: dict[str, Any]) -> str:
    """The escalation path of a grade in a file, as it usually is where the file does not say: one of `EscalationPath`,
    or `NO_PATH`."""
    return str(row.get("path", usual_path(str(row["slug"])) or NO_PATH))


def _paths(paths: list[str], words: list[str]) -> Iterator[str]:
    known = (NO_PATH, *EscalationPath.values)
    if any(path not in known for path in paths):
        yield f"The path of a grade must be one of {', '.join(known)}."
        return
    if paths[0] != NO_PATH:
        yield f"“{words[0]}” is the best grade, so it starts no escalation."
    if paths[-1] != EscalationPath.INADEQUATE:
        yield f"“{words[-1]}” is the lowest grade, so it always starts the path of Inadequate."
    for better, worse in pairwise(range(len(paths))):
        if known.index(paths[better]) > known.index(paths[worse]):
            yield f"“{words[better]}” cannot start a graver escalation than “{words[worse]}”, which is the lower grade."


def _smart(spec: dict[str, Any]) -> Iterator[str]:
    rows = _rows(spec, "smart")
    yield from _twice("SMART question", [row.get("slug") for row in rows])
    for place, row in enumerate(rows, 1):
        yield from _unread(row, f"SMART question {place}", SMART)
        yield from _text(row, f"SMART question {place}", ("slug", "word", "question"), SmartQuestion)


def _standards(spec: dict[str, Any]) -> Iterator[str]:
    rows = _rows(spec, "standards")
    yield from _twice("standards with the key", [row["key"] for row in rows if row.get("key")])
    for key in ("title", "short_title"):
        yield from _twice(f"standards with the {key.replace('_', ' ')}", [row.get(key) for row in rows])
    if not 1 <= len(rows) <= MOST_STANDARDS:
        yield f"A set has 1 to {MOST_STANDARDS} standards, and this one has {len(rows)}."
    if [row.get("number") for row in rows] != list(range(1, len(rows) + 1)):
        yield "The standards must be numbered 1, 2, 3 and so on, in their order."
    for place, row in enumerate(rows, 1):
        name = f"Standard {place}"
        yield from _unread(row, name, STANDARD)
        yield from _text(row, name, ("title", "short_title", "statement"), Standard)
        if row.get("key", "") != "" and not _is_key(row["key"]):
            yield f"{name}: its key must be up to 40 letters, numbers and hyphens."
        yield from _categories(row, name, needed=True)
        yield from _sections(row, name, place)


def _sections(row: dict[str, Any], name: str, place: int) -> Iterator[str]:
    sections = _rows(row, "sections")
    if not sections:
        yield f"{name} has no sections."
    criteria = [(section, criterion) for section in sections for criterion in _rows(section, "criteria")]
    yield from _twice(f"criterion of {name.lower()}", [criterion.get("number") for _, criterion in criteria])
    for section in sections:
        yield from _unread(section, f"{name}, a section", SECTION)
        if not isinstance(section.get("heading"), str):
            yield f"{name}: a section has no “heading”; it may be empty."
        if len(str(section.get("heading", ""))) > 120:
            yield f"{name}: a heading is longer than 120 characters."
        if not _rows(section, "criteria"):
            yield f"{name}: the section “{section.get('heading', '')}” has no criteria."
    for _, criterion in criteria:
        yield from _criterion(criterion, f"Criterion {place}.{criterion.get('number', '?')}")


def _criterion(row: dict[str, Any], name: str) -> Iterator[str]:
    if not _whole(row.get("number")):
        yield f"{name}: its number must be a whole number from 1."
    yield from _text(row, name, ("title", "question"), Criterion)
    yield from _where(row, name)
    yield from _categories(row, name, needed=False)
    yield from _facts(row, name)
    if not isinstance(row.get("tags"), list):
        yield f"{name}: “tags” must be a list."
    yield from _unread(row, name, CRITERION)
    nested = _rows(row, "nested")
    yield from _twice(f"point under {name.lower()}", [point.get("letter") for point in nested])
    for point in nested:
        yield from _unread(point, f"{name}.{point.get('letter', '?')}", NESTED)
        yield from _text(point, f"{name}.{point.get('letter', '?')}", ("letter", "title", "question"), Criterion)
        if len(f"{name}.{point.get('letter', '')}".removeprefix("Criterion ")) > 12:
            yield f"{name}: the letter “{point.get('letter')}” is too long."


def _indicators(spec: dict[str, Any]) -> Iterator[str]:
    rows, standards = _rows(spec, "indicators"), len(_rows(spec, "standards"))
    yield from _twice("headline indicator", [row.get("number") for row in rows])
    for place, row in enumerate(rows, 1):
        name = f"Headline indicator {place}"
        yield from _unread(row, name, INDICATOR)
        yield from _text(row, name, ("title", "question"), Indicator)
        yield from _where(row, name)
        yield from _facts(row, name)
        tied = row.get("standards", [])
        if not _whole(row.get("number")):
            yield f"{name}: its number must be a whole number from 1."
        if not isinstance(tied, list) or not all(_whole(number) and number <= standards for number in tied):
            yield f"{name} names a standard that the set does not have."


def _text(row: dict[str, Any], name: str, keys: tuple[str, ...], model: Any = None) -> Iterator[str]:
    """Texts that must be there, and fit the column of that name where the model has one with a length."""
    columns = {field.name: field.max_length for field in model._meta.fields} if model else {}
    for key in keys:
        value = row.get(key)
        if not isinstance(value, str) or not value.strip():
            yield f"{name} has no “{key}”."
        elif (most := columns.get(key)) and len(value) > most:
            yield f"{name}: “{key}” has {len(value)} characters, and {most} are the most."


def _unread(row: dict[str, Any], name: str, keys: tuple[str, ...]) -> Iterator[str]:
    """What stands there under a name that nothing reads."""
    for key in row:
        if key not in keys:
            yield f"{name} has “{key}”, which is not read. What is read is {', '.join(keys)}."


def _where(row: dict[str, Any], name: str) -> Iterator[str]:
    if not isinstance(row.get("where_to_look"), str):
        yield f"{name} has no “where_to_look”; it may be empty."


def _categories(row: dict[str, Any], name: str, *, needed: bool) -> Iterator[str]:
    codes, known = row.get("applies_to", []), categories.case_categories().by_code
    if not isinstance(codes, list) or any(code not in known for code in codes):
        yield f"{name} applies to a category that is not known. The codes are {', '.join(known)}."
    elif needed and not codes:
        yield f"{name} applies to no category. The codes are {', '.join(known)}."
    elif len(set(codes)) < len(codes):
        yield f"{name} names a category twice."


def _facts(row: dict[str, Any], name: str) -> Iterator[str]:
    kinds = row.get("facts", [])
    if not isinstance(kinds, list):
        yield f"{name}: “facts” must be a list."
        return
    for kind in kinds:
        if kind not in FactKind.values:
            yield f"{name} names the fact “{kind}”, which is not known. The facts are {', '.join(FactKind.values)}."
    if any(kinds.count(kind) > 1 for kind in kinds):
        yield f"{name} names a fact twice."


def _twice(what: str, keys: list[Any]) -> Iterator[str]:
    for key in sorted({str(key) for key in keys if keys.count(key) > 1}):
        yield f"There are two of {what} “{key}”."


def _rows(spec: dict[str, Any], key: str) -> list[dict[str, Any]]:
    rows = spec.get(key)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value < 1000


def day_in_file(value: object) -> date | None:
    """A day as a file has it, such as 2026-09-01; None for anything else."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
