"""An Excel workbook as rows of text, read by a process apart (unpack.py) so that a hostile one harms nothing here."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

from audits import unpack
from qualitycounts.refusals import Refused

ZIP = b"PK\x03\x04"
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
WAIT = 30
TOO_BIG = (
    "The workbook asks for more memory or time than a table needs, so it was not opened. "
    "Copy the table alone into a new workbook, or save it as CSV."
)


def rows(data: bytes, most: int) -> Iterator[list[str]]:
    """The rows of the first visible sheet: whole numbers without ".0", dates as 2026-02-02, formulas as text.

    Refuses (`Refused`, 422) what is not a workbook, macros, declared entities, what unpacks to more than `most` bytes,
    and what takes more memory or time than a table does.
    """
    command = [sys.executable, "-I", unpack.__file__, str(most)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=WAIT, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as fault:
        raise Refused(TOO_BIG) from fault
    if done.returncode:
        raise Refused(done.stderr.decode() if done.returncode == 3 else TOO_BIG)
    for line in done.stdout.splitlines():
        yield json.loads(line)
