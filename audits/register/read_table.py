"""A monthly extract read into a table of text: CSV or XLSX, in whatever state it comes. Knows no models."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from audits.register import unpack
from audits.register.raw_files import Limits, RawSheet, check_file_size, score
from audits.register.vocabulary import heading_key, heading_words
from qualitycounts.base import progress
from qualitycounts.base.problems import Problem
from qualitycounts.base.refusals import Refused, TooLarge

__all__ = ["Limits", "check_file_size"]
LONGEST_CELL = unpack.LONGEST_CELL
"""Characters of one cell: Excel's own limit, held to in CSV too."""
NO_HEADING = "(no heading)"


@dataclass(frozen=True, slots=True)
class ReadTable:
    """The wanted columns of a file, in the order asked for; each row with the number a spreadsheet shows for it.

    Of a workbook read by a mapping: its `sheet`, the columns `absent` from it (their cells are blank), the `category`
    of everybody on it, and what each word of its category column means.
    """

    columns: tuple[str, ...]
    rows: list[tuple[int, tuple[str, ...]]]
    encoding: str
    dropped: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unused: list[list[str]] = field(default_factory=list)
    """The rows that do not fit the headings: whoever is named in one is not absent from the file."""
    sheet: str = ""
    absent: frozenset[str] = frozenset()
    category: str = ""
    categories: Mapping[str, str] = field(default_factory=dict)
    source: str = ""

    @property
    def size(self) -> int:
        """How many rows the file has under its headings, used or not."""
        return len(self.rows) + len(self.unused)

    def records(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Each row's number and its cells by heading."""
        for number, cells in self.rows:
            yield number, dict(zip(self.columns, cells, strict=True))


@dataclass(frozen=True, slots=True)
class HeadingRow:
    """The row of a sheet that holds its headings; `score` is how many of those looked for stand in it."""

    sheet: RawSheet
    number: int
    headings: list[str]
    score: int

    @property
    def place(self) -> str:
        """Where it stands, for the beginning of a sentence."""
        return f"Row {self.number} of the sheet “{self.sheet.name}”" if self.sheet.name else f"Row {self.number}"

    @property
    def seen(self) -> str:
        """What it reads. A cell is repeated only where all its words stand in known headings: others may be names."""
        filled = [cell for cell in self.headings if cell]
        known = [cell for cell in filled if heading_words().issuperset(re.findall(r"\w+", cell.casefold()))]
        others = len(filled) - len(known)
        shown = [f"“{cell}”" for cell in known[:12]]
        if others or not filled:
            shown.append(f"{others or 'no'} cell{'' if others == 1 else 's'} that we know no heading of")
        return f"{self.place} reads: {', '.join(shown)}."


def find_headings(sheet: RawSheet, wanted: Collection[str]) -> HeadingRow:
    """The row of a sheet that holds most of the wanted headings (their keys); the first filled one, if none does."""
    best = HeadingRow(sheet, *(sheet.top[0] if sheet.top else (1, [])), 0)
    for number, cells in sheet.top:
        if (count := score(cells, wanted)) > best.score:
            best = HeadingRow(sheet, number, cells, count)
    return best


def tabulate(
    top: HeadingRow,
    columns: Mapping[str, Sequence[str]],
    encoding: str,
    limits: Limits,
    *,
    optional: Collection[str] = (),
    sheet: str = "",
) -> ReadTable:
    """Keep the wanted cells of every row under the headings. `columns` says for each of ours which headings it may
    have, the first that stands there; of those of `optional` there need be none. `sheet` is kept with the table."""
    check_cells(top.number, top.headings)
    headings = list(top.headings)
    places, dropped = find_columns(top, headings, columns, optional)
    absent = frozenset(column for column in columns if column not in places)
    table = ReadTable(tuple(columns), [], encoding, dropped, sheet=sheet, absent=absent)
    table.problems.extend(Problem(top.number, heading, DROPPED, sheet) for heading in dropped)
    once: dict[str, str] = {}  # most cells say what many others say: each text is held once
    width = len(headings)
    wanted = [places.get(column, -1) for column in columns]  # what is absent is the blank put behind each row
    for number, cells in progress.counted(top.sheet.rows(), "rows read"):
        if number <= top.number:
            continue
        if table.size == limits.rows:
            raise TooLarge(
                f"The file has more than {limits.rows:,} rows, so nothing in it was used. Export only open cases and "
                "those closed since the last extract."
            )
        check_cells(number, cells)
        if why := why_unusable(cells, width):
            table.problems.append(Problem(number, "", why, sheet))
            if why != NOTE:
                table.unused.append(cells)
            continue
        cells.extend([""] * (max(width - len(cells), 0) + 1))
        table.rows.append((number, tuple([once.setdefault(cells[place], cells[place]) for place in wanted])))
    return table


NO_ROWS = "The file has headings but no rows. Export it again from the case system."
DROPPED = "This column is not one that is kept. It was dropped and nothing in it was stored."
NOTE = "This row holds words in one cell alone, so it was taken for a note and left out."
TOO_WIDE = (
    "This row has more cells than there are headings, so its cells may be in the wrong columns. "
    "The row was not used. Correct it in the case system and import again."
)


def why_unusable(cells: list[str], width: int) -> str:
    """Why a row under the headings cannot be read: it is a note, or wider than the headings; "" where it can."""
    if len(cells) > width and any(cells[width:]):
        return TOO_WIDE
    if width > 2 and cells.count("") >= len(cells) - 1 and " " in "".join(cells):
        return NOTE
    return ""


def check_cells(number: int, cells: list[str]) -> None:
    """Refuse a row with a cell longer than any cell of a table: whole documents do not belong there."""
    if max(map(len, cells), default=0) > LONGEST_CELL:
        raise Refused(unpack.LONG_CELL.format(number))


def find_columns(
    top: HeadingRow, headings: list[str], columns: Mapping[str, Sequence[str]], optional: Collection[str]
) -> tuple[dict[str, int], list[str]]:
    """Where each wanted column stands, and the headings nobody asked for. Blank headings at the end are taken off."""
    keys = [heading_key(heading) for heading in headings]
    theirs = {
        column: next((each for name in names if (each := heading_key(name)) in keys), "")
        for column, names in columns.items()
    }
    first = {column: next(iter(names), column) for column, names in columns.items()}
    missing = [first[column] for column in columns if not theirs[column] and column not in optional]
    if missing:
        needed = [first[column] for column in columns if column not in optional]
        raise Refused(
            f"The file has no column called {' or '.join(f'“{column}”' for column in missing)}. {top.seen} "
            f"It must have these headings, in any order: {', '.join(needed)}."
        )
    twice = [column for column, key in theirs.items() if key and keys.count(key) > 1]
    if twice:
        raise Refused(f"The file has more than one column called “{twice[0]}”. Take one out and import it again.")
    wanted = set(theirs.values())
    dropped = [heading or NO_HEADING for heading in headings if heading_key(heading) not in wanted]
    while headings and not headings[-1]:
        headings.pop()
        if dropped[-1:] == [NO_HEADING]:
            dropped.pop()
    return {column: keys.index(key) for column, key in theirs.items() if key}, dropped
