"""Every row of shares that a report is read by, each with its reading."""

from __future__ import annotations

from dataclasses import dataclass

from audits.models import CASE_NUMBER
from reporting.periods import Period
from reporting.sections.actions import Actions
from reporting.sections.grades import Grades
from reporting.sections.put_right import PutRight
from reporting.sections.section import Figures
from reporting.sections.shares import Row
from reporting.sections.standards import Standards

WHOLE_CASE = CASE_NUMBER
"""What stands for the case as a whole where a standard is named by its number."""


@dataclass(frozen=True)
class Rows:
    """Every row that has a reading, and the period they end with."""

    period: Period
    good: Row
    inadequate: Row
    on_time: Row
    put_right: Row
    standards: list[Row]

    @property
    def audits(self) -> int:
        """How many audits the headline counts."""
        return self.good.now.of

    @property
    def all_but_good(self) -> list[Row]:
        """Every row but the grade of the case."""
        return [*self.standards, self.inadequate, self.on_time, self.put_right]

    def of_standard(self, standard: int) -> Row | None:
        """The row of a standard by its number, of the set that is in use, or of the case as a whole."""
        if standard == WHOLE_CASE:
            return self.good
        of_it = [row for row in self.standards if row.number == standard]
        return next((row for row in reversed(of_it) if row.now.of), of_it[-1] if of_it else None)


def rows_of(figures: Figures) -> Rows:
    """The rows of shares that the figures hold, each with its reading."""
    grades = figures.of(Grades)
    return Rows(
        period=figures.all_units[-1],
        good=grades.good_row(figures),
        inadequate=grades.inadequate_row(figures),
        on_time=figures.of(Actions).on_time_row(figures),
        put_right=figures.of(PutRight).put_right_row(figures),
        standards=figures.of(Standards).rows(figures),
    )
