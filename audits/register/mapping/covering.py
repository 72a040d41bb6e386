"""What a file says of children before it is compared with the register: how many there are, each once, and which part
of the list it covers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from audits.models import Case, Import
from audits.register.case_rows import CaseRows
from audits.register.mapping.layouts import FileLayout
from audits.register.raw_files import RawFile
from audits.register.reading import clean_by
from qualitycounts.base.refusals import allows
from standards import categories


@dataclass(frozen=True, slots=True)
class CategoryCount:
    """The open children of a category, and how many more stand in a higher one too."""

    label: str
    number: int
    more: str = ""


@dataclass(frozen=True, slots=True)
class Children:
    """The open children of a file, each once, by category; and a sentence of what the file covers."""

    counts: list[CategoryCount]
    total: int
    covers: str


def children_of(file: RawFile, layout: FileLayout, looked_at: Import) -> Children | None:
    """Count the children of a file as a layout reads it. None for a staff list, and where it cannot be read so yet."""
    if looked_at.kind != Import.Kind.CASES:
        return None
    if not allows(clean_by, layout, file, as_at=looked_at.as_at):
        return None
    clean = clean_by(layout, file, as_at=looked_at.as_at)
    if not isinstance(clean.cleaned, CaseRows):
        return None
    rows = clean.cleaned
    numbers = Counter(row.category for row in rows.used.values() if row.closed_on is None)
    counts = [
        CategoryCount(f"{categories.name_of(code)} ({code})", numbers[code], higher_too(rows, code, numbers[code]))
        for code in categories.case_categories().highest_first
        if numbers[code]
    ]
    return Children(counts, numbers.total(), covers_in_words(clean.covers))


def higher_too(rows: CaseRows, code: str, number: int) -> str:
    """How many of those who have a row of a category have one of a higher category as well."""
    twice = Counter(rows.used[number].category for number, category in rows.lower if category == code)
    twice.pop(code, None)
    named = " and ".join(f"{count:,} {categories.name_of(kept).lower()}" for kept, count in twice.most_common())
    return f"Of {number + twice.total():,} here: {named} too, counted there" if twice else ""


def covers_in_words(covers: tuple[str, ...]) -> str:
    """What the file covers, and what becomes of the rest."""
    if not covers:
        return "The whole list: an open case that is not in it closes, and you are asked before many do."
    held = Case.objects.filter(source=Case.Source.FILE, closed_on=None, merged_into=None).exclude(category__in=covers)
    number = held.count()
    of = "open case stays as it is" if number == 1 else "open cases stay as they are"
    others = ", ".join(
        categories.name_of(code).lower() for code in categories.case_categories().highest_first if code not in covers
    )
    says = f"{', '.join(covers)}. It says nothing of {others}"
    return f"{says}, so their {number:,} {of}." if number else f"{says}: nothing of theirs changes."
