"""A table to take away as CSV or as an Excel workbook: streamed, so that its length costs no memory.

No cell that leaves can run as a formula. What is stored stays exact; only the copy that leaves has a ' before it.
"""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from typing import Any, Generic, TypeVar
from xml.sax.saxutils import escape

from django.http import Http404, StreamingHttpResponse

from qualitycounts.clock import LONDON

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
ROWS_A_CHUNK = 200
EPOCH = date(1899, 12, 30)
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
    """The rows as a file to keep, "csv" or "xlsx", sent as they are read; `name` is without its ending.

    404 for another kind. `rows` may be a queryset's `iterator()`: it is gone through once.
    """
    if kind not in KINDS:
        raise Http404
    titles = [column.title for column in columns]
    values = ([column.value(row) for column in columns] for row in rows)
    parts = (as_csv if kind == "csv" else as_xlsx)(titles, values)
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
            yield taken(text)
    yield taken(text)


def taken(text: StringIO) -> bytes:
    """What was written so far; the text is empty again."""
    written = text.getvalue().encode()
    text.seek(0)
    text.truncate()
    return written


PLAIN, HEADING, DAY, MOMENT = range(4)
"""The styles of a workbook's cells, in the order of STYLES."""
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
TYPES = (
    f'{XML}<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{SPREADSHEET}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{SPREADSHEET}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{SPREADSHEET}.styles+xml"/></Types>'
)
RELATIONS = (
    f'{XML}<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
BOOK = (
    f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="Table" sheetId="1" r:id="rId1"/></sheets>'
    "</workbook>"
)
BOOK_RELATIONS = (
    f'{XML}<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>'
)
STYLES = (
    f'{XML}<styleSheet xmlns="{MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/>'
    '<numFmt numFmtId="165" formatCode="dd/mm/yyyy hh:mm"/></numFmts><fonts count="2"><font/><font><b/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4">'
    '<xf numFmtId="49" applyNumberFormat="1"/><xf fontId="1" applyFont="1"/>'
    '<xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="165" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
SHEET_START = (
    f'{XML}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
    '<cols><col min="1" max="{columns}" width="20" customWidth="1"/></cols><sheetData>'
)
SHEET_END = "</sheetData></worksheet>"


class _Sink:
    """What a zip writes into: bytes are handed on as they come, and nothing is gone back to."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def write(self, data: Any) -> int:
        """Take some bytes."""
        self.parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def taken(self) -> bytes:
        """What was written so far; it is empty again."""
        written = b"".join(self.parts)
        self.parts.clear()
        return written


def as_xlsx(titles: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """A workbook of one sheet with its headings in sight; text is text, days are days, and nothing is a formula."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:  # type: ignore[call-overload]
        for part, text in {
            "[Content_Types].xml": TYPES,
            "_rels/.rels": RELATIONS,
            "xl/workbook.xml": BOOK,
            "xl/_rels/workbook.xml.rels": BOOK_RELATIONS,
            "xl/styles.xml": STYLES,
        }.items():
            book.writestr(part, text)
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            lines = [SHEET_START.replace("{columns}", str(len(titles))), line(titles, HEADING)]
            for number, row in enumerate(rows, 1):
                lines.append(line(row))
                if number % ROWS_A_CHUNK == 0:
                    sheet.write("".join(lines).encode())
                    lines.clear()
                    yield sink.taken()
            sheet.write("".join([*lines, SHEET_END]).encode())
    yield sink.taken()


def line(row: Sequence[Cell], style: int = PLAIN) -> str:
    """One row of a sheet."""
    return f"<row>{''.join(as_cell(cell, style) for cell in row)}</row>"


def as_cell(cell: Cell, style: int) -> str:
    """One cell of a sheet: text as text, whatever it looks like; numbers, days and moments as what they are."""
    if cell is None or cell == "":
        return "<c/>"
    if isinstance(cell, bool | str):
        text = NOT_XML.sub("\ufffd", as_text(cell))
        if len(text) > LONGEST_CELL:
            text = text[: LONGEST_CELL - len(CUT)] + CUT
        kept = escape(text, {"\r": "&#13;"})
        return f'<c t="inlineStr" s="{style}"><is><t xml:space="preserve">{kept}</t></is></c>'
    if isinstance(cell, datetime):
        local = cell.astimezone(LONDON)
        minutes = local.hour * 60 + local.minute
        return f'<c s="{MOMENT}"><v>{(local.date() - EPOCH).days + minutes / 1440}</v></c>'
    if isinstance(cell, date):
        return f'<c s="{DAY}"><v>{(cell - EPOCH).days}</v></c>'
    return f"<c><v>{cell}</v></c>"
