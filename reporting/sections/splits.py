"""Who the audits were about: by category, by service and team, with small groups masked as they were when counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reporting.periods import PeriodKind
from reporting.sections.grade_charts import GRADES
from reporting.sections.grades import Grades
from reporting.sections.groups import Group, Groups
from reporting.sections.method import Method
from reporting.sections.section import Figures, Section, Table, View

SHORT = 7
"""Lines of a table that may stand beside another."""


@dataclass(frozen=True)
class SplitTable:
    """One table: its lines, the names of those in which every number is hidden, and whether it has the four grades."""

    name: str
    split: Groups
    rows: list[Group]
    hidden: list[str]
    four: bool
    grades: list[str]

    @classmethod
    def of(cls, name: str, split: Groups, grades: list[str]) -> SplitTable:
        """The table of a split as it may be printed."""
        lines = [(row, any(cell.isdigit() for cell in (row.audits, row.good, row.below))) for row in split.rows]
        return cls(
            name=name,
            split=split,
            rows=[row for row, is_read in lines if is_read],
            hidden=[row.name for row, is_read in lines if not is_read],
            four=any(row.grades for row in split.rows),
            grades=grades,
        )


@dataclass(frozen=True)
class SplitsPage:
    """The tables that may be printed, those of half the page's width apart, and the names of what may not."""

    definition: str
    unsplit: bool
    halves: list[list[SplitTable]]
    wide: list[SplitTable]
    two_only: list[str]
    left_out: list[str]

    @property
    def two_only_in_words(self) -> str:
        """By what the four grades are left out; "" where they are not."""
        dash = ", and where – stands" if self.wide else ""
        by = f"by {', by '.join(self.two_only)}{dash}"
        return f"Where the four grades would give a small number away they are left out: {by}." if self.two_only else ""


@dataclass(frozen=True)
class Splits(Section):
    """The splits that are frozen with the grades: it stores nothing of its own."""

    name = "splits"
    template = "reports/splits.html"
    within = Method

    def page(self, view: View) -> SplitsPage:
        """Each split as it may be printed; a month has none."""
        grades = view.figures.of(Grades)
        splits = [("Category of need", grades.by_category), ("Service and team", grades.by_service)]
        if grades.by_type and grades.by_type.groups > 1:
            splits.insert(1, ("Kind of audit", grades.by_type))
        shown = [SplitTable.of(name, split, grades.names) for name, split in splits if not split.left_out]
        left_out = [name.lower() for name, split in splits if split.left_out and split.audits]
        half = [table for table in shown if not table.four and len(table.rows) <= SHORT]
        return SplitsPage(
            definition=grades.by_category.definition,
            unsplit=view.period.kind == PeriodKind.MONTH and not shown and not left_out,
            halves=[side for side in (half[:1], half[1:]) if side],
            wide=[table for table in shown if table not in half],
            two_only=[table.name.lower() for table in shown if not table.four],
            left_out=left_out,
        )

    def tables(self, figures: Figures) -> Iterator[Table]:
        """Each split as it was frozen."""
        grades = figures.of(Grades)
        for slug, title, split in (
            ("by-category", "By category", grades.by_category),
            ("by-service", "By service and team", grades.by_service),
            ("by-type", "By kind of audit", grades.by_type),
        ):
            if split is not None and split.groups:
                heads = ("Group", "Audits", *GRADES, "Good or better", "Below Good")
                yield Table(slug, title, heads, [list(_cells(row)) for row in split.rows])


def _cells(row: Group) -> Iterator[str]:
    yield from (row.name, row.audits, *(row.grades or ["–"] * len(GRADES)), row.good, row.below)
