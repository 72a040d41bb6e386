"""A table to take away as CSV or as an Excel workbook: sent in pieces, so that its length costs no memory.

No cell that leaves can run as a formula. What is stored stays exact; only the copy that leaves has a ' before it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextvars import copy_context
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from io import StringIO
from tempfile import TemporaryFile
from typing import IO, Any, Generic, TypeVar
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.http import Http404, StreamingHttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel

from qualitycounts.base.clock import LONDON

Row = TypeVar("Row")
Cell = str | int | float | date | datetime | bool | None
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""The kinds of file, by the end of their name."""
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a cell may begin with for a spreadsheet to take it for a formula, the wide forms among them."""
LONGEST_CELL = 32_767
"""Characters that one cell of a workbook may hold."""
CUT = " … (cut here: a cell of a workbook holds no more)"
ALWAYS = datetime(2000, 1, 1)  # noqa: DTZ001
"""What a workbook says of when it was made: always the same."""
ROWS_A_CHUNK = 200
CHUNK = 65_536
"""Bytes of a workbook that are sent at a time."""
LINE_ENDS = re.compile("\r\n?")
TO_WRITE_OTHERWISE = re.compile("[\x00-\x1f&<>\ud800-\udfff\ufffe\uffff]")
"""What a text has in it that a workbook writes in another way, or not at all."""
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Column(Generic[Row]):
    """A heading, and what stands under it for a row. Numbers of people and cases are given as text, and stay text."""

    title: str
    value: Callable[[Row], Cell]


def harmless(text: str) -> str:
    """The text as it may leave: with a ' before it where a spreadsheet would run it. Anything else is untouched."""
    return f"'{text}" if text.lstrip(" \xa0\u200b\ufeff").startswith(DANGEROUS) else text


def download(*, name: str, kind: str, columns: Sequence[Column[Row]], rows: Iterable[Row]) -> StreamingHttpResponse:
    """The rows as a file to keep, "csv" or "xlsx"; a CSV is sent as they are read. `name` is without its ending.

    404 for another kind. `rows` may be a queryset's `iterator()`: it is gone through once.
    """
    if kind not in KINDS:
        raise Http404
    titles = [column.title for column in columns]
    values = ([column.value(row) for column in columns] for row in rows)
    return send_parts((as_csv if kind == "csv" else as_xlsx)(titles, values), name=name, kind=kind)


def send_parts(parts: Iterator[bytes], *, name: str, kind: str) -> StreamingHttpResponse:
    """A file to keep, sent in its parts. They are made after the request's end, in its context: what it has read once
    (the council's settings) is not asked again for each row."""
    in_context: Iterator[bytes] = iter(partial(copy_context().run, next, parts, None), None)
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"', "Cache-Control": "no-store"}
    return StreamingHttpResponse(in_context, content_type=KINDS[kind], headers=headers)


def as_text(cell: Cell) -> str:
    """A cell of a CSV: days as 2026-11-30, moments in London's time, yes and no in words, text made harmless."""
    if isinstance(cell, str):
        return harmless(cell)
    if isinstance(cell, bool):
        return "Yes" if cell else "No"
    if isinstance(cell, datetime):
        return f"{cell.astimezone(LONDON):%Y-%m-%d %H:%M}"
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else str(cell)


