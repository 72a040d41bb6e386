"""A split is held against those of the same council year that readers have already: a year, its halves and quarters.

What would give a small number away together with them is printed with fewer columns, or not at all. The tables that
are out never change; docs/adr/0038-check-what-is-printed-against-what-is-held.md says why this is no rounding.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from django.db.models import F

from audits.models import Audit
from qualitycounts.base import clock
from reporting import periods
from reporting.disclosure import Cells, Sum, Variable, printed, safe
from reporting.masking import COVERED, FEW, SMALL
from reporting.models import Report
from reporting.periods import Period, PeriodKind
from reporting.sections.base import Window, core, counted, finalised_between
from reporting.sections.frozen import from_json
from reporting.sections.groups import PARTS, UNKNOWN, Group, Groups
from standards import categories
from standards.grades import Grade

GRADES = [grade.value for grade in Grade]
Span = tuple[date, date]
"""The first day and the last."""


@dataclass(frozen=True)
class HeldTable:
    """A split that readers have: the days it counts, and its lines as they were printed."""

    span: Span
    groups: Groups


@dataclass(frozen=True)
class Audited:
    """One audit of the council year: its day, its grade and the group that a split puts it in, the largest first."""

    on: date
    grade: str
    path: tuple[str, ...]


@dataclass(frozen=True)
class HeldSplits:
    """All splits of one kind that readers have of a council year, with the audits that they count."""

    tables: list[HeldTable]
    audits: list[Audited]
    name_now: Callable[[str], str] = str
    """What the group of a printed name is called now, by which `audits` have it."""

    def checked(self, split: Groups, span: Span) -> Groups:
        """The split as it may be printed beside these: whole, without the four grades, with as many of its lines in
        numbers as nothing can be worked out from, or not at all."""
        if not self.tables or not split.rows:
            return split
        cells = CellsOfYear.of(self.audits, [*(table.span for table in self.tables), span], self.name_now)
        held = [
            *cells.totals(),
            *(each for table in self.tables for each in cells.printed(table.groups.rows, table.span)),
        ]
        targets = list(cells.targets())

        def may(rows: list[Group]) -> bool:
            return safe(cells.values, held, list(cells.printed(rows, span)), targets)

        plain = [replace(row, grades=()) for row in split.rows]
        for rows in (split.rows, plain):
            if may(rows):
                return replace(split, rows=rows)
        rows = shown_one_by_one([row for row in plain if not row.team], may)
        return replace(split, rows=rows, left_out=not rows)


def shown_one_by_one(lines: list[Group], may: Callable[[list[Group]], bool]) -> list[Group]:
    """The lines with their numbers hidden, and shown again in those where they may be, the largest first; none where
    no number is left to read."""
    rows = [replace(row, audits=hidden(row.audits), good=hidden(row.good), below=hidden(row.below)) for row in lines]
    if rows == lines or not may(rows):
        return []
    by_size = sorted(range(len(rows)), key=lambda place: lines[place].audits.zfill(9), reverse=True)
    for place in by_size:
        tried = [*rows[:place], lines[place], *rows[place + 1 :]]
        rows = tried if may(tried) else rows
    return rows if any(row in lines for row in rows) else []


def hidden(text: str) -> str:
    """A cell with a number of five or more hidden."""
    return COVERED if text.isdecimal() and int(text) >= SMALL else text


@dataclass(frozen=True)
class CellsOfYear:
    """The audits of the year by stretch of time, group and grade; no table's days begin or end within a stretch."""

    stretches: list[Span]
    spans: list[Span]
    values: Mapping[Variable, int]
    paths: list[tuple[str, ...]]
    name_now: Callable[[str], str] = str

    @classmethod
    def of(cls, audits: Iterable[Audited], spans: Sequence[Span], name_now: Callable[[str], str] = str) -> CellsOfYear:
        """The cells that tables of these days are sums of."""
        cuts = sorted({day for first, last in spans for day in (first, last + timedelta(days=1))})
        stretches = [(first, after - timedelta(days=1)) for first, after in pairwise(cuts)]
        counted = Counter(
            (f"{stretch[0]}", audit.grade, *audit.path)
            for audit in audits
            for stretch in stretches
            if stretch[0] <= audit.on <= stretch[1]
        )
        paths = sorted({cell[2:] for cell in counted})
        every = {
            (f"{first}", grade, *path): counted[f"{first}", grade, *path]
            for first, _ in stretches
            for grade in GRADES
            for path in paths
        }
        return cls(stretches, list(dict.fromkeys([*stretches, *spans])), every, paths, name_now)

    def cells(self, span: Span, grades: Iterable[str], path: tuple[str, ...]) -> Cells:
        """The cells of some days, grades and a group, with all that stands under it."""
        firsts = [f"{first}" for first, last in self.stretches if span[0] <= first and last <= span[1]]
        under = [each for each in self.paths if each[: len(path)] == path]
        return frozenset((first, grade, *each) for first in firsts for grade in grades for each in under)

    def known(self, cells: Cells) -> int:
        """How many there are in some cells."""
        return sum(self.values[cell] for cell in cells)

    def totals(self) -> Iterator[Sum]:
        """The four grades of each stretch, which every report prints in full."""
        for span in self.stretches:
            for grade in GRADES:
                cells = self.cells(span, [grade], ())
                yield Sum(cells, self.known(cells), self.known(cells))

    def printed(self, rows: Iterable[Group], span: Span) -> Iterator[Sum]:
        """What the lines of a table tell."""
        service = ""
        for row in rows:
            name = self.name_now(row.name)
            service = service if row.team else name
            path = (service, name) if row.team else (name,)
            for grades, text in columns(row):
                cells = self.cells(span, grades, path)
                if cells and (text.isdecimal() or text in (FEW, COVERED)):
                    yield printed(cells, text, self.known(cells))

    def targets(self) -> Iterator[Cells]:
        """What must not be told: each group's numbers, in each stretch and in the days of each table."""
        groups = {path[:long] for path in self.paths for long in range(1, len(path) + 1)}
        for span in self.spans:
            for path in sorted(groups):
                for grades in sets_of_grades():
                    yield self.cells(span, grades, path)


