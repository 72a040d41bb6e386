"""An Excel workbook as rows of text, read by a process apart (unpack.py) so that a hostile one harms nothing here."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import IO

from audits.register import unpack
from qualitycounts.base.refusals import NOT_TEXT, Refused, TooLarge

ZIP = b"PK\x03\x04"
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
WAIT = 30
TOO_LONG = "Export only open cases and those closed since the last extract."
TOO_BIG = (
    "The workbook asks for more memory or time than a table needs, so it was not opened. "
    "Copy the table alone into a new workbook, or save it as CSV."
)


NO_TEXT = "Row {} of the workbook has a cell with a character that is no text. Type that cell again, or save it as CSV."


def workbook_sheets(data: bytes, most: int, most_rows: int) -> tuple[IO[bytes], dict[str, int]]:
    """Unpack a workbook into a file of JSON lines that is gone once closed, and say where each sheet begins in it.

    Refuses with `TooLarge` (413) more than `most_rows` rows, blank ones too.
    Refuses (`Refused`, 422) what is not a workbook, macros, declared entities, what unpacks to more than `most` bytes,
    and what takes more memory or time than a table does.
    """
    command = [sys.executable, "-I", unpack.__file__, str(most), str(most_rows)]
    lines = TemporaryFile()  # noqa: SIM115  (read from for as long as its sheets are)
    try:
        done = subprocess.run(command, input=data, stdout=lines, stderr=subprocess.PIPE, timeout=WAIT, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as fault:
        raise Refused(TOO_BIG) from fault
    if done.returncode == 4:
        raise TooLarge(f"The workbook has more than {most_rows:,} rows, so nothing in it was used. {TOO_LONG}")
    if done.returncode:
        raise Refused(done.stderr.decode() if done.returncode == 3 else TOO_BIG)
    lines.seek(0)
    sheets, place = {}, 0
    for line in lines:
        place += len(line)
        if line.startswith(b"{"):
            sheets[str(json.loads(line)["sheet"])] = place
    return lines, sheets


def sheet_lines(lines: IO[bytes], start: int) -> Iterator[list[str]]:
    """The rows of a sheet: whole numbers without ".0", dates as 2026-02-02, formulas as text.

    Refuses (`Refused`, 422) a cell with what no database keeps as text.
    """
    lines.seek(start)
    for number, line in enumerate(lines, start=1):
        if line.startswith(b"{"):
            return
        cells: list[str] = json.loads(line)
        if any(NOT_TEXT.search(cell) for cell in cells):
            raise Refused(NO_TEXT.format(number))
        yield cells
