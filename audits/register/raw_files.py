"""An uploaded file as sheets of text: a CSV is one, a workbook has one for each sheet that can be seen."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import IO

from audits.register import unpack, workbook
from audits.register.vocabulary import heading_key
from qualitycounts.base.refusals import Refused, TooLarge

MIB = 1024 * 1024
SPARE = 1_000
"""Rows of a workbook read beyond the limit, so that a few blank ones above or below its table do not count."""
TOP = 30
"""Rows of a sheet, blank ones apart, among which its headings are looked for."""
BLANKS = " \t\r\n\xa0\u200b\ufeff"
"""What stands around a cell and cannot be seen."""
UNSEEN = dict.fromkeys([0xAD, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF])
"""What cannot be seen within one, and makes two names of one or turns one round. Joiners stay: names are written so."""
SEPARATORS = ",;\t|"
Row = tuple[int, list[str]]
"""A row's number, as a spreadsheet shows it, and its cells."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one file may hold: bytes as uploaded, rows under the headings, bytes once a workbook is unpacked."""

    size: int = 10 * MIB
    rows: int = 100_000
    unpacked: int = 100 * MIB


ORDINARY = Limits()


@dataclass(frozen=True, slots=True)
class RawSheet:
    """One sheet of a file: its name ("" for a CSV), the first of its rows that are not blank, and a way to read all."""

    name: str
    top: list[Row]
    rows: Callable[[], Iterator[Row]]


@dataclass(frozen=True, slots=True)
class RawFile:
    """An uploaded file with its sheets; `encoding` says what it was, `others` name the sheets that were let go."""

    name: str
    encoding: str
    sheets: list[RawSheet]
    others: tuple[str, ...] = ()


def open_file(data: bytes, name: str, wanted: Collection[str], limits: Limits = ORDINARY) -> RawFile:
    """Open a file; what it is goes by its bytes, not by its name. `wanted` are the keys of headings to tell its
    separator by.

    Refuses with `TooLarge` (413) over the limits and with `Refused` (422) what is not a table, holds macros or unpacks
    to far more than it should.
    """
    check_file_size(len(data), name, limits)
    if not data.strip():
        raise Refused(f"“{name}” is empty. Export it again from the case system.")
    if name.lower().endswith(".xlsm"):
        raise Refused(unpack.MACROS)
    if data.startswith(workbook.OLD_EXCEL):
        raise Refused(
            f"“{name}” is an old Excel workbook, or one with a password. "
            "Save it as .xlsx without a password, or as CSV."
        )
    if data.startswith(workbook.ZIP):
        lines, sheets = workbook.workbook_sheets(data, limits.unpacked, limits.rows + SPARE)
        return RawFile(name, "Excel workbook", [sheet_of(lines, title, start) for title, start in sheets.items()])
    codec, encoding = encoding_of(data, name)

    def rows(separator: str, *, strict: bool = True) -> Iterator[Row]:
        return numbered(records(data, codec, separator, strict=strict))

    separator = max(SEPARATORS, key=lambda each: best_score(first_rows(rows(each, strict=False)), wanted))
    return RawFile(name, encoding, [RawSheet("", first_rows(rows(separator)), partial(rows, separator))])


def sheet_of(lines: IO[bytes], title: str, start: int) -> RawSheet:
    """One sheet of an unpacked workbook."""
    rows = partial(workbook.sheet_lines, lines, start)
    return RawSheet(title, first_rows(numbered(rows())), lambda: numbered(rows()))


def numbered(rows: Iterator[list[str]]) -> Iterator[Row]:
    """Rows with their numbers and their cells tidied, without those that are blank."""
    for number, cells in enumerate(rows, start=1):
        tidied = [tidy(cell) for cell in cells]
        if any(tidied):
            yield number, tidied


def tidy(cell: str) -> str:
    """A cell without what cannot be seen, and the text of one written ="0042", as systems do to keep its zeros."""
    cell = (cell if cell.isascii() else cell.translate(UNSEEN)).strip(BLANKS)
    if cell.startswith('="') and cell.endswith('"') and '"' not in cell[2:-1]:
        return cell[2:-1].strip(BLANKS)
    return cell


def first_rows(rows: Iterator[Row]) -> list[Row]:
    """The rows among which the headings stand."""
    return list(islice(rows, TOP))


def score(cells: list[str], wanted: Collection[str]) -> int:
    """How many different headings that are wanted stand in a row."""
    return len({heading_key(cell) for cell in cells}.intersection(wanted))


def best_score(top: list[Row], wanted: Collection[str]) -> int:
    """How many wanted headings stand in the row that has most of them."""
    return max((score(cells, wanted) for _, cells in top), default=0)


def check_file_size(size: int, name: str, limits: Limits = ORDINARY) -> None:
    """Refuse (`TooLarge`, 413) a file by its size alone, before it is read."""
    if size > limits.size:
        raise TooLarge(
            f"“{name}” is larger than {limits.size // MIB} MB, so it was not read. "
            "Export only the columns that are needed."
        )


def encoding_of(data: bytes, name: str) -> tuple[str, str]:
    """The codec that reads the whole of a text, and its name: UTF-8, UTF-16 with its mark, else Windows-1252."""
    unreadable = Refused(
        f"“{name}” is not a table of text that can be read. Save it as CSV (UTF-8) or as an Excel workbook (.xlsx)."
    )
    encodings = {"utf-8-sig": "UTF-8", "cp1252": "Windows-1252"}
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = {"utf-16": "UTF-16"}
    for codec, encoding in encodings.items():
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        if "\0" in text or text.lstrip().startswith(("<", "%PDF", "{\\rtf")):
            raise unreadable
        return codec, encoding
    raise unreadable


def records(data: bytes, codec: str, separator: str, *, strict: bool) -> Iterator[list[str]]:
    """Rows of text cut at the separator. A quotation mark that is never closed is refused, not read over."""
    text = io.TextIOWrapper(io.BytesIO(data), codec, newline="")
    reader = csv.reader(text, delimiter=separator, strict=strict)
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            raise Refused(
                f"The file stops being a table at line {reader.line_num} ({fault}). "
                "Look for a stray quotation mark there, or export it again."
            ) from fault
