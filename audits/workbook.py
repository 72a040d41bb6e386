"""An Excel workbook as rows of text, read by a process apart (unpack.py) so that a hostile one harms nothing here."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

from audits import unpack
from qualitycounts.refusals import NOT_TEXT, Refused, TooLarge

ZIP = b"PK\x03\x04"
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
WAIT = 30
TOO_LONG = "Export only open cases and those closed since the last extract."
TOO_BIG = (
    "The workbook asks for more memory or time than a table needs, so it was not opened. "
    "Copy the table alone into a new workbook, or save it as CSV."
)


NO_TEXT = "Row {} of the workbook has a cell with a character that is no text. Type that cell again, or save it as CSV."


def rows(data: bytes, most: int, most_rows: int) -> Iterator[list[str]]:
    """The rows of the first visible sheet: whole numbers without ".0", dates as 2026-02-02, formulas as text.

    Refuses with `TooLarge` (413) more than `most_rows` rows, blank ones too.
    Refuses (`Refused`, 422) what is not a workbook, macros, declared entities, what unpacks to more than `most` bytes,
    a cell with what no database keeps as text, and what takes more memory or time than a table does.
    """
    command = [sys.executable, "-I", unpack.__file__, str(most), str(most_rows)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=WAIT, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as fault:
        raise Refused(TOO_BIG) from fault
    if done.returncode == 4:
        raise TooLarge(f"The workbook has more than {most_rows:,} rows, so nothing in it was used. {TOO_LONG}")
    if done.returncode:
        raise Refused(done.stderr.decode() if done.returncode == 3 else TOO_BIG)
    for number, line in enumerate(done.stdout.splitlines(), start=1):
        cells = json.loads(line)
        if any(NOT_TEXT.search(cell) for cell in cells):
            raise Refused(NO_TEXT.format(number))
        yield cells
