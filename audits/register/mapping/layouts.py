"""A layout says how the lists of a file are read: which of its headings stand for which columns, and what words mean.

The product's own files have one, the ready mappings have one each (`fixtures/import_words.json`), and what a council
settles on the page is kept as one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from audits.models import Import
from audits.register import case_fields
from audits.register.raw_files import Limits, RawFile
from audits.register.read_table import NO_ROWS, HeadingRow, ReadTable, find_headings, tabulate
from audits.register.vocabulary import heading_key, headings_of, import_words, ready_words, words_in_use
from people import staff_rows
from qualitycounts.base.refusals import Refused
from standards import categories
from standards.categories import Category

IN_TWO = frozenset(("First Name", "Last Name"))
"""The columns that together stand for a name."""
STAFF_RULES = {
    "Name": "From first and last name.",
    "First Name": "In the column Name.",
    "Last Name": "In the column Name.",
    "Job Title": "Staff role only.",
    "Service": "From the team, by our list of teams.",
    "Team": "No team.",
    "Line Manager Email": "No line manager.",
    "Staff Number": "Workers are told by e-mail or name.",
    "Registration Number": "Workers are told by e-mail or name.",
    "Leaving Date": "Everybody in the list works here.",
}
OPENED, CATEGORY = case_fields.HEADINGS["opened_on"], case_fields.HEADINGS["category"]


@dataclass(frozen=True, slots=True)
class ListLayout:
    """One list of a file: for each of our columns the headings it may have, the first that stands there.

    A sheet is this list where it has `known_by`, or with `any_of` one of them. `category` is that of everybody on it.
    """

    columns: Mapping[str, tuple[str, ...]]
    known_by: tuple[str, ...]
    any_of: bool = False
    title: str = ""
    category: str = ""

    @property
    def keys(self) -> frozenset[str]:
        """The keys of all its headings."""
        return frozenset(heading_key(name) for names in (*self.columns.values(), self.known_by) for name in names)

    def fits(self, headings: HeadingRow) -> bool:
        """Whether a sheet with these headings is this list."""
        there = {heading_key(heading) for heading in headings.headings}
        known = [heading_key(name) in there for name in self.known_by]
        return any(known) if self.any_of else all(known)


@dataclass(frozen=True, slots=True)
class FileLayout:
    """The lists of a file, and what each word of its category column means; `headings` are those of the file that it
    was settled for, a set of keys for each list, where it was settled for one."""

    name: str
    kind: str
    lists: tuple[ListLayout, ...]
    categories: Mapping[str, str] = field(default_factory=dict)
    headings: tuple[frozenset[str], ...] = ()

    def lists_in(self, file: RawFile) -> list[tuple[ListLayout, HeadingRow]]:
        """The sheets of a file that are one of these lists, each with its headings."""
        matched = []
        for sheet in file.sheets:
            for each in self.lists:
                headings = find_headings(sheet, each.keys)
                if headings.score and each.fits(headings):
                    matched.append((each, headings))
                    break
        return matched


def needed_columns(kind: str, category: str = "", there: Collection[str] = ()) -> list[str]:
    """Our columns without which no row of a list can be used; of a list of one category, without that. `there` are
    those that the file has: a first and a last name are a name."""
    if kind == Import.Kind.STAFF:
        return ["Email"] if "Name" not in there and IN_TWO.issubset(there) else ["Name", "Email"]
    spared = {CATEGORY} if category else set()
    spared |= {OPENED} if categories.base_of(category) == Category.CL else set()
    return [each.heading for each in case_fields.FIELDS if each.required and each.heading not in spared]


def rules_when_absent(kind: str) -> dict[str, str]:
    """What holds instead of each of our columns, in their order, where a file does not have it; "" where it must."""
    if kind == Import.Kind.STAFF:
        return {heading: STAFF_RULES.get(heading, "") for heading in staff_rows.COLUMNS}
    return {each.heading: each.absent for each in case_fields.FIELDS}


@cache
def own_layout(kind: str) -> FileLayout:
    """The product's own file: each of our columns under its own heading, a fact under any that is known for it."""
    columns = staff_rows.COLUMNS if kind == Import.Kind.STAFF else case_fields.COLUMNS
    known_by = tuple(heading for heading in columns if heading not in optional_columns(kind))
    facts = {} if kind == Import.Kind.STAFF else {each.heading for each in case_fields.FIELDS if each.is_extra_fact}
    known = import_words()["headings"][kind]
    names = {heading: (heading, *(known[heading] if heading in facts else ())) for heading in columns}
    return FileLayout("", kind, (ListLayout(names, known_by),))


