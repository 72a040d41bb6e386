"""The tidy table of reports: its headings, which stay as they are, and what stands under each for a number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from qualitycounts.base.spreadsheets import Cell, Column
from reporting.models import Report
from reporting.reports.tidy import TidyRow, tidy_rows
from reporting.sections.contents import read_figures


@dataclass(frozen=True)
class ReportRow:
    """One number with the report that it stands in."""

    report: Report
    row: TidyRow


def rows_of_report(report: Report) -> Iterator[ReportRow]:
    """Every number of a report that was made, in the order of its parts."""
    return (ReportRow(report, row) for row in tidy_rows(read_figures(report.figures)))


def percent(rate: float | None) -> float | None:
    """A share in percent, to one place."""
    return None if rate is None else round(100 * rate, 1)


def _bound(which: int) -> Callable[[ReportRow], Cell]:
    return lambda each: percent(each.row.bounds[which]) if each.row.bounds else None


@dataclass(frozen=True)
class Heading:
    """A heading of the table, what stands under it, and what that means."""

    name: str
    value: Callable[[ReportRow], Cell]
    means: str
    width: int = 12


HEADINGS = (
    Heading("report", lambda each: each.report.ref, "The reference of the report."),
    Heading("kind", lambda each: each.report.get_kind_display(), "Monthly, Quarterly, Annual or Learning event."),
    Heading("version", lambda each: each.report.number, "1, and one more with each correction."),
    Heading("as_at", lambda each: each.report.as_at, "The day as at which it was counted."),
    Heading("part", lambda each: each.row.part, "The part of the report that the number stands in.", 16),
    Heading("group", lambda each: each.row.group, "What it is about within the part: a standard, a kind, a team.", 44),
    Heading("figure", lambda each: each.row.figure, "What was counted.", 36),
    Heading("period", lambda each: str(each.row.period), "When: 2026-11, 2026-27Q3, 2026-27H2 or 2026-27."),
    Heading("starts_on", lambda each: each.row.period.first, "The first day of that period."),
    Heading("ends_on", lambda each: each.row.period.last, "Its last day."),
    Heading("unit", lambda each: each.row.unit, "What is counted: audits, actions, working days and so on.", 14),
    Heading("count", lambda each: each.row.count, "The number, or the numerator of a share; empty where masked."),
    Heading("of", lambda each: each.row.of, "The denominator; empty where the number is no share."),
    Heading("percent", lambda each: percent(each.row.share.rate) if each.row.share else None, "The share in percent."),
    Heading("low", _bound(0), "The least that the true share may be, in percent, 95 times in 100 (exact)."),
    Heading("high", _bound(1), "The most that it may be."),
    Heading("masked", lambda each: each.row.masked, "<5: one to four. [c]: hidden so that no such number shows."),
    Heading("definition", lambda each: each.row.definition, "What counts, in a sentence.", 90),
    Heading(
        "revised",
        lambda each: each.row.mark,
        "(r): an audit of that time was regraded or set aside after an issued report had counted it; of the last year.",
    ),
)
"""The headings, in their order. They stay: what others have built on them goes on working. New ones come last."""
COLUMNS = tuple(Column[ReportRow](heading.name, heading.value) for heading in HEADINGS)


def as_records(rows: Iterable[ReportRow]) -> Iterator[dict[str, Cell]]:
    """The rows as objects under the same names."""
    return ({heading.name: heading.value(row) for heading in HEADINGS} for row in rows)
