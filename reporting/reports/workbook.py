"""Every table of a report as plain rows, to take away as CSV or a workbook: as frozen, and masked as it is; and all its
numbers in one tidy workbook."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import Http404

from people import council_identity
from qualitycounts.base.dates import date_in_words
from qualitycounts.base.spreadsheets import Sheet, book_of
from reporting.models import Report
from reporting.reports import document, tidy_table
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


def figures_or_404(report: Report) -> Iterator[tidy_table.ReportRow]:
    """Every number of a report, a row each; 404 where it was not made yet."""
    if not report.frozen:
        raise Http404
    return tidy_table.rows_of_report(report)


def tidy_workbook(report: Report) -> Iterator[bytes]:
    """The workbook of a report: a cover, what each heading means, and a row a number. 404 where it was not made yet."""
    rows = ([column.value(row) for column in tidy_table.COLUMNS] for row in figures_or_404(report))
    titles, widths = zip(*((heading.name, heading.width) for heading in tidy_table.HEADINGS), strict=True)
    notes = [[heading.name, heading.means] for heading in tidy_table.HEADINGS]
    return book_of(
        [
            Sheet("Cover", ("About this workbook", "What"), cover_rows(report), (30, 90)),
            Sheet("Notes", ("Heading", "What it means"), notes, (14, 100)),
            Sheet("Figures", titles, rows, widths),
        ]
    )


def cover_rows(report: Report) -> Iterator[list[str]]:
    """What the cover says: which report, whose, as at when, and what is not in the rows."""
    about = report.about
    so_far = ", so far" if report.as_at and report.as_at <= about.last else ""
    yield ["Report", f"{document.TITLES[about.kind]}, {about.label}{so_far}"]
    yield ["Reference and version", f"{report.ref}, version {report.number}"]
    yield ["Council", council_identity.NAME.value()]
    yield ["Figures as at", date_in_words(report.as_at)]
    yield ["State", report.get_state_display()]
    if report.issued_at:
        yield ["Issued", date_in_words(report.issued_at)]
    if report.responded_at:
        yield ["Answered", date_in_words(report.responded_at)]
    if report.why:
        yield ["Why it corrects the one before", report.why]
    yield ["What is in it", "Sheet Figures: every number of the report, a row each. Sheet Notes: the headings."]
    yield ["Small numbers", "Groups of one to four, and what would give them away, are hidden here as in the report."]
    yield [
        "Adding up",
        "Audits of different kinds and standards of different sets are never to be added.",
    ]