def as_csv(titles: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """CSV in UTF-8 with its mark, so that a spreadsheet reads every name right."""
    text = StringIO()
    writer = csv.writer(text)
    text.write("\ufeff")
    writer.writerow(titles)
    for number, row in enumerate(rows, 1):
        writer.writerow([as_text(cell) for cell in row])
        if number % ROWS_A_CHUNK == 0:
            yield drained(text)
    yield drained(text)


def drained(text: StringIO) -> bytes:
    """What was written so far; the text is empty again."""
    written = text.getvalue().encode()
    text.seek(0)
    text.truncate()
    return written


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook: its headings stay in sight, and its columns are as wide as is said, else 20 letters."""

    name: str
    titles: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    widths: Sequence[int] = ()


def as_xlsx(titles: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """A workbook of one sheet."""
    return book_of([Sheet("Table", titles, rows)])


def book_of(sheets: Iterable[Sheet]) -> Iterator[bytes]:
    """A workbook: text is text, numbers are numbers, days are days, and nothing is a formula.

    openpyxl makes all but the rows, which are written into it as they are read: a cell made and written by it takes
    twenty times as long (ADR 47). It goes to a file of its own and is sent from there: a zip is not whole before its
    end. The same rows give the same bytes, whenever they are asked for.
    """
    book = Workbook(write_only=True)
    book.properties.created = book.properties.modified = ALWAYS
    rows = {}
    for place, sheet in enumerate(sheets, 1):
        rows[f"xl/worksheets/sheet{place}.xml"] = rows_as_xml(sheet, begin(book.create_sheet(sheet.name), sheet))
    with TemporaryFile() as file, TemporaryFile() as whole:
        book.save(file)
        put_rows_in(file, whole, rows)
        whole.seek(0)
        while chunk := whole.read(CHUNK):
            yield chunk


@dataclass(frozen=True, slots=True)
class Styles:
    """The numbers of a sheet's three formats in its workbook."""

    text: int
    day: int
    moment: int


def begin(page: Any, sheet: Sheet) -> Styles:
    """A sheet with its headings and without its rows; gives the formats that their cells have."""
    page.freeze_panes = "A2"
    titles, made = [], []
    for number, title in enumerate(sheet.titles, 1):
        width = sheet.widths[number - 1] if sheet.widths else 20
        page.column_dimensions[get_column_letter(number)].width = width
        cell = WriteOnlyCell(page, fitted(harmless(title)))
        cell.font, cell.number_format, cell.data_type = Font(bold=True), "@", "s"
        titles.append(cell)
    for number_format in ("@", "dd/mm/yyyy", "dd/mm/yyyy hh:mm"):
        made.append(WriteOnlyCell(page))
        made[-1].number_format = number_format
    page.append(titles)
    return Styles(*(cell.style_id for cell in made))


def put_rows_in(packed: IO[bytes], whole: IO[bytes], rows: Mapping[str, Iterable[str]]) -> None:
    """Pack a workbook's parts again, each as of the same moment, and each sheet with its rows after its headings."""
    with ZipFile(packed) as source, ZipFile(whole, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = ZipInfo(name, ALWAYS.timetuple()[:6])
            part.compress_type = ZIP_DEFLATED
            head, end, tail = source.read(name).partition(b"</sheetData>")
            with target.open(part, "w") as now:
                now.write(head)
                for chunk in rows.get(name, ()):
                    now.write(chunk.encode())
                now.write(end + tail)


def rows_as_xml(sheet: Sheet, styles: Styles) -> Iterator[str]:
    """The rows of a sheet as its XML has them, some hundred at a time."""
    columns = [get_column_letter(number) for number in range(1, len(sheet.titles) + 1)]
    made = []
    for number, row in enumerate(sheet.rows, 2):
        cells = [
            cell_as_xml(f"{column}{number}", cell, styles)
            for column, cell in zip(columns, row, strict=True)
            if cell is not None and cell != ""
        ]
        made.append(f'<row r="{number}">{"".join(cells)}</row>')
        if len(made) == ROWS_A_CHUNK:
            yield "".join(made)
            made.clear()
    yield "".join(made)


def cell_as_xml(place: str, cell: Cell, styles: Styles) -> str:
    """One cell with its value: text as text, whatever it looks like ("#N/A" and "=1" are words here); numbers, days and
    moments as what they are."""
    if isinstance(cell, bool | str):
        text = as_text(cell)
        if len(text) > LONGEST_CELL or TO_WRITE_OTHERWISE.search(text):
            text = escape(fitted(text))
        return f'<c r="{place}" s="{styles.text}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    if isinstance(cell, datetime):
        minute = cell.astimezone(LONDON).replace(second=0, microsecond=0, tzinfo=None)
        return f'<c r="{place}" s="{styles.moment}"><v>{to_excel(minute)}</v></c>'
    if isinstance(cell, date):
        return f'<c r="{place}" s="{styles.day}"><v>{to_excel(cell)}</v></c>'
    return f'<c r="{place}"><v>{cell}</v></c>'


def fitted(text: str) -> str:
    """A text as a workbook can hold it: line ends alike, nothing that XML has not, cut where a cell holds no more."""
    text = LINE_ENDS.sub("\n", NOT_XML.sub("\ufffd", text))
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - len(CUT)] + CUT
