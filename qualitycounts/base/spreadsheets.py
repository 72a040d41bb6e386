"""A table to take away as CSV or as an Excel workbook: sent in pieces, so that its length costs no memory.

No cell that leaves can run as a formula. What is stored stays exact; only the copy that leaves has a ' before it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import IO, Any, Generic, TypeVar
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.http import Http404, StreamingHttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

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
    """A file to keep, sent in its parts."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"', "Cache-Control": "no-store"}
    return StreamingHttpResponse(parts, content_type=KINDS[kind], headers=headers)


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

    It is written to a file of its own as the rows are read, and sent from there: a zip is not whole before its end. The
    same rows give the same bytes, whenever they are asked for.
    """
    book = Workbook(write_only=True)
    book.properties.created = book.properties.modified = ALWAYS
    with TemporaryFile() as file:
        try:
            for sheet in sheets:
                fill(book.create_sheet(sheet.name), sheet)
        finally:  # after a fault, too: saving removes the copy of the rows that openpyxl keeps beside
            book.save(file)
        with TemporaryFile() as undated:
            leave_out_dates(file, undated)
            undated.seek(0)
            while chunk := undated.read(CHUNK):
                yield chunk


def fill(page: Any, sheet: Sheet) -> None:
    """Write a sheet row by row."""
    page.freeze_panes = "A2"
    for number in range(1, len(sheet.titles) + 1):
        width = sheet.widths[number - 1] if sheet.widths else 20
        page.column_dimensions[get_column_letter(number)].width = width
    bold, plain = SheetCells(page, bold=True), SheetCells(page)
    page.append(bold.of(title) for title in sheet.titles)
    for row in sheet.rows:
        page.append(plain.of(cell) for cell in row)


def leave_out_dates(packed: IO[bytes], undated: IO[bytes]) -> None:
    """Pack a workbook's parts again, each as of the same moment."""
    with ZipFile(packed) as source, ZipFile(undated, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = ZipInfo(name, ALWAYS.timetuple()[:6])
            part.compress_type = ZIP_DEFLATED
            with source.open(name) as was, target.open(part, "w") as now:
                copyfileobj(was, now, CHUNK)


class SheetCells:
    """Cells of one sheet: text as text, whatever it looks like; numbers, days and moments as what they are.

    Making a cell with its format costs more than writing it. So there is one of each kind, written out before the next
    value is put into it: a row is handed to the sheet as a generator, never as a list.
    """

    def __init__(self, page: Any, *, bold: bool = False) -> None:
        self.text, self.day, self.moment = (WriteOnlyCell(page) for _ in range(3))
        formats = ("@", "dd/mm/yyyy", "dd/mm/yyyy hh:mm")
        for made, number_format in zip((self.text, self.day, self.moment), formats, strict=True):
            made.number_format = number_format
            if bold:
                made.font = Font(bold=True)

    def of(self, cell: Cell) -> Any:
        """The value as its sheet takes it."""
        if cell is None or cell == "":
            return None
        if isinstance(cell, bool | str):
            self.text.value = fitted(as_text(cell))
            self.text.data_type = "s"  # "#N/A" and "=1" are words here
            return self.text
        if isinstance(cell, datetime):
            self.moment.value = cell.astimezone(LONDON).replace(second=0, microsecond=0, tzinfo=None)
            self.moment.number_format = "dd/mm/yyyy hh:mm"
            return self.moment
        if isinstance(cell, date):
            self.day.value = cell
            self.day.number_format = "dd/mm/yyyy"
            return self.day
        return cell


def fitted(text: str) -> str:
    """A text as a workbook can hold it: line ends alike, nothing that XML has not, cut where a cell holds no more."""
    text = LINE_ENDS.sub("\n", NOT_XML.sub("\ufffd", text))
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - len(CUT)] + CUT
