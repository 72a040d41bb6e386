"""A standards set as the file that loads it: written from its rows, whole and always in the same form."""

from __future__ import annotations

import json
from typing import Any

from standards.models import Criterion, Section, Standard, StandardSet
from standards.set_faults import HEADINGS, NO_PATH, path_in_file
from standards.usual_boxes import usual_headings, usual_record

ORDER = (
    *("number", "letter", "slug", "key", "word", "heading", "title", "short_title", "short", "descriptor", "path"),
    "hint",
    *("published_on", "in_force_from", "source", "statement", "question", "where_to_look", "tags", "applies_to"),
    *("applies_note", "facts", "keys", "nested", "criteria", "sections", "grades", "headings", "record"),
    *("indicators", "smart", "standards", "answer", "scale", "asked", "questions"),
)
"""The order of keys in a file, at every level: a database need not keep them as they were written."""


def as_bytes(spec: dict[str, Any]) -> bytes:
    """The bytes of a set's file: JSON with a line a value. The same set always gives the same bytes: what escalates as
    it usually does is not said."""
    shortest = spec | ({"grades": list(map(without_usual_path, spec["grades"]))} if "grades" in spec else {})
    return (json.dumps(in_order(shortest), ensure_ascii=False, indent=1) + "\n").encode()


def without_usual_path(row: dict[str, Any]) -> dict[str, Any]:
    """A grade in a file, without its escalation path where that is the usual one of its level."""
    usual = path_in_file({"slug": row["slug"]})
    return {key: value for key, value in row.items() if (key, value) != ("path", usual)}


STANDARD = {"key": "", "applies_note": ""}
CRITERION: dict[str, Any] = {"applies_to": [], "facts": [], "nested": []}
INDICATOR: dict[str, Any] = {"standards": [], "facts": []}
"""What a file may leave out of each, and what that means."""


def whole(spec: dict[str, Any]) -> dict[str, Any]:
    """The same with all that a file may leave out."""
    return {
        "source": "",
        "record": with_keys_there(usual_record(), spec["standards"]),
        **spec,
        "headings": whole_headings(spec["headings"]),
        "grades": [{**row, "path": path_in_file(row)} for row in spec["grades"]],
        "indicators": [{**INDICATOR, **row} for row in spec["indicators"]],
        "standards": [
            {
                **STANDARD,
                **row,
                "sections": [
                    {**section, "criteria": [{**CRITERION, **criterion} for criterion in section["criteria"]]}
                    for section in row["sections"]
                ],
            }
            for row in spec["standards"]
        ],
    }


def with_keys_there(record: list[dict[str, Any]], standards: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The boxes about the record, each with those of its keys that a standard has."""
    there = {row.get("key", "") for row in standards} - {""}
    return [row | {"keys": [key for key in row["keys"] if key in there]} for row in record]


def whole_headings(headings: list[dict[str, str]]) -> list[dict[str, str]]:
    """The headings of a set with the one for good practice, as it is usually called where the set does not say."""
    usual = usual_headings()[len(headings) :]
    return [*headings, *(row | {"slug": slug} for row, slug in zip(usual, HEADINGS[len(headings) :], strict=True))]


def same_set(standard_set: StandardSet, spec: dict[str, Any]) -> bool:
    """Whether a file says the same as a set that is loaded, however it is laid out."""
    try:
        return whole(spec) == as_file(standard_set)
    except (AttributeError, KeyError, TypeError, ValueError):
        return False


def in_order(value: Any) -> Any:
    """The same with the keys of everything in it as a file has them."""
    if isinstance(value, list):
        return [in_order(row) for row in value]
    if isinstance(value, dict):
        return {key: in_order(value[key]) for key in sorted(value, key=ORDER.index)}
    return value


def as_file(standard_set: StandardSet) -> dict[str, Any]:
    """A set as its file has it, with every key that may be left out."""
    standards = [
        standard_in_file(standard) for standard in standard_set.standards.prefetch_related("sections__criteria__nested")
    ]
    return {
        "slug": standard_set.slug,
        "title": standard_set.title,
        "published_on": standard_set.published_on.isoformat(),
        "in_force_from": standard_set.in_force_from.isoformat(),
        "source": standard_set.source,
        "grades": [
            {
                "slug": row.grade,
                "word": row.get_grade_display(),
                "short": row.short,
                "descriptor": row.text,
                "path": row.path or NO_PATH,
            }
            for row in standard_set.descriptors.all()
        ],
        "headings": [
            {"slug": slug, "title": heading["title"], "hint": heading["hint"]}
            for slug, heading in zip(HEADINGS, whole_headings(standard_set.headings), strict=True)
        ],
        "record": with_keys_there(standard_set.record, standards),
        "indicators": [
            {
                "number": row.number,
                "standards": row.standards,
                "title": row.title,
                "question": row.question,
                "where_to_look": row.where_to_look,
                "facts": row.facts,
            }
            for row in standard_set.indicators.all()
        ],
        "smart": [{"slug": row.slug, "word": row.word, "question": row.question} for row in standard_set.smart.all()],
        "standards": standards,
    }


def standard_in_file(standard: Standard) -> dict[str, Any]:
    """One standard with its sections."""
    return {
        "number": standard.number,
        "key": standard.key,
        "title": standard.title,
        "short_title": standard.short_title,
        "statement": standard.statement,
        "applies_to": standard.applies_to,
        "applies_note": standard.applies_note,
        "sections": [section_in_file(section) for section in standard.sections.all()],
    }


def section_in_file(section: Section) -> dict[str, Any]:
    """One section with its points; those under a point stand with it."""
    rows = [criterion for criterion in section.criteria.all() if criterion.parent_id is None]
    return {"heading": section.heading, "criteria": [criterion_in_file(row) for row in rows]}


def criterion_in_file(criterion: Criterion) -> dict[str, Any]:
    """One point, with those under it."""
    return {
        "number": int(criterion.code.rpartition(".")[2]),
        "title": criterion.title,
        "question": criterion.question,
        "where_to_look": criterion.where_to_look,
        "tags": criterion.tags,
        "applies_to": criterion.applies_to,
        "facts": criterion.facts,
        "nested": [
            {"letter": nested.code.rpartition(".")[2], "title": nested.title, "question": nested.question}
            for nested in criterion.nested.all()
        ],
    }
