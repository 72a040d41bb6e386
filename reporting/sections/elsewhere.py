"""Beside other evidence: what other sources say of the same standards, as their owners entered it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from reporting import periods
from reporting.models import Evidence
from reporting.periods import MONTH, Period, PeriodKind
from reporting.sections.base import Window
from reporting.sections.section import Figures, Section, Table, View
from standards.models import MOST_STANDARDS


@dataclass(frozen=True)
class Said:
    """One finding from elsewhere, as its owner entered it; `quarter` is the month of a source that tells each month."""

    source: str
    quarter: str
    standard: int | None
    says: str
    title: str
    words: str
    number: str

    @property
    def with_number(self) -> str:
        """What it says, with the number it rests on: Delay (7 of 31)."""
        return f"{self.title} ({self.number})" if self.number else self.title

    @property
    def when(self) -> str:
        """The month, as it is said, or the quarter, as it is written."""
        month = MONTH.fullmatch(self.quarter)
        return periods.parse(self.quarter).label if month else self.quarter

    def __str__(self) -> str:
        """In a line: LADO: Allegations are told late (7 of 31), a worry about Standard 3."""
        of = f" of Standard {self.standard}" if self.standard else ""
        says = "" if self.says.startswith("Neither") else f": {self.says[:1].lower()}{self.says[1:]}{of}"
        return f"{self.source}: {self.with_number}{says}."


@dataclass(frozen=True)
class SaidOfStandard:
    """What is said of one standard, or of none."""

    name: str
    rows: list[Said]


@dataclass(frozen=True)
class Elsewhere(Section):
    """What other sources say of the quarters of the period and of its months; in a month's report, of the month."""

    name = "elsewhere"
    template = "reports/elsewhere.html"
    beside = ("elsewhere", "Beside other evidence")

    elsewhere: list[Said]

    @classmethod
    def count(cls, window: Window) -> Self:
        """The findings of the period's quarters and months that were not withdrawn: one query."""
        months = window.period.months
        quarters = [Period(month.first, PeriodKind.QUARTER) for month in months[::3]] if len(months) > 1 else []
        written = [str(period) for period in (*quarters, *months)]
        findings = Evidence.objects.filter(period__in=written, withdrawn=False).order_by(
            "standard", "source", "period", "pk"
        )
        return cls(
            [
                Said(
                    source=finding.get_source_display(),
                    quarter=finding.period,
                    standard=finding.standard,
                    says=finding.get_says_display(),
                    title=finding.title,
                    words=finding.words,
                    number=finding.number,
                )
                for finding in findings
            ]
        )

    def page(self, view: View) -> list[SaidOfStandard]:
        """The findings by standard, those of no standard last."""
        groups: dict[int, list[Said]] = {}
        for said in self.elsewhere:
            groups.setdefault(said.standard or 0, []).append(said)
        return [
            SaidOfStandard(f"Standard {standard}" if standard else "Not tied to one standard", groups[standard])
            for standard in sorted(groups, key=lambda standard: standard or MOST_STANDARDS + 1)
        ]

    def tables(self, figures: Figures) -> Iterator[Table]:
        """Every finding."""
        yield Table(
            "elsewhere",
            "Beside other evidence",
            ("Standard", "Source", "Quarter", "Shows", "Title", "Number", "What it says"),
            [
                [said.standard, said.source, said.quarter, said.says, said.title, said.number, said.words]
                for said in self.elsewhere
            ],
        )
