"""Reading a file of columns that are named, as the import does once it knows which they are."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from audits.register.raw_files import ORDINARY, Limits, open_file
from audits.register.read_table import NO_ROWS, ReadTable, find_headings, tabulate
from audits.register.vocabulary import heading_key
from qualitycounts.base.refusals import Refused


def read_table(
    data: bytes, name: str, columns: Sequence[str], limits: Limits = ORDINARY, optional: Collection[str] = ()
) -> ReadTable:
    """The table under the first row of any sheet that has most of these headings."""
    wanted = {heading_key(column) for column in columns}
    file = open_file(data, name, wanted, limits)
    best = max((find_headings(sheet, wanted) for sheet in file.sheets), key=lambda headings: headings.score)
    table = tabulate(best, {column: [column] for column in columns}, file.encoding, limits, optional=optional)
    if not table.size:
        raise Refused(f"{NO_ROWS} {best.seen}")
    return table
