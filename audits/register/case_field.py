"""What one column of a case extract is: a line of the table of fields (`case_fields`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from audits.register import cell_readers
from audits.register.cell_readers import RowReader
from qualitycounts.base.spreadsheets import Column
from standards.models import FactKind


@dataclass(frozen=True, slots=True)
class CaseField:
    """One column: what it is called and holds, whether a row can do without it, how it is read, kept and shown.

    `absent` is the rule where a file has no such column; "" where every file must have it. `stored`: it is a column of
    `Case` as the file writes it. `keeps`: where the file has no such column, the register keeps what it knows. `extra`:
    even a file in our own layout need not have it. `made` says what becomes of another system's cells.
    """

    heading: str
    reader: Callable[[RowReader, CaseField], Any]
    holds: str
    example: str
    required: bool = False
    absent: str = ""
    stored: bool = True
    keeps: bool = False
    extra: bool = False
    longest: int = 0
    made: str = ""
    shown: tuple[Column[Any], ...] = ()
    name: str = ""

    @property
    def is_day(self) -> bool:
        """Whether its cells are dates."""
        return self.reader in cell_readers.DAY_READERS

    @property
    def is_fact(self) -> bool:
        """Whether it is a date that stands beside a question of the meeting."""
        return self.name.removesuffix("_on") in FactKind.values

    @property
    def is_extra_fact(self) -> bool:
        """Whether it is one that a file need not have."""
        return self.extra and self.is_fact


UNKNOWN = "What the register has, else “not known”."


def fact_field(
    kind: FactKind,
    heading: str,
    holds: str,
    example: str,
    reader: Callable[[RowReader, CaseField], Any] = cell_readers.read_past_day,
) -> CaseField:
    """The column of a date that stands beside a question of the meeting and that no file need have."""
    shown = Column[Any](kind.label, lambda case: getattr(case, f"{kind}_on"))
    return CaseField(heading, reader, holds, example, keeps=True, extra=True, absent=UNKNOWN, shown=(shown,))
