"""A section of a report, and all of them together.

A section is a frozen dataclass of its figures. It counts them, says what its page part shows, which tables it gives to
take away and which lists of rows stand behind it. `contents.py` lists the sections in the order of the report.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import ClassVar, Self, TypeVar, cast

from qualitycounts.base.spreadsheets import Cell
from reporting import periods
from reporting.models import Report
from reporting.periods import Period
from reporting.sections.base import Window
from reporting.sections.frozen import Stored, from_json, to_json
from reporting.sections.row_lists import RowList
from reporting.sections.story import Story

S = TypeVar("S", bound="Section")


class Section:
    """A section of a report. What it is asked for is answered with nothing here: a section says what it has.

    Its fields are its figures. They are stored as one object under `key`; where there is none, each field under its own
    name. `name` is what its template calls what `page` gives. `within` is the section in whose part its own stands.
    """

    name: ClassVar[str]
    key: ClassVar[str] = ""
    template: ClassVar[str] = ""
    within: ClassVar[type[Section] | None] = None
    beside: ClassVar[tuple[str, str] | None] = None
    """The slug and the label of the words that may be written beside its figures."""

    @classmethod
    def count(cls, window: Window) -> Self | None:
        """Its figures of the period; None where a period of this kind has none."""
        return cls()

    @classmethod
    def conclude(cls, window: Window, counted: Figures) -> Self | None:
        """Its figures once all sections are counted, for one that follows from others."""
        return counted.get(cls)

    def page(self, view: View) -> object:
        """What its template shows; None where there is nothing to show."""
        return self

    def tables(self, figures: Figures) -> Iterator[Table]:
        """Its tables to take away. Those without a row are left out."""
        yield from ()

    def row_lists(self) -> Iterator[RowList]:
        """The lists of rows behind its figures, for those who may open them."""
        yield from ()

    @classmethod
    def is_stored_in(cls, stored: Stored) -> bool:
        """Whether a report's JSON speaks of it at all."""
        keys = [cls.key] if cls.key else [each.name for each in fields(cls)]  # type: ignore[arg-type]
        return not keys or any(key in stored for key in keys)

    @classmethod
    def from_report(cls, stored: Stored) -> Self | None:
        """The section from a report's JSON; None where the report says that it has none."""
        if not cls.key:
            return from_json(cls, stored)
        return None if stored[cls.key] is None else from_json(cls, stored[cls.key])


@dataclass(frozen=True)
class Figures:
    """All figures of a report: what they are of, the sections that hold some, and the words that follow from them.

    `baseline` is the council year that the shares are held against; "" in a report that was frozen while they were held
    against the average of all the periods read.
    """

    period: str
    as_at: str
    units: list[str]
    months: list[str]
    sections: Mapping[type[Section], Section | None]
    story: Story = field(default_factory=lambda: from_json(Story, {}))
    baseline: str = ""

    def get(self, kind: type[S]) -> S | None:
        """A section; None where the report has none of it."""
        return cast(S | None, self.sections.get(kind))

    def of(self, kind: type[S]) -> S:
        """A section; one without any figure where the report has none of it."""
        return self.get(kind) or from_json(kind, {})

    def having(self, kind: type[Section], section: Section | None) -> Figures:
        """The same with this section in them."""
        return replace(self, sections={**self.sections, kind: section})

    @property
    def all_units(self) -> list[Period]:
        """The periods that the shares are counted in, the report's own last."""
        return [periods.parse(written) for written in self.units]

    @property
    def all_months(self) -> list[Period]:
        """Their months; none in a report that was frozen before every share had them."""
        return [periods.parse(written) for written in self.months]

    def to_json(self) -> Stored:
        """The figures as a report is frozen with them."""
        stored: Stored = {name: to_json(getattr(self, name)) for name in ("period", "as_at", "units", "months")}
        for kind, section in self.sections.items():
            stored |= {kind.key: to_json(section)} if kind.key else to_json(section or {})
        return stored | {"story": to_json(self.story)} | ({"baseline": self.baseline} if self.baseline else {})

    @classmethod
    def from_json(cls, stored: Stored, kinds: Iterable[type[Section]]) -> Figures:
        """The figures from what a report was frozen with, by this version or an earlier one."""
        return cls(
            period=stored.get("period", ""),
            as_at=stored.get("as_at", ""),
            units=list(stored.get("units", ())),
            months=list(stored.get("months", ())),
            sections={kind: kind.from_report(stored) for kind in kinds if kind.is_stored_in(stored)},
            story=from_json(Story, stored.get("story", {})),
            baseline=stored.get("baseline", ""),
        )


@dataclass(frozen=True)
class View:
    """A report that is being shown, with its figures."""

    report: Report
    figures: Figures

    @property
    def period(self) -> Period:
        """The period it is about."""
        return self.report.about

    @property
    def so_far(self) -> bool:
        """Whether the period was not over on the day as at which it was counted."""
        return date.fromisoformat(self.figures.as_at) <= self.period.last


@dataclass(frozen=True)
class Table:
    """One table to take away: its slug, what it is, its headings and its rows."""

    slug: str
    title: str
    heads: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]