def sets_of_grades() -> list[list[str]]:
    """All four, the two parts, and each by itself: the columns of a split."""
    return [GRADES, *([GRADES[place] for place in part] for part in PARTS), *([grade] for grade in GRADES)]


def columns(row: Group) -> Iterator[tuple[list[str], str]]:
    """The grades that each printed cell of a line counts, with the cell."""
    yield from zip(sets_of_grades(), (row.audits, row.good, row.below, *row.grades), strict=False)


def held_splits(window: Window) -> tuple[HeldSplits, HeldSplits]:
    """The splits by category and by service that readers hold of the window's council year, this period's own earlier
    versions among them: one query, and one more where there are any."""
    year, period = periods.council_year_of(window.period.first), window.period
    of_year = [str(each) for each in periods.all_within(year) if each.kind != PeriodKind.MONTH]
    out = (
        list(
            Report.objects.filter(issued_at__isnull=False, period__in=of_year)
            .order_by("period", "number")
            .values_list("period", "as_at", "figures__audits__by_category", "figures__audits__by_service")
        )
        if period.kind != PeriodKind.MONTH
        else []
    )
    if not out:
        return HeldSplits([], []), HeldSplits([], [])
    rows = list(
        Audit.objects.filter(counted(), core(), finalised_between(year, year))
        .annotate(its_team=F("team__name"), its_service=F("team__service__name"))
        .values_list("finalised_at", "grade", "category", "its_service", "its_team")
    )
    days = [(clock.day_of(at), *rest) for at, *rest in rows if at is not None]
    known = categories.case_categories()
    return (
        replace(
            _held(out, 2, [Audited(on, grade, (known.names[code],)) for on, grade, code, _, _ in days]),
            name_now=known.name_now,
        ),
        _held(out, 3, [Audited(on, grade, (s or UNKNOWN, t or UNKNOWN)) for on, grade, _, s, t in days]),
    )


def _held(out: Sequence[tuple[object, ...]], place: int, audits: list[Audited]) -> HeldSplits:
    spans = [(periods.parse(str(row[0])), row[1], row[place]) for row in out]
    return HeldSplits(
        [
            HeldTable(days_counted(period, as_at), from_json(Groups, stored))
            for period, as_at, stored in spans
            if stored
        ],
        audits,
    )


def days_counted(period: Period, as_at: object) -> Span:
    """The days that a report counts: its period's, or as many as had passed."""
    last = min(period.last, as_at) if isinstance(as_at, date) else period.last
    return period.first, max(last, period.first)
