"""A draft as a tree: finding a part by its place, and adding, moving and retiring one. Nothing here is saved.

A place is how a part is reached, such as "standards.2.sections.1.criteria.3"; "set" is the set or tool itself, and a
place that ends in a word, such as "standards.2.sections", is a list. Numbers and letters follow the order again after
each change, and headline indicators go on naming the standards that they named.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from string import ascii_lowercase
from typing import Any

from django.http import Http404
from django.utils.text import slugify

from standards.drafting.kinds import HEAD, KINDS, TOOL_HEAD, Kind
from standards.set_file import with_keys_there
from standards.usual_boxes import usual_record

Spec = dict[str, Any]
SET = "set"
PLACE = re.compile(r"[a-z]+\.[1-9][0-9]?(?:\.[a-z]+\.[1-9][0-9]?)*")
LIST = re.compile(r"(?:[a-z]+\.[1-9][0-9]?\.)*[a-z]+")


@dataclass(frozen=True, slots=True)
class Part:
    """A part where it stands: its kind, what is written of it, and the list that it is in."""

    place: str
    kind: Kind
    row: Spec
    siblings: list[Spec]

    @property
    def position(self) -> int:
        """Where in its list it stands, from 0."""
        return int(self.place.rpartition(".")[2]) - 1

    @property
    def list_place(self) -> str:
        """The place of the list that it is in."""
        return self.place.rpartition(".")[0]

    @property
    def list_name(self) -> str:
        """The key of its list."""
        return self.list_place.rpartition(".")[2]


def head_kind(spec: Mapping[str, Any]) -> Kind:
    """What is written of a set, or of a tool."""
    return TOOL_HEAD if "questions" in spec else HEAD


def part_or_404(spec: Spec, place: str) -> Part:
    """The part at a place; 404 where there is none."""
    if place == SET:
        return Part(place, head_kind(spec), spec, [spec])
    if not PLACE.fullmatch(place):
        raise Http404
    list_place, _, number = place.rpartition(".")
    kind, rows = list_or_404(spec, list_place)
    if int(number) > len(rows):
        raise Http404
    return Part(place, kind, rows[int(number) - 1], rows)


def list_or_404(spec: Spec, place: str) -> tuple[Kind, list[Spec]]:
    """The list at a place with the kind of its parts; 404 where there is none."""
    if not LIST.fullmatch(place):
        raise Http404
    above, _, name = place.rpartition(".")
    holder = part_or_404(spec, above) if above else None
    if name not in KINDS or (holder.kind.under != name if holder else name not in spec):
        raise Http404
    return KINDS[name], (holder.row if holder else spec)[name]


def put_values(spec: Spec, place: str, values: Mapping[str, Any]) -> None:
    """Write what was typed of a part."""
    part_or_404(spec, place).row.update(values)


def insert_part(spec: Spec, list_place: str, values: Mapping[str, Any]) -> str:
    """Add a part at the end of a list; returns its place. 404 where the list always has as many."""
    kind, rows = list_or_404(spec, list_place)
    if kind.fixed:
        raise Http404
    row = {field.name: field.empty for field in kind.fields} | dict(values)
    if list_place == "record":
        row = box_left_out(spec, values["slug"]) | dict(values)
    if list_place == "standards":
        row = {"key": free_slug(row["short_title"], [other["key"] for other in rows])} | row
    if kind.under:
        row[kind.under] = []
    if list_place == "smart":
        row = {"slug": free_slug(row["word"], [other["slug"] for other in rows])} | row
    rows.append(row)
    number_again(spec)
    return f"{list_place}.{len(rows)}"


def remove_part(spec: Spec, place: str) -> None:
    """Take a part out of the draft, with all that stands under it."""
    part = movable(spec, place)
    del part.siblings[part.position]
    number_again(spec)


def shift_part(spec: Spec, place: str, *, down: bool) -> str:
    """Move a part by one; a criterion at the edge of its section goes into the next one. Returns its place.

    At the very edge nothing changes.
    """
    part = movable(spec, place)
    there = part.position + (1 if down else -1)
    if 0 <= there < len(part.siblings):
        part.siblings.insert(there, part.siblings.pop(part.position))
        moved = f"{part.list_place}.{there + 1}"
    else:
        moved = over_the_edge(spec, part, down=down)
    number_again(spec)
    return moved


def over_the_edge(spec: Spec, part: Part, *, down: bool) -> str:
    """Move a criterion into the section beside its own; returns its place."""
    if part.list_name != "criteria":
        return part.place
    section = part_or_404(spec, part.list_place.rpartition(".")[0])
    there = section.position + (1 if down else -1)
    if not 0 <= there < len(section.siblings):
        return part.place
    rows = section.siblings[there]["criteria"]
    rows.insert(0 if down else len(rows), part.siblings.pop(part.position))
    return f"{section.list_place}.{there + 1}.criteria.{1 if down else len(rows)}"


def boxes_left_out(spec: Spec) -> list[Spec]:
    """The boxes about the record that a draft does not have, as they usually are."""
    there = [row["slug"] for row in spec["record"]]
    return [row for row in usual_record() if row["slug"] not in there]


def box_left_out(spec: Spec, slug: str) -> Spec:
    """One of them by its slug; 404 where the draft has it, or no set has."""
    for row in boxes_left_out(spec):
        if row["slug"] == slug:
            return row
    raise Http404


def name_keys(spec: Spec) -> None:
    """Give every standard a key that has none: the boxes about the record know it by that, whatever its number."""
    for row in spec["standards"]:
        row["key"] = row["key"] or free_slug(row["short_title"], [other["key"] for other in spec["standards"]])


def movable(spec: Spec, place: str) -> Part:
    """The part at a place, if its list may change; else 404."""
    part = part_or_404(spec, place)
    if place == SET or part.kind.fixed:
        raise Http404
    return part


def number_again(spec: Spec) -> None:
    """Give standards, criteria, the points under them, indicators and a tool's questions their numbers by their
    order; what named a standard that is gone names it no more."""
    for number, question in enumerate(spec.get("questions", ()), 1):
        question["number"] = number
    if "standards" not in spec:
        return
    numbers = {}
    for number, standard in enumerate(spec["standards"], 1):
        if "number" in standard:
            numbers[standard["number"]] = number
        standard["number"] = number
        rows = [row for section in standard["sections"] for row in section["criteria"]]
        for place, row in enumerate(rows, 1):
            row["number"] = place
            for letter, nested in enumerate(row["nested"]):
                nested["letter"] = letter_of(letter)
    for number, indicator in enumerate(spec["indicators"], 1):
        indicator["number"] = number
        indicator["standards"] = sorted(numbers[old] for old in indicator["standards"] if old in numbers)
    spec["record"] = with_keys_there(spec["record"], spec["standards"])


def letter_of(place: int) -> str:
    """The letter of a point under another, from 0: a to z, then aa, ab and on."""
    first, second = divmod(place, len(ascii_lowercase))
    return (ascii_lowercase[first - 1] if first else "") + ascii_lowercase[second]


def free_slug(words: str, taken: list[str]) -> str:
    """A slug of these words that nothing else has."""
    slug = plain = slugify(words)[:40] or "part"
    number = 2
    while slug in taken:
        slug, number = f"{plain}-{number}", number + 1
    return slug


def code_of(spec: Spec, place: str) -> str:
    """The code that pages show of a part: 4, 4.2 or 4.2.a; "" for what has none."""
    part = part_or_404(spec, place)
    if part.list_name == "criteria":
        return f"{place.split('.')[1]}.{part.row['number']}"
    if part.list_name == "nested":
        return f"{code_of(spec, part.list_place.rpartition('.')[0])}.{part.row['letter']}"
    return str(part.row.get("number", ""))


def called(spec: Spec, place: str) -> str:
    """A part by its kind, its code and its name: "Criterion 4.2 Reviews that must be held"."""
    part = part_or_404(spec, place)
    if place == SET:
        return part.kind.word
    return " ".join(filter(None, (part.kind.word, code_of(spec, place), heading_of(part.row, part.list_name))))


def heading_of(row: Mapping[str, Any], name: str) -> str:
    """What a part is called in a list."""
    name_of_part = row.get("title") or row.get("heading") or row.get("word") or row.get("short") or ""
    return str(name_of_part) if name != "sections" or name_of_part else "without a heading"
