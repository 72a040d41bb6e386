"""Every table of a report as plain rows, to take away as CSV or a workbook: as frozen, and masked as it is."""

from __future__ import annotations

from django.http import Http404

from reporting.models import Report
from reporting.sections.contents import all_tables, read_figures
from reporting.sections.section import Table


def tables(report: Report) -> list[Table]:
    """The tables of a report that was made, in the order in which it has them."""
    return list(all_tables(read_figures(report.figures))) if report.frozen else []


def table_or_404(report: Report, slug: str) -> Table:
    """One table; 404 where the report has none of this name."""
    for table in tables(report):
        if table.slug == slug:
            return table
    raise Http404
