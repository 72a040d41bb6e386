"""What is wrong with one cell of a file, told so that its owner can put it right."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any, NamedTuple

SHOWN = 40
"""Characters of a cell that are repeated at most."""


class Problem(NamedTuple):
    """A row as a spreadsheet numbers it (the headings are row 1), a column's heading, and one plain sentence; of a
    workbook with several tables, the sheet."""

    row: int
    column: str
    why: str
    sheet: str = ""

    @property
    def told(self) -> dict[str, Any]:
        """The problem as it is kept and given out: without a sheet where there is one table."""
        return {name: part for name, part in self._asdict().items() if part or name != "sheet"}


def quoted(cell: str, words: Collection[str] = ()) -> str:
    """The cell in quotation marks, for the beginning of a sentence that is kept; "This cell" where it may hold a name.

    A child's name stands in a wrong column sooner or later. So a cell is repeated only where it has at most two
    letters, or where each of its words is one of `words` (in small letters).
    """
    letters = re.findall(r"[^\W\d_]+", cell.casefold())
    if len("".join(letters)) > 2 and not all(word in words for word in letters):
        return "This cell"
    return f"“{shortened(cell)}”"


def shortened(cell: str) -> str:
    """A cell as it is repeated in a sentence: a long one is cut."""
    return cell if len(cell) <= SHOWN else f"{cell[:SHOWN]}…"
