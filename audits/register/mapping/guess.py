"""The best guess of which heading of a file is which of our columns, and how sure it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from audits.models import Import
from audits.register.case_fields import HEADINGS
from audits.register.cell_readers import PERSON_ID
from audits.register.mapping.layouts import (
    CATEGORY,
    ListLayout,
    needed_columns,
    ready_layouts,
    rules_when_absent,
    wanted_keys,
)
from audits.register.raw_files import RawFile
from audits.register.read_table import HeadingRow, find_headings
from audits.register.vocabulary import category_words, fold_code, heading_key, headings_of, never_read, other_things
from people import council_settings
from standards import categories

FEWEST = 2
"""Of our columns that a sheet must have for a guess to be worth looking at."""
MOST_WORDS = 40
"""Different words that a column of categories may hold: with more it is something else."""


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """For one of our columns: the heading taken ("" for none), why somebody should look ("" where it is certain), and
    the headings that are `near` and were left out because they mean another thing."""

    heading: str
    doubt: str = ""
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListGuess:
    """One sheet of a file, with a guess for each of our columns and every heading that may be chosen."""

    headings: HeadingRow
    columns: dict[str, ColumnGuess]
    offered: list[str]
    title: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class FileGuess:
    """A file with its lists; `ready` is the name of the ready mapping that it looks like, "" for none."""

    kind: str
    lists: list[ListGuess]
    ready: str = ""
    others: list[str] = field(default_factory=list)
    """The sheets in which nothing was looked for."""


def offered_headings(kind: str, headings: Iterable[str]) -> list[str]:
    """The headings of a file under which something may be read: not a child's name, birth date or address."""
    closed = never_read() if kind == Import.Kind.CASES else frozenset()
    return [heading for heading in headings if heading and heading_key(heading) not in closed]


def readable_keys(kind: str, headings: Iterable[str]) -> frozenset[str]:
    """The keys of the headings of a sheet that may be read: by these a file is known again."""
    return frozenset(heading_key(heading) for heading in offered_headings(kind, headings))


def guess_file(file: RawFile, kind: str) -> FileGuess | None:
    """Guess the columns of a file; None where hardly a heading of it is known."""
    for ready in ready_layouts():
        if ready.kind == kind and (matched := ready.lists_in(file)):
            lists = [from_layout(each, headings, kind) for each, headings in matched]
            return FileGuess(kind, lists, ready.name, not_among(file, lists))
    best = max((find_headings(sheet, wanted_keys(kind)) for sheet in file.sheets), key=lambda headings: headings.score)
    if best.score < FEWEST:
        return None
    lists = [guess_list(best, kind)]
    return FileGuess(kind, lists, "", not_among(file, lists))


def not_among(file: RawFile, lists: list[ListGuess]) -> list[str]:
    """The names of the sheets that are none of the lists."""
    used = {each.headings.sheet.name for each in lists}
    return [*(sheet.name for sheet in file.sheets if sheet.name not in used), *file.others]


def from_layout(layout: ListLayout, headings: HeadingRow, kind: str) -> ListGuess:
    """A sheet with the columns that a layout gives it; what category it is of is asked where that is not in use."""
    category = layout.category if layout.category in categories.case_categories().highest_first else ""
    there = {heading_key(heading): heading for heading in headings.headings if heading}
    columns = {
        ours: ColumnGuess(
            next((there[heading_key(each)] for each in layout.columns.get(ours, ()) if heading_key(each) in there), "")
        )
        for ours in rules_when_absent(kind)
    }
    for ours, guess in columns.items():
        if not guess.heading:
            columns[ours] = ColumnGuess("", *doubt_of(ours, [], headings.headings, kind, category))
    return ListGuess(headings, columns, offered_headings(kind, headings.headings), layout.title, category)


def guess_list(headings: HeadingRow, kind: str) -> ListGuess:
    """A sheet with a guess for each of our columns: our own heading first, then the first that is known for it."""
    known, offered = headings_of(kind), offered_headings(kind, headings.headings)
    columns = {}
    for ours in rules_when_absent(kind):
        fitting = [heading for heading in offered if known.get(heading_key(heading)) == ours]
        own = [heading for heading in fitting if heading_key(heading) == heading_key(ours)]
        fitting = own or fitting
        if ours == HEADINGS["person_id"] and kind == Import.Kind.CASES:
            fitting = [heading for heading in fitting if holds_numbers(headings, heading)]
        doubt = doubt_of(ours, fitting, headings.headings, kind, "")
        columns[ours] = ColumnGuess(fitting[0] if fitting else "", *doubt)
    there = {ours for ours, guess in columns.items() if guess.heading}
    for ours in set(needed_columns(kind)).difference(needed_columns(kind, "", there)):
        columns[ours] = ColumnGuess("")
    return ListGuess(headings, columns, offered)


def doubt_of(
    ours: str, fitting: list[str], headings: Iterable[str], kind: str, category: str
) -> tuple[str, tuple[str, ...]]:
    """Why somebody should look at one of our columns, "" where there is nothing to ask, and the headings it is about:
    it is needed and not there, two headings fit, or one that is near means another thing."""
    if len(fitting) > 1:
        return f"{len(fitting)} headings fit. We took the first; look whether it is the right one.", ()
    if fitting or (ours == CATEGORY and category):
        return "", ()
    if ours in needed_columns(kind, category):
        return "No heading fits, and no row can be used without it. Choose the heading.", ()
    other_meanings = {heading: other_things().get((ours, heading_key(heading)), "") for heading in headings}
    why = next(filter(None, other_meanings.values()), "")
    return why, tuple(heading for heading in other_meanings if why and other_meanings[heading] == why)


def cells_under(headings: HeadingRow, heading: str, most: int = 500) -> list[str]:
    """The filled cells of the first rows under a heading."""
    if heading not in headings.headings:
        return []
    place, cells = headings.headings.index(heading), []
    for number, row in headings.sheet.rows():
        if number > headings.number and place < len(row) and row[place]:
            cells.append(row[place])
            if len(cells) == most:
                break
    return cells


def holds_numbers(headings: HeadingRow, heading: str) -> bool:
    """Whether most cells under a heading can be person numbers: “Child” is a number here, a name there."""
    cells = cells_under(headings, heading, 50)
    numbers = [cell for cell in cells if PERSON_ID.fullmatch(cell) and any(letter.isdigit() for letter in cell)]
    return len(numbers) * 2 >= len(cells)


def category_cells(headings: HeadingRow, heading: str) -> list[str]:
    """The different words of a category column that are no codes, as they are compared, the commonest first."""
    cells = cells_under(headings, heading, 1_000_000)
    counts: dict[str, int] = {}
    for cell in cells:
        if is_word(cell):
            counts[fold_code(cell)] = counts.get(fold_code(cell), 0) + 1
    return sorted(counts, key=lambda word: -counts[word])


def is_word(cell: str) -> bool:
    """Whether a cell of a category column is a word that may mean a category, and not a code."""
    return (
        cell.upper() not in categories.case_categories().highest_first and sum(letter.isalpha() for letter in cell) > 1
    )


@council_settings.read_once()
def words_to_map(headings: HeadingRow, heading: str) -> list[str]:
    """The words of a category column that somebody has to settle: where one is known to mean a category, or more than
    half of the rows have a word that is no code. More different ones than a column of categories has are none."""
    cells = cells_under(headings, heading, 1_000_000)
    different = category_cells(headings, heading)
    odd = sum(is_word(cell) for cell in cells)
    if len(different) > MOST_WORDS or not (odd * 2 > len(cells) or category_words().keys() & set(different)):
        return []
    return different
