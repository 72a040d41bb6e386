"""A file whose columns are still to be mapped, kept sealed for a day at most.

A child's name may stand in any of its cells, so what is kept cannot be read here: the key is made for the file, sent to
the browser that handed it over, and not kept. Columns under which nothing is ever read are not even sealed.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken

from audits.models import Import
from audits.register.mapping.guess import offered_headings
from audits.register.raw_files import TOP, RawFile, RawSheet, Row
from qualitycounts.base.refusals import Stale

GONE = (
    "The rows of this file can no longer be read: it was handed over in another browser, or more than a day ago. "
    "Choose the file again."
)


@dataclass(frozen=True, slots=True)
class WaitingSheet:
    """The rows of a sheet that wait."""

    rows: list[Row]

    def __call__(self) -> Iterator[Row]:
        """Its rows, from the first."""
        return iter(self.rows)


def seal(file: RawFile, kind: str, tops: dict[str, int]) -> tuple[bytes, str]:
    """Seal the sheets of a file that may be lists, each with the row of its headings; and make the key for them."""
    sheets = [
        {"name": sheet.name, "rows": [*rows_offered(sheet, kind, tops[sheet.name])]}
        for sheet in file.sheets
        if sheet.name in tops
    ]
    others = [sheet.name for sheet in file.sheets if sheet.name not in tops]
    text = json.dumps({"name": file.name, "encoding": file.encoding, "sheets": sheets, "others": others})
    key = Fernet.generate_key()
    return Fernet(key).encrypt(zlib.compress(text.encode())), key.decode()


def rows_offered(sheet: RawSheet, kind: str, top: int) -> Iterator[Row]:
    """The rows of a sheet from its headings on, only of the columns that may be chosen.

    A row wider than the headings is kept with one cell too many, so that it is refused as it would be in the file.
    """
    places: list[int] = []
    width = 0
    for number, cells in sheet.rows():
        if number < top:
            continue
        if number == top:
            offered = offered_headings(kind, cells)
            places = [place for place, cell in enumerate(cells) if cell in offered]
            width = len(cells)
        wide = any(cells[width:])
        yield number, [*(cells[place] if place < len(cells) else "" for place in places), *(["…"] if wide else [])]


def unseal(looked_at: Import, key: str) -> RawFile:
    """The sheets of a file that waits to be mapped. Refuses (Stale, 409) one whose rows or key are gone."""
    if looked_at.state != Import.State.MAPPING or looked_at.data is None:
        raise Stale(GONE)
    try:
        read = json.loads(zlib.decompress(Fernet(key).decrypt(bytes(looked_at.data))))
    except (InvalidToken, ValueError) as fault:
        raise Stale(GONE) from fault
    sheets = []
    for sheet in read["sheets"]:
        rows = [(int(number), [str(cell) for cell in cells]) for number, cells in sheet["rows"]]
        sheets.append(RawSheet(sheet["name"], rows[:TOP], WaitingSheet(rows)))
    return RawFile(read["name"], read["encoding"], sheets, tuple(read["others"]))
