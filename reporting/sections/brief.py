"""What a month's two pages say: the level first, four numbers each with what is expected of it, and their verdicts.

“Has it changed?” and “is it good enough?” are two questions, and each number answers both in words. All of it is frozen
with the figures; a report that was frozen before has none of it, and keeps the pages it had.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Self

from django.utils.text import Truncator

from reporting import periods
from reporting.aims import Aims
from reporting.baseline import BaselineRun
from reporting.control_chart import in_words
from reporting.odds import interval
from reporting.periods import Period, PeriodKind
from reporting.sections.actions import Actions, ActionsLine
from reporting.sections.base import Figure, Window
from reporting.sections.brief_numbers import (
    BriefNumber,
    StandardLine,
    inadequate_of,
    line_of,
    number_of,
    put_right_of,
)
from reporting.sections.conclusions import Conclusions
from reporting.sections.elsewhere import Elsewhere
from reporting.sections.escalations import Escalations, PathLine
from reporting.sections.followed import FollowedChildren
from reporting.sections.grade_charts import Cell, Head, MixRow, heads_of
from reporting.sections.grades import Grades
from reporting.sections.lowest import weakest
from reporting.sections.narrative import changed, level_and_floor, nothing_graded, truth
from reporting.sections.panel import Panel
from reporting.sections.programme import Programme
from reporting.sections.put_right import PutRight
from reporting.sections.record import Record
from reporting.sections.rows import Rows, rows_of
from reporting.sections.section import Figures, Section, View
from reporting.sections.spot_views import SpotViews
from reporting.sections.story import Sentence
from reporting.sections.wording import joined

WORTH_SAYING, LONGEST_LINE = 4, 120
"""Findings from elsewhere, and conclusions, that the second page has room for, and the characters of each."""


@dataclass(frozen=True)
class Brief(Section):
    """The words of a month's first page and the verdicts of its second; nothing of a longer report."""

    name = "brief"
    key = "brief"

    sentences: list[Sentence]
    numbers: list[BriefNumber]
    lines: list[StandardLine]
    base_name: str = ""

    @classmethod
    def count(cls, window: Window) -> Self | None:
        """Nothing by itself: it follows from the figures."""
        return None

    @classmethod
    def conclude(cls, window: Window, counted: Figures) -> Self | None:
        """The words of a month's two pages, from its figures and the aims of the council."""
        if window.period.kind != PeriodKind.MONTH:
            return None
        rows, aims = rows_of(counted), Aims.in_force()
        return cls(
            sentences=_sentences(rows, aims, counted),
            numbers=[
                number_of(rows.good, "audits", aims.good),
                inadequate_of(rows.inadequate, aims.floor_inadequate),
                number_of(rows.on_time, "actions due", aims.on_time, f"{rows.period.short}’s actions done on time"),
                put_right_of(*counted.of(PutRight).followed or ()),
            ],
            lines=[line_of(row) for row in rows.standards] + [line_of(rows.good, case=True)],
            base_name=rows.good.run.base_name if isinstance(rows.good.run, BaselineRun) else "",
        )

    def page(self, view: View) -> BriefPage:
        """The two pages."""
        return BriefPage(self, view.figures, view.period)


