"""What a correction changed: the figures that are other than in the version it replaces, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Self

from qualitycounts.base import clock
from qualitycounts.base.spreadsheets import Cell
from reporting.control_chart import Share
from reporting.models import Report
from reporting.sections.actions import Actions
from reporting.sections.base import Window
from reporting.sections.grades import Grades
from reporting.sections.put_right import PutRight
from reporting.sections.section import Figures, Section, Table
from reporting.sections.standards import Standards


@dataclass(frozen=True)
class RevisedFigure:
    """One figure: what it was in the version that is replaced, and what it is now."""

    name: str
    was: str
    now: str


@dataclass(frozen=True)
class Revised(Section):
    """The version that is replaced with the day of its issue, why, and the figures that changed."""

    name = "revised"
    key = "revised"

    replaces: int
    issued: str
    why: str
    rows: list[RevisedFigure]

    @classmethod
    def count(cls, window: Window) -> Self | None:
        """Nothing by itself: it follows from the figures."""
        return None

    @classmethod
    def conclude(cls, window: Window, counted: Figures) -> Self | None:
        """The figures beside those of the version that was issued last, where it is a correction: one query."""
        report = window.report
        if report is None or not report.why:
            return None
        earlier = Report.objects.filter(period=report.period, number__lt=report.number, issued_at__isnull=False)
        replaced = earlier.order_by("-number").only("number", "issued_at", "figures").first()
        if replaced is None or replaced.issued_at is None:
            return None
        rows = revised_figures(Figures.from_json(replaced.figures, (Grades, Standards, Actions, PutRight)), counted)
        return cls(replaced.number, clock.day_of(replaced.issued_at).isoformat(), report.why, rows)

    @property
    def issued_on(self) -> date:
        """The day on which the version that is replaced was issued."""
        return date.fromisoformat(self.issued)

    def tables(self, figures: Figures) -> Iterator[Table]:
        """Every figure that changed."""
        cells: list[list[Cell]] = [[row.name, row.was, row.now, self.why] for row in self.rows]
        yield Table("revised", "Revised since it was issued", ("Figure", "Was", "Now", "Why"), cells)


def revised_figures(before: Figures, after: Figures) -> list[RevisedFigure]:
    """The figures a correction is compared by that are not what they were."""
    was, now = headline(before), headline(after)
    return [
        RevisedFigure(name, was.get(name, "none"), now.get(name, "none"))
        for name in {**was, **now}
        if was.get(name) != now.get(name)
    ]


def headline(figures: Figures) -> dict[str, str]:
    """The figures that a correction is compared by, as they are said: the grades, each standard, and what follows."""
    grades, standards = figures.of(Grades), figures.of(Standards)
    counts = {grade.name: f"{grade.count} of {grade.of}" for grade in grades.core_grades}
    series = [grades.good, *(each.good for each in standards.standards)]
    series += [figures.of(Actions).actions.on_time, figures.of(PutRight).put_right]
    shares = {each.name: str(Share(each.counts[-1], each.ofs[-1])) for each in series if each.counts}
    return {"Audits finalised": str(grades.finalised.count)} | counts | shares