def optional_columns(kind: str) -> frozenset[str]:
    """Our columns that even our own file need not have."""
    if kind == Import.Kind.STAFF:
        return frozenset(staff_rows.EXTRA)
    return frozenset(each.heading for each in case_fields.FIELDS if each.extra)


@cache
def ready_layouts() -> tuple[FileLayout, ...]:
    """The mappings that are there from the start."""
    return tuple(
        FileLayout(
            ready["name"],
            Import.Kind.CASES,
            tuple(
                ListLayout(
                    {ours: tuple(theirs) for ours, theirs in part["columns"].items()},
                    tuple(part["known_by"]),
                    part.get("any", False),
                    f"{part['list']}: {part['title'].lower()}" if part["list"] != part["title"] else part["title"],
                    part["category"],
                )
                for part in ready["parts"]
            ),
            ready_words(),
        )
        for ready in import_words()["ready"]
    )


def wanted_keys(kind: str) -> frozenset[str]:
    """The keys of every heading that is known for a kind of file, by which its headings and separator are found."""
    ready = [each.keys for layout in ready_layouts() if layout.kind == kind for each in layout.lists]
    return frozenset(headings_of(kind)).union(*ready)


def layout_as_json(layout: FileLayout) -> dict[str, Any]:
    """A layout as it is kept: headings of a file and words of its categories, and nothing else of it."""
    lists = [
        {
            "columns": {ours: list(theirs) for ours, theirs in each.columns.items()},
            "known_by": list(each.known_by),
            "any_of": each.any_of,
            "title": each.title,
            "category": each.category,
        }
        for each in layout.lists
    ]
    headings = [sorted(keys) for keys in layout.headings]
    return {"lists": lists, "categories": dict(layout.categories), "headings": headings}


def layout_from_json(name: str, kind: str, content: Mapping[str, Any]) -> FileLayout:
    """A layout that was kept."""
    lists = tuple(
        ListLayout(
            {ours: tuple(theirs) for ours, theirs in each["columns"].items()},
            tuple(each["known_by"]),
            each["any_of"],
            each["title"],
            each["category"],
        )
        for each in content["lists"]
    )
    headings = tuple(frozenset(keys) for keys in content["headings"])
    return FileLayout(name, kind, lists, content["categories"], headings)


def read_lists(file: RawFile, layout: FileLayout, limits: Limits) -> list[ReadTable]:
    """The tables of a file as its layout reads them. Refuses (422) a file with none of its lists, one that lacks what
    every row needs, and one without rows."""
    matched = layout.lists_in(file)
    if not matched:
        raise Refused(f"None of the lists of the mapping “{layout.name}” is in “{file.name}”. {seen_in(file, layout)}")
    several = len(matched) > 1
    tables = list(read_each(file, layout, matched, limits, several=several))
    if sum(table.size for table in tables) > limits.rows:
        raise Refused(f"The file has more than {limits.rows:,} rows, so nothing in it was used.")
    if not any(table.size for table in tables):
        raise Refused(f"{NO_ROWS} {seen_in(file, layout)}")
    return tables


def read_each(
    file: RawFile, layout: FileLayout, matched: list[tuple[ListLayout, HeadingRow]], limits: Limits, *, several: bool
) -> Iterator[ReadTable]:
    """Each list of a file as a table of our columns."""
    every = rules_when_absent(layout.kind)
    for each, headings in matched:
        columns = {ours: each.columns.get(ours, ()) for ours in every}
        there = {ours for ours, theirs in columns.items() if theirs}
        optional = set(every) - set(needed_columns(layout.kind, each.category, there))
        sheet = headings.sheet.name if several else ""
        table = tabulate(headings, columns, file.encoding, limits, optional=optional, sheet=sheet)
        if layout is not own_layout(layout.kind):
            table.problems[:] = [problem for problem in table.problems if problem.row != headings.number]
        yield replace(table, category=each.category, categories=words_in_use(layout.categories), source=layout.name)


def seen_in(file: RawFile, layout: FileLayout) -> str:
    """What was read where headings were looked for, for a refusal: of the sheet that has most of them."""
    keys = frozenset().union(*(each.keys for each in layout.lists), wanted_keys(layout.kind))
    return max((find_headings(sheet, keys) for sheet in file.sheets), key=lambda headings: headings.score).seen