@dataclass(frozen=True)
class BriefPage:
    """What the two pages show, each part of it empty where there is nothing to say."""

    brief: Brief
    figures: Figures
    period: Period

    @property
    def heads(self) -> list[Head]:
        """The months of the table of grades."""
        grades = self.figures.of(Grades)
        months = [periods.parse(month) for month in grades.months]
        return heads_of(months, [month.first in self.period for month in months], grades.revised or ())

    @property
    def grades(self) -> list[tuple[MixRow, int]]:
        """The core audits by grade and month, with their sum since April; all of them, and Good or better last."""
        grades = self.figures.of(Grades)
        months = [periods.parse(month) for month in grades.months]
        april = periods.council_year_of(self.period.first)
        names = [figure.name for figure in grades.core_grades]
        lines = [(name, [four[place] for four in grades.mix]) for place, name in enumerate(names)]
        lines += [
            ("All", [sum(four) for four in grades.mix]),
            ("Good or better", [sum(four[:2]) for four in grades.mix]),
        ]
        return [
            (
                MixRow(name, [Cell(n, month.first in self.period) for n, month in zip(counts, months, strict=True)]),
                sum(n for n, month in zip(counts, months, strict=True) if month.first in april),
            )
            for name, counts in lines
        ]

    @property
    def so_far(self) -> str:
        """The month, as it is said, and that it is not over where it is not."""
        over = self.period.last < date.fromisoformat(self.figures.as_at)
        return self.period.label if over else f"{self.period.label}, so far"

    @property
    def shows(self) -> bool:
        """Whether any line says what would show a change."""
        return any(line.would_show != "–" for line in self.brief.lines)

    @property
    def actions(self) -> list[ActionsLine]:
        """The actions that fell due in the month by kind, all last; none where none did."""
        lines = [line for line in self.figures.of(Actions).lines(self.period) if line.period == self.period]
        return lines if lines and lines[-1].due else []

    @property
    def defined(self) -> list[Figure]:
        """The figures of the tables whose definitions have no room there."""
        figures, kinds = self.figures, self.figures.of(Escalations).escalations
        programme, panel = figures.of(Programme).whole, figures.of(Panel)
        return [
            *([programme.planned, *programme.outcomes] if programme.planned.count else []),
            *kinds.opened[:1],
            *kinds.open_now[:1],
            figures.of(Record).asked,
            panel.decided,
            panel.regraded,
        ]

    @property
    def overdue(self) -> Figure:
        """All that are overdue now."""
        return self.figures.of(Actions).actions.overdue

    @property
    def escalations(self) -> list[PathLine]:
        """The paths on which something was opened, or is open."""
        return [path for path in self.figures.of(Escalations).paths if path.opened or path.before or path.now]

    @property
    def put_right_rows(self) -> list[FollowedChildren]:
        """The audits below Good of this month and of the one before, and how far they have come; none of a month that
        had none."""
        return [children for children in self.figures.of(PutRight).followed or () if children.below]

    @property
    def _beside(self) -> list[str]:
        conclusions = self.figures.of(Conclusions)
        said = [str(each) for each in self.figures.of(Elsewhere).elsewhere]
        said += [words] if (words := self.figures.of(SpotViews).in_words) else []
        named = [(each.kind, each.title, each.words) for each in conclusions.concluded]
        named += [(each.kind, each.title, each.in_words) for each in conclusions.found or ()]
        return said + [f"{', '.join(filter(None, (kind, title)))}: {words}" for kind, title, words in named]

    @property
    def beside(self) -> list[str]:
        """What other sources say of the month, and what other work was concluded or found in it, a line each."""
        return [Truncator(line).chars(LONGEST_LINE) for line in self._beside[:WORTH_SAYING]]

    @property
    def more_beside(self) -> int:
        """How many more there are than the page has room for."""
        return max(0, len(self._beside) - WORTH_SAYING)


def _sentences(rows: Rows, aims: Aims, figures: Figures) -> list[Sentence]:
    """The level and a floor that is crossed, with how far the level may be from the truth; a change that the months
    together show; what is lowest."""
    now = rows.good.now
    said = [Sentence(level_and_floor(rows, aims), truth(now)) if now.of else Sentence(*nothing_graded(figures))]
    overdue = figures.of(Actions).actions.overdue.count
    return [*said, _since_april(rows), *([Sentence(*weakest(rows, overdue))] if now.of else [])]


def _since_april(rows: Rows) -> Sentence:
    """What the months together show that one of them cannot: a change, or how far the level is known by now."""
    since, now = rows.good.since_april, rows.good.now
    between = interval(since)
    if between is None or since.of == now.of or any(row.reading.signal for row in rows.all_but_good):
        return Sentence(*changed(rows))
    verdicts = Counter(line_of(row).changed.short for row in [rows.good, *rows.standards])
    verdicts_said = joined([f"{short[:1].lower()}{short[1:]} in {in_words(n)}" for short, n in verdicts.items()])
    files = f"{now.of:,} file{'' if now.of == 1 else 's'}"
    lead = f"What {files} cannot show, the {since.of:,} since April may:" if now.of else f"Of {since.of:,} since April:"
    were = "was" if since.of == 1 else "were"
    known = f"{since} {were} Good or better; the true share may be {between[0]} to {between[1]}."
    return Sentence(lead, f"{known} Of the case and the standards: {verdicts_said}.")
