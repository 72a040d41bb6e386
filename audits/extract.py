"""A monthly extract read into a table of text: CSV or XLSX, in whatever state it comes. Knows no models."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from audits import unpack, workbook
from people.problems import Problem
from qualitycounts.refusals import Refused, TooLarge

MIB = 1024 * 1024
SPARE = 1_000
"""Rows of a workbook read beyond the limit, so that a few blank ones above or below its table do not count."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one file may hold: bytes as uploaded, rows under the headings, bytes once a workbook is unpacked."""

    size: int = 10 * MIB
    rows: int = 100_000
    unpacked: int = 100 * MIB


@dataclass(frozen=True, slots=True)
class Table:
    """The wanted columns of a file, in the order asked for; each row with the number a spreadsheet shows for it."""

    columns: tuple[str, ...]
    rows: list[tuple[int, tuple[str, ...]]]
    encoding: str
    dropped: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unused: list[list[str]] = field(default_factory=list)
    """The rows that do not fit the headings: whoever is named in one is not absent from the file."""

    @property
    def size(self) -> int:
        """How many rows the file has under its headings, used or not."""
        return len(self.rows) + len(self.unused)

    def records(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Each row's number and its cells by heading."""
        for number, cells in self.rows:
            yield number, dict(zip(self.columns, cells, strict=True))


def read(data: bytes, name: str, columns: Sequence[str], limits: Limits = Limits()) -> Table:
    """Read a file of these columns, in any order; what the file is goes by its bytes, not by its name.

    Refuses with `TooLarge` (413) over the limits and with `Refused` (422) what is not a table, lacks a column, has one
    twice, holds macros or unpacks to far more than it should. Columns not asked for are dropped and named.
    """
    check_size(len(data), name, limits)
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
        return tabulate(workbook.rows(data, limits.unpacked, limits.rows + SPARE), columns, "Excel workbook", limits)
    text, encoding = decode(data, name)
    return tabulate(split(text, columns), columns, encoding, limits)


def check_size(size: int, name: str, limits: Limits = Limits()) -> None:
    """Refuse (`TooLarge`, 413) a file by its size alone, before it is read."""
    if size > limits.size:
        raise TooLarge(
            f"“{name}” is larger than {limits.size // MIB} MB, so it was not read. "
            "Export only the columns that are needed."
        )


def decode(data: bytes, name: str) -> tuple[str, str]:
    """The text and the name of its encoding: UTF-8, UTF-16 with its mark, else Windows-1252."""
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
        return text, encoding
    raise unreadable


def split(text: str, columns: Sequence[str]) -> Iterator[list[str]]:
    """The rows of a CSV text. The separator is the one that shows most of the wanted headings; commas when in doubt."""
    wanted = {key(column) for column in columns}

    def headings_found(separator: str) -> int:
        first = next(filter(any, records(text, separator, strict=False)), [])
        return sum(key(cell) in wanted for cell in first)

    yield from records(text, max(",;\t", key=headings_found))


def records(text: str, separator: str, *, strict: bool = True) -> Iterator[list[str]]:
    """Rows of text cut at the separator. A quotation mark that is never closed is refused, not read over."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=strict)
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


def tabulate(lines: Iterable[list[str]], columns: Sequence[str], encoding: str, limits: Limits) -> Table:
    """Find the headings in the first row that is not blank, and keep the wanted cells of every row under it."""
    numbered = ((number, [tidy(cell) for cell in line]) for number, line in enumerate(lines, start=1))
    top, headings = next(((number, cells) for number, cells in numbered if any(cells)), (1, []))
    places, dropped = find_columns(headings, columns)
    table = Table(tuple(columns), [], encoding, dropped)
    table.problems.extend(
        Problem(top, heading, "This column is not one that is kept. It was dropped and nothing in it was stored.")
        for heading in dropped
    )
    once: dict[str, str] = {}  # most cells say what many others say: each text is held once
    for number, cells in numbered:
        if not any(cells):
            continue
        if table.size == limits.rows:
            raise TooLarge(
                f"The file has more than {limits.rows:,} rows, so nothing in it was used. Export only open cases and "
                "those closed since the last extract."
            )
        if any(cells[len(headings) :]):
            table.problems.append(
                Problem(
                    number,
                    "",
                    "This row has more cells than there are headings, so its cells may be in the wrong columns. "
                    "The row was not used. Correct it in the case system and import again.",
                )
            )
            table.unused.append(cells)
            continue
        row = (cells[place] if place < len(cells) else "" for place in places)
        table.rows.append((number, tuple(once.setdefault(cell, cell) for cell in row)))
    if not table.size:
        raise Refused("The file has headings but no rows. Export it again from the case system.")
    return table


def find_columns(headings: list[str], columns: Sequence[str]) -> tuple[list[int], list[str]]:
    """Where each wanted column stands, and the headings nobody asked for."""
    keys = [key(heading) for heading in headings]
    missing = [column for column in columns if key(column) not in keys]
    if missing:
        raise Refused(
            f"The file has no column called {' or '.join(f'“{column}”' for column in missing)}. "
            f"Its first row must have these headings, in any order: {', '.join(columns)}."
        )
    twice = [column for column in columns if keys.count(key(column)) > 1]
    if twice:
        raise Refused(f"The file has more than one column called “{twice[0]}”. Take one out and import it again.")
    wanted = {key(column) for column in columns}
    dropped = [heading or "(no heading)" for heading in headings if key(heading) not in wanted]
    while headings and not headings[-1] and dropped[-1:] == ["(no heading)"]:
        headings.pop()
        dropped.pop()
    return [keys.index(key(column)) for column in columns], dropped


def key(heading: str) -> str:
    """A heading without its case, spaces and underscores, to compare by."""
    return re.sub(r"[\s_]+", "", heading).casefold()


def tidy(cell: str) -> str:
    """A cell without the blanks around it, those one cannot see among them."""
    return cell.strip(" \t\r\n\xa0\u200b\ufeff")


MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
YEARS = range(1990, 2100)
UK = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
NAMED = re.compile(r"([0-9]{1,2})[- ]([A-Za-z]{3,9})[- ]([0-9]{4})")
TIME = re.compile(r"[T ][0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?$")


def day(text: str) -> date:
    """A date as 02/02/2026 (day first), 2026-02-02 or 2-Feb-2026, with or without a time after it.

    Raises ValueError with a phrase that ends a sentence when it is not one of these, or no such day exists.
    """
    bare = TIME.sub("", text)
    if match := UK.fullmatch(bare):
        d, m, y = (int(part) for part in match.groups())
    elif match := ISO.fullmatch(bare):
        y, m, d = (int(part) for part in match.groups())
    elif match := NAMED.fullmatch(bare):
        month = match[2][:3].lower()
        d, m, y = int(match[1]), MONTHS.index(month) + 1 if month in MONTHS else 0, int(match[3])
    else:
        raise ValueError(f"“{text}” is not a date such as 31/10/2026")
    if y not in YEARS:
        raise ValueError(f"“{text}” is not in a year that can be right")
    try:
        return date(y, m, d)
    except ValueError:
        raise ValueError(f"“{text}” is not a day in the calendar") from None
