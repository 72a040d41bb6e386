"""Standards of councils that are not there: as many as are asked for, in their own words, with points under points."""

from __future__ import annotations

import copy
import json
from typing import Any

from standards import standard_sets
from standards.models import StandardSet
from standards.set_faults import HEADINGS as SLUGS
from standards.usual_boxes import usual_record
from tests.standards.test_set_faults import V7

HEADINGS = ("What helps?", "What hurts?", "What next?", "Tell others")
GRADES = ("Shines", "Holds", "Slips", "Fails")
"""What these councils call their grades, best first."""


def invented(count: int) -> dict[str, Any]:
    """A set of so many standards, in force from October 2026; each with a section and a point under a point."""
    spec = copy.deepcopy(V7)
    spec |= {"slug": f"set-{count}", "title": f"{count} standards", "in_force_from": "2026-10-01"}
    spec["headings"] = [
        {"slug": slug, "title": title, "hint": "In a line"} for slug, title in zip(SLUGS, HEADINGS, strict=True)
    ]
    for grade, word in zip(spec["grades"], GRADES, strict=True):
        grade["word"] = word
    spec["record"] = record(count)
    spec["standards"] = [standard(number) for number in range(1, count + 1)]
    for place, indicator in enumerate(spec["indicators"]):
        indicator["standards"] = [place % count + 1]
    return spec


def record(count: int) -> list[dict[str, Any]]:
    """The boxes about the record: the last first, one by another name and of their last standard, one left out."""
    rows = [row for row in usual_record() if row["slug"] != "family-safeguarding"][::-1]
    return [
        row | {"title": "What the child says", "keys": [f"promise-{count}"]}
        if row["slug"] == "record-wishes"
        else row | {"keys": []}
        for row in rows
    ]


def standard(number: int) -> dict[str, Any]:
    """One standard; every fourth is not for early help."""
    return {
        "number": number,
        "key": f"promise-{number}",
        "title": f"Promise {number} that we make",
        "short_title": f"Promise {number}",
        "statement": f"What we promise, in {number} words.",
        "applies_to": ["CIN", "CP", "CLA", "CL", *([] if number % 4 == 0 else ["EH"])],
        "sections": [
            {
                "heading": heading,
                "criteria": [
                    {
                        "number": place,
                        "title": f"Point {place}",
                        "question": f"Is point {number}.{place} kept?",
                        "where_to_look": "",
                        "tags": [],
                        "nested": [{"letter": "a", "title": "Within", "question": "Within it, too?"}],
                    }
                ],
            }
            for place, heading in enumerate(("First", "Then"), 1)
        ],
    }


def load_invented(count: int) -> StandardSet:
    """Load such a set."""
    return standard_sets.load(json.dumps(invented(count)).encode())[0]
