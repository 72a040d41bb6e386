"""The sections of a report, in its order: what is counted, printed and taken away. A new section is one line here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from reporting.aims import Aims
from reporting.models import Report
from reporting.periods import Period
from reporting.sections.actions import Actions
from reporting.sections.agreement import Agreement
from reporting.sections.base import Window
from reporting.sections.brief import Brief
from reporting.sections.changed import Changed
from reporting.sections.conclusions import Conclusions
from reporting.sections.coverage import Coverage
from reporting.sections.elsewhere import Elsewhere
from reporting.sections.escalations import Escalations
from reporting.sections.event import Event
from reporting.sections.evidence import SeenEvidence
from reporting.sections.families import Families
from reporting.sections.frozen import Stored
from reporting.sections.grades import Grades
from reporting.sections.inspection_areas import InspectionAreas
from reporting.sections.method import Method
from reporting.sections.narrative import compose_narrative
from reporting.sections.panel import Panel
from reporting.sections.practice import Practice
from reporting.sections.programme import Programme
from reporting.sections.put_right import PutRight
from reporting.sections.recommendations import LastTime, Recommendations
from reporting.sections.record import Record
from reporting.sections.revised import Revised
from reporting.sections.row_lists import RowList
from reporting.sections.section import Figures, Section, Table
from reporting.sections.splits import Splits
from reporting.sections.spot_views import SpotViews
from reporting.sections.standards import Standards
from reporting.sections.themes import Themes
from reporting.sections.workers_say import WorkersSay

SECTIONS: list[type[Section]] = [
    Families,
    Grades,
    Standards,
    InspectionAreas,
    Agreement,
    Panel,
    PutRight,
    Actions,
    Escalations,
    LastTime,
    SeenEvidence,
    Record,
    Practice,
    Themes,
    Changed,
    Conclusions,
    SpotViews,
    WorkersSay,
    Programme,
    Splits,
    Coverage,
    Elsewhere,
    Recommendations,
    Method,
    Revised,
    Event,
    Brief,
]


def work_out(period: Period, *, on: date, report: Report | None = None) -> Figures:
    """All figures of the period as they stand on the day `on`, with the words that follow from them: some twenty
    queries. `report` is the version whose recommendations are frozen with them. A month's report is brief: it leaves
    out coverage, steps and sources."""
    window = Window(period, on, report)
    figures = Figures(
        period=str(period),
        as_at=on.isoformat(),
        units=[str(unit) for unit in window.units],
        months=[str(month) for month in window.months],
        sections={kind: kind.count(window) for kind in SECTIONS},
        baseline=str(window.baseline),
    )
    for kind in SECTIONS:
        figures = figures.having(kind, kind.conclude(window, figures))
    return replace(figures, story=compose_narrative(figures, Aims.in_force()))


def read_figures(stored: Stored) -> Figures:
    """The figures that a report was frozen with, by this version or an earlier one."""
    return Figures.from_json(stored, SECTIONS)


def all_tables(figures: Figures) -> Iterator[Table]:
    """The tables of every section, those without a row left out."""
    for section in figures.sections.values():
        if section is not None:
            yield from (table for table in section.tables(figures) if table.rows)


def all_row_lists(figures: Figures) -> list[RowList]:
    """The lists behind the figures of every section, those of single standards last."""
    held = (section for section in figures.sections.values() if section is not None)
    return sorted((row_list for section in held for row_list in section.row_lists()), key=lambda each: each.standard)
