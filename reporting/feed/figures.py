"""What the feed gives: every number of the reports that are out, a row each, as the tidy workbooks have them.

Only what was issued is read, frozen and masked as it is: the feed tells nothing that its reader could not look up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import QueryDict

from qualitycounts.base.refusals import Refused
from reporting import periods
from reporting.models import OUT, Report, ReportQuerySet
from reporting.periods import PeriodKind
from reporting.reports import tidy_table

A_PAGE = 12
"""Reports on a page."""


@dataclass(frozen=True)
class FeedQuestion:
    """What a question to the feed asks for: a kind of report, a council year, and a page; 0 for all of it."""

    kind: str = ""
    year: str = ""
    page: int = 0

    @classmethod
    def of(cls, values: QueryDict) -> FeedQuestion:
        """What stands in an address. Refuses (`Refused`, 422) what is no kind, no year or no page."""
        kind, year, page = (values.get(name, "") for name in ("kind", "year", "page"))
        if kind and kind not in Report.Kind.values:
            kinds = ", ".join(Report.Kind.values)
            raise Refused(f"“{kind[:20]}” is no kind of report. Ask for one of {kinds}, or leave it out.")
        if year and periods.parse(year).kind != PeriodKind.YEAR:
            raise Refused(f"“{year[:20]}” is not a council year. Write it as 2026-27.")
        if page and not (page.isdecimal() and 0 < int(page) < 10_000):
            raise Refused(f"“{page[:20]}” is no page. The first is 1; `next` in an answer says the one after.")
        return cls(kind, year, int(page or 0))


@dataclass(frozen=True)
class FeedPage:
    """The numbers of some reports, and whether others follow."""

    rows: Iterator[tidy_table.ReportRow]
    page: int
    more: bool


def reports_out(asked: FeedQuestion) -> ReportQuerySet:
    """The reports that readers have now, in the order of their periods, so that a page stays what it was."""
    reports = Report.objects.filter(state__in=OUT).defer("pdf", "rows").order_by("period", "number")
    if asked.kind:
        reports = reports.filter(kind=asked.kind)
    if asked.year:
        reports = reports.filter(period__in=[str(period) for period in periods.all_within(periods.parse(asked.year))])
    return reports


def read_page(asked: FeedQuestion) -> FeedPage:
    """One page of the feed, the first where none is named: one query. A report is read as its rows are asked for."""
    page = asked.page or 1
    reports = list(reports_out(asked)[(page - 1) * A_PAGE : page * A_PAGE + 1])
    return FeedPage(rows_of_reports(reports[:A_PAGE]), page, len(reports) > A_PAGE)


def read_all(asked: FeedQuestion) -> Iterator[tidy_table.ReportRow]:
    """The whole feed, or the page that was asked for: a report at a time, so that its length costs no memory."""
    return read_page(asked).rows if asked.page else rows_of_reports(reports_out(asked).iterator(chunk_size=A_PAGE))


def rows_of_reports(reports: Iterator[Report] | list[Report]) -> Iterator[tidy_table.ReportRow]:
    """The numbers of some reports, one after the other."""
    for report in reports:
        yield from tidy_table.rows_of_report(report)
