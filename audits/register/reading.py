"""A monthly file as it was understood: its cleaned rows, and what they would change on the register."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from audits.models import Audit, Import
from audits.register import case_rows, cases, reallocation
from audits.register.case_fields import HEADINGS
from audits.register.case_rows import CaseRows
from audits.register.leavers import without_leavers
from audits.register.mapping.guess import words_to_map
from audits.register.mapping.kept import layout_for, layout_named
from audits.register.mapping.layouts import CATEGORY, FileLayout, own_layout, read_lists, ready_layouts, wanted_keys
from audits.register.raw_files import ORDINARY, Limits, RawFile, open_file
from audits.register.read_table import ReadTable, find_headings
from audits.register.vocabulary import heading_key, words_in_use
from audits.register.worker_names import names_meant
from people import staff, staff_rows
from people.list_answers import WHOLE_LIST, ListAnswers
from people.staff_rows import StaffRows
from people.staff_teams import spell_as_here
from qualitycounts.base.problems import Problem
from qualitycounts.base.refusals import Refused
from standards import categories

Cleaned = CaseRows | StaffRows


@dataclass(slots=True)
class Reading:
    """A file as it was understood: how many rows, the numbers of those used, and what they would change; and the name
    of the mapping that it was read by."""

    rows: int
    used: frozenset[tuple[str, int]]
    dropped: list[str]
    cleaned: Cleaned
    plan: cases.RegisterChanges | staff.Plan
    answers: ListAnswers = WHOLE_LIST
    layout_name: str = ""

    @property
    def counts(self) -> dict[str, int]:
        """How many rows there are, how many of them were not used, and how many of each change."""
        plan = self.plan
        counts = {"rows": self.rows, "not_used": self.rows - len(self.used)}
        counts |= {"added": len(plan.added), "changed": len(plan.changed)}
        if isinstance(plan, staff.Plan):
            return counts | {"left": len(plan.left), "unchanged": plan.unchanged, "waiting": plan.waiting}
        return counts | {"closed": len(plan.closed), "unchanged": plan.unchanged, "refreshed": len(plan.refreshed)}

    @property
    def drawn(self) -> tuple[list[Audit], list[Audit]]:
        """The audits that have not met and whose case it would close, and those that it would move to another worker or
        team."""
        plan = self.plan
        if isinstance(plan, staff.Plan):
            return [], []
        moved = [change.case for change in plan.changed if not change.differences.keys().isdisjoint(("worker", "team"))]
        return reallocation.drawn_before_meeting([change.case for change in plan.closed], moved)

    @property
    def changes_nothing(self) -> bool:
        """Whether the register is already as the file has it."""
        return not any(self.counts.get(key) for key in ("added", "changed", "left", "closed", "refreshed"))

    @property
    def problems(self) -> list[dict[str, Any]]:
        """Every odd cell: its row as a spreadsheet numbers it, its column, and why."""
        return [problem.told for problem in self.plan.problems]


class FileRefused(Refused):
    """A file that could be read and is refused as a whole (422); `reading` says what was in it."""

    def __init__(self, sentence: str, reading: Reading, field: str = "") -> None:
        super().__init__(sentence, field)
        self.reading = reading


class UnmappedFile(Refused):
    """A file whose columns, or category words, somebody has to settle first; `file` is what was opened."""

    def __init__(self, sentence: str, file: RawFile) -> None:
        super().__init__(sentence)
        self.file = file


@dataclass(frozen=True, slots=True)
class CleanFile:
    """The cleaned rows of a file, before they are compared: how many rows it has, the columns that nobody asked for,
    and the layout that it was read by."""

    name: str
    cleaned: Cleaned
    rows: int
    dropped: list[str]
    layout: FileLayout
    covers: tuple[str, ...] = ()
    """The categories of its lists, where each list is of one and there are not all of them: the rest stays as it is."""


def read_file(
    *,
    kind: str,
    data: bytes,
    name: str,
    as_at: date,
    mapping: str = "",
    asks_words: bool = False,
    limits: Limits = ORDINARY,
    brought_by: Collection[int] = (),
    granting: bool = False,
    answers: ListAnswers = WHOLE_LIST,
) -> Reading:
    """Read a file and work out what it would change; nothing is changed and nothing is kept.

    `mapping` names the mapping to read it by; without one it is the one kept for its headings, else our own columns.
    `brought_by` are those who brought a staff list in, to whom it gives no role; `granting` as in `staff.plan`.
    `answers` is what they say of it.

    Refuses a file that is not the table it should be: `TooLarge` (413) or `Refused` (422), with the sentence; with
    `UnmappedFile` (422) one whose headings are not ours, or with `asks_words` whose category words are not; and with
    `FileRefused` (422) a table in which no row, or less than half of them, can be used.
    """
    clean = clean_file(
        kind=kind, data=data, name=name, as_at=as_at, mapping=mapping, asks_words=asks_words, limits=limits
    )
    return compare_file(clean, as_at=as_at, brought_by=brought_by, granting=granting, answers=answers)


def clean_file(
    *,
    kind: str,
    data: bytes,
    name: str,
    as_at: date,
    mapping: str = "",
    asks_words: bool = False,
    limits: Limits = ORDINARY,
) -> CleanFile:
    """Read the rows of a file and tidy them; the register is not asked yet. Refuses as `read_file`."""
    file = open_file(data, name, wanted_keys(kind), limits)
    layout = layout_named(mapping, kind) if mapping else layout_for(file, kind)
    if layout is None:
        raise UnmappedFile(why_unmapped(file, kind), file)
    if gone := [each.category for each, _ in layout.lists_in(file) if each.category not in usable_for_lists()]:
        raise UnmappedFile(
            f"“{categories.name_of(gone[0])}” is not in use any more. Say once which category a list is of.", file
        )
    if asks_words and words_unsettled(file, layout):
        raise UnmappedFile("The categories are in words. Say once which is which.", file)
    return clean_by(layout, file, as_at=as_at, limits=limits)


def usable_for_lists() -> tuple[str, ...]:
    """The categories that a whole list may have, "" for one that says it row by row."""
    return "", *categories.case_categories().highest_first


def clean_by(layout: FileLayout, file: RawFile, *, as_at: date, limits: Limits = ORDINARY) -> CleanFile:
    """Read the rows of an opened file by a layout, and tidy them."""
    tables = read_lists(file, layout, limits)
    cleaned: Cleaned
    if layout.kind == Import.Kind.STAFF:
        without = without_leavers(tables[0], as_at)
        cleaned = staff_rows.clean(without.records(), without.problems, without.unused)
        kept = {number for number, _ in without.rows}
        cleaned.repeated.update(("", number) for number, _ in tables[0].rows if number not in kept)
    else:
        cleaned = case_rows.clean(tables, as_at)
    spell_as_here(cleaned.used)
    dropped = list(dict.fromkeys(heading for table in tables for heading in table.dropped))
    return CleanFile(file.name, cleaned, sum(table.size for table in tables), dropped, layout, covered_by(tables))


def covered_by(tables: list[ReadTable]) -> tuple[str, ...]:
    """The categories that a file speaks of by its lists: a list without rows says nothing. None for the whole."""
    lists = [table for table in tables if table.size]
    codes = categories.case_categories().highest_first
    covered = tuple(code for code in codes if code in {table.category for table in lists})
    return covered if all(table.category for table in lists) and len(covered) < len(codes) else ()


def compare_file(
    clean: CleanFile,
    *,
    as_at: date,
    brought_by: Collection[int] = (),
    granting: bool = False,
    answers: ListAnswers = WHOLE_LIST,
) -> Reading:
    """Work out what a cleaned file would change now. Refuses (`FileRefused`) one too few of whose rows can be used.

    Where nothing was said of what it covers, it covers the categories of its lists.
    """
    if clean.covers and not answers.is_part:
        answers = replace(answers, categories=clean.covers)
    reading = compare_with_register(
        clean.cleaned,
        rows=clean.rows,
        dropped=clean.dropped,
        as_at=as_at,
        brought_by=brought_by,
        granting=granting,
        answers=answers,
    )
    reading.layout_name = clean.layout.name
    check_usable(reading, clean.name)
    return reading


def why_unmapped(file: RawFile, kind: str) -> str:
    """What to say of a file whose headings are not ours: what is missing, what was seen where, and what to do."""
    own = own_layout(kind)
    keys = own.lists[0].keys
    best = max(
        (find_headings(sheet, keys | wanted_keys(kind)) for sheet in file.sheets), key=lambda headings: headings.score
    )
    there = {heading_key(heading) for heading in best.headings}
    needed = own.lists[0].known_by
    missing = " or ".join(f"“{column}”" for column in needed if heading_key(column) not in there)
    ready = [f"“{each.name}”" for each in ready_layouts() if each.kind == kind and each.lists_in(file)]
    use = f"It looks like {ready[0]}: use the mapping of that name. " if ready else ""
    return (
        f"The file has no column called {missing}. {best.seen} {use}Say once on the page Import an extract which "
        f"column is which and keep that by name, or give it our headings, in any order: {', '.join(needed)}."
    )


def words_unsettled(file: RawFile, layout: FileLayout) -> bool:
    """Whether the category column of a case file holds words that nobody has settled yet."""
    if layout.kind != Import.Kind.CASES:
        return False
    return any(
        set(words_to_map(headings, heading)) - words_in_use(layout.categories).keys()
        for each, headings in layout.lists_in(file)
        for heading in headings.headings
        if heading_key(heading) in {heading_key(name) for name in each.columns.get(CATEGORY, ())}
    )


def compare_with_register(
    cleaned: Cleaned,
    *,
    rows: int,
    dropped: list[str],
    as_at: date,
    brought_by: Collection[int] = (),
    granting: bool = False,
    answers: ListAnswers = WHOLE_LIST,
) -> Reading:
    """Work out what the cleaned rows of a file of so many rows would change on the register now; the rest as `read`."""
    used = frozenset(row.place for row in cleaned.used.values())
    plan: cases.RegisterChanges | staff.Plan
    if isinstance(cleaned, StaffRows):
        names = names_meant(answers)
        plan = staff.plan(cleaned, brought_by=brought_by, granting=granting, answers=answers, known_names=names)
    else:
        plan = cases.plan_changes(cleaned, as_at=as_at, answers=answers)
    return Reading(rows, used, dropped, cleaned, plan, answers)


EXPECTED = {
    HEADINGS["person_id"]: "which does not have the numbers of children",
    CATEGORY: "which has words where codes are expected ({codes})",
    HEADINGS["opened_on"]: "which does not have dates that can be read",
    "Name": "which is empty where names are expected",
    "Email": "which does not have e-mail addresses",
}
"""What is wrong with a column most of whose cells cannot be read."""


def check_usable(reading: Reading, name: str) -> None:
    """Refuse (`FileRefused`, 422) a file less than half of whose rows can be used, and say what is wrong with most.

    It is no list of what is open or of who works here. Applied, it would close every case, or take away every person,
    that it does not name. A row that says again what another says can be used.
    """
    usable = len(reading.used) + len(reading.cleaned.repeated)
    if reading.used and usable * 2 >= reading.rows:
        return
    problems = [each for each in reading.plan.problems if each.column not in reading.dropped]
    how_many = f"Only {usable:,} of the {reading.rows:,} rows" if reading.used else "No row"
    raise FileRefused(
        f"{how_many} of “{name}” can be used, so the whole file is refused and nothing was changed. "
        f"{what_is_wrong(problems, reading)} Put that right and import the file again.",
        reading,
    )


def what_is_wrong(problems: list[Problem], reading: Reading) -> str:
    """Say in which column most of the rows that are not used are wrong, with the first of them as the example."""
    usable = reading.used | reading.cleaned.repeated
    unused = [each for each in problems if (each.sheet, each.row) not in usable]
    wrong = Counter(column for _, _, column in {(each.sheet, each.row, each.column) for each in unused})
    column, count = max(wrong.items(), key=lambda item: item[1])
    example = next(each for each in unused if each.column == column)
    what = f"the column “{column}”" if column else "the whole row"
    codes = ", ".join(categories.case_categories().highest_first)
    expected = f", {EXPECTED[column].format(codes=codes)}" if column in EXPECTED else ""
    why = example.why.split(", so the row")[0].rstrip(".")
    words = " What words mean is settled once on the page Import an extract." if column == CATEGORY else ""
    where = f"In {count:,} of its {reading.rows:,} rows it is {what}{expected}"
    return f"{where}; row {example.row}, for example: {why}.{words}"
