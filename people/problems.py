"""What is wrong with one cell of a file, told so that its owner can put it right."""

from __future__ import annotations

from typing import NamedTuple


class Problem(NamedTuple):
    """A row as a spreadsheet numbers it (the headings are row 1), a column's heading, and one plain sentence."""

    row: int
    column: str
    why: str
