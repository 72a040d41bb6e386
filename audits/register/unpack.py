"""One workbook turned into rows, by a process of its own that has little memory and little time.

`python -I unpack.py MOST ROWS < book.xlsx` prints the name of each visible sheet as a JSON object and under it each of
its rows as a JSON list of text. Exit 3 is a refusal, its sentence on stderr; exit 4 says that there are more than ROWS
rows. The library that reads workbooks
makes room for whatever size a file claims, and where it cannot the whole process dies: so this one is run apart, and
must import nothing of the application.
"""

from __future__ import annotations

import io
import json
import re
import resource
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

MEMORY = 512 * 1024**2
SECONDS = 8
MOST_PARTS = 2_000
PARTS = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|xl/(workbook|styles|sharedStrings)\.xml|xl/_rels/workbook\.xml\.rels"
    r"|xl/worksheets/[^/]+\.xml"
)
"""All that a table needs of a workbook; drawings, links, comments and the rest are never unpacked."""
FORMULA = re.compile(
    rb"<c\s[^<>]*?\br=\"([A-Z]{1,3}[0-9]{1,7})\"[^<>]*>\s*<f(?:\s[^<>]*)?>([^<]+)</f>\s*(?:<v\s*/>|<v></v>)?\s*</c>"
)
"""A cell with a formula whose result was never worked out, as programs that only write workbooks leave it."""

LONGEST_CELL = 32_767
"""Characters of one cell, as Excel itself has it. A file made by another program may claim a hundred million."""

Merged = tuple[tuple[int, int], tuple[int, int]]
"""The first and the last row and column of cells that are merged, from 0."""
Cell = int | float | str | bool | time | date | datetime | timedelta


class UnreadableWorkbook(Exception):
    """Why the workbook is refused, as a sentence."""


NOT_A_WORKBOOK = "The file is not an Excel workbook that can be read. Save it again as .xlsx, or as CSV."
MACROS = "The workbook holds macros, so it was not opened. Save it as a plain workbook (.xlsx) or as CSV."
DECLARES = "The workbook declares things that no table needs, so it was not opened. Save the table as CSV."
LONG_CELL = (
    "Row {} has a cell of more than 32,767 characters, so the file was not read. Shorten that cell, or take its column "
    "out, and import the file again."
)
NO_SHEET = "The workbook has no sheet that one can see. Save the sheet with the table as CSV."


def too_much(most: int) -> UnreadableWorkbook:
    """The refusal of a workbook that holds more than `most` bytes once unpacked."""
    return UnreadableWorkbook(
        f"The workbook unpacks to more than {most // 1024**2} MB, so it was not opened. Save the table as CSV."
    )


def sheet_rows(data: bytes, most: int) -> Iterator[tuple[str, Iterator[list[str]]]]:
    """Each sheet one can see, by name, with its rows as text. A formula gives its result; one without a result is kept
    as its own."""
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(repack(data, most))) as book:
            visible = [
                sheet.name
                for sheet in book.sheets_metadata
                if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
            ]
            if not visible:
                raise UnreadableWorkbook(NO_SHEET)
            for name in visible:
                yield name, texts(book, name)
    except CalamineError as fault:
        raise UnreadableWorkbook(NOT_A_WORKBOOK) from fault


def texts(book: CalamineWorkbook, name: str) -> Iterator[list[str]]:
    """The rows of a sheet as text, from the first row that a spreadsheet shows."""
    sheet = book.get_sheet_by_name(name)
    for number, line in enumerate(filled_down(sheet.iter_rows(), sheet.merged_cell_ranges or []), 1):
        if any(isinstance(cell, str) and len(cell) > LONGEST_CELL for cell in line):
            raise UnreadableWorkbook(LONG_CELL.format(number))
        yield [as_text(cell) for cell in line]


def filled_down(rows: Iterable[list[Cell]], merged: list[Merged]) -> Iterator[list[Cell]]:
    """The rows with a cell that is merged over several of them in each: a team that stands once beside its children."""
    tall = sorted(((top, bottom, column) for (top, column), (bottom, _) in merged if bottom > top), reverse=True)
    going: list[tuple[int, int, Cell]] = []
    for number, line in enumerate(rows):
        going = [each for each in going if each[0] >= number]
        for _, column, cell in going:
            if column < len(line) and line[column] == "":
                line[column] = cell
        while tall and tall[-1][0] <= number:
            top, bottom, column = tall.pop()
            if top == number and column < len(line):
                going.append((bottom, column, line[column]))
        yield line


def repack(data: bytes, most: int) -> bytes:
    """The same workbook with only the parts a table needs, measured before they are unpacked and looked through."""
    packed = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
            check_contents(source.infolist(), most)
            for entry in source.infolist():
                if PARTS.fullmatch(entry.filename):
                    part = looked_through(entry.filename, source.read(entry))
                    target.writestr(entry.filename, part, compresslevel=1)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError) as fault:
        raise UnreadableWorkbook(NOT_A_WORKBOOK) from fault
    return packed.getvalue()


def check_contents(entries: list[zipfile.ZipInfo], most: int) -> None:
    """Refuse by the directory alone: reading a part never yields more than the directory says it holds."""
    names = [entry.filename for entry in entries]
    if any("vbaproject" in name.lower() or "macrosheets" in name.lower() for name in names):
        raise UnreadableWorkbook(MACROS)
    if len(names) > MOST_PARTS or sum(entry.file_size for entry in entries) > most:
        raise too_much(most)
    if "xl/workbook.xml" not in names or len(set(names)) != len(names):
        raise UnreadableWorkbook(NOT_A_WORKBOOK)


def looked_through(name: str, part: bytes) -> bytes:
    """One part of the workbook; refused if it declares entities, is not UTF-8 or says that it holds macros."""
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part or b"\0" in part:
        raise UnreadableWorkbook(DECLARES)
    if name == "[Content_Types].xml" and b"macroenabled" in part.lower():
        raise UnreadableWorkbook(MACROS)
    if name.startswith("xl/worksheets/"):
        return FORMULA.sub(rb'<c r="\1" t="inlineStr"><is><t xml:space="preserve">=\2</t></is></c>', part)
    return part


def as_text(cell: Cell) -> str:
    """A cell as one would type it: 562578.0 as 562578, a date without its midnight."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time.min else cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)


def main(most: int, most_rows: int) -> int:
    """Print the rows, or say why not."""
    with suppress(ValueError, OSError):  # not every system lets a process bound itself
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    written = rows = 0
    try:
        for name, sheet in sheet_rows(sys.stdin.buffer.read(), most):
            sys.stdout.write(json.dumps({"sheet": name}) + "\n")
            for row in sheet:
                rows += 1
                if rows > most_rows:
                    return 4
                line = json.dumps(row)
                written += len(line)
                if written > most:
                    raise too_much(most)
                sys.stdout.write(f"{line}\n")
    except UnreadableWorkbook as why:
        sys.stderr.write(str(why))
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
