"""What is taken away: other printings, every table, the rows behind a figure, and a year in one file."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock, spreadsheets
from reporting.access import report_or_404
from reporting.models import Edition
from reporting.reports import archive, drill_down, editions, tidy_table, workbook

PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
NO_STORE = {"Cache-Control": "private, no-store"}


@requires(Permission.SEE_REPORTS)
@require_safe
def edition(request: SignedInRequest, ref: str, kind: str) -> HttpResponse:
    """One printing, byte for byte as it was made."""
    return printing_reply(editions.edition_or_404(request.user, ref, kind), ref)


@requires(Permission.SEE_REPORTS)
@require_safe
def slides(request: SignedInRequest, ref: str) -> HttpResponse:
    """The slides of a learning event, byte for byte as they were made."""
    return printing_reply(editions.edition_or_404(request.user, ref, Edition.Kind.SLIDES), ref)


def printing_reply(printing: Edition, ref: str) -> HttpResponse:
    """A printing as its file: a PDF is opened, slides are kept."""
    is_slides = printing.kind == Edition.Kind.SLIDES
    how, kind = ("attachment", PPTX) if is_slides else ("inline", "application/pdf")
    name = f'{how}; filename="{ref}-{printing.file_name}"'
    return HttpResponse(bytes(printing.pdf), content_type=kind, headers={"Content-Disposition": name})


@requires(Permission.PUBLISH_REPORT)
@require_POST
def print_again(request: SignedInRequest, ref: str) -> HttpResponse:
    """Have the printings drawn that are missing."""
    editions.request_editions(report=report_or_404(request.user, ref), by=request.user, at=clock.now())
    messages.success(request, "They are being drawn. Open this page again in a minute.")
    return redirect("report", ref)


@requires(Permission.SEE_REPORTS)
@require_safe
def tables_list(request: SignedInRequest, ref: str) -> HttpResponse:
    """Every table of a report, to take away."""
    report = report_or_404(request.user, ref)
    tables = workbook.tables(report)
    if not tables:
        raise Http404
    return render(request, "reporting/reports/tables.html", {"report": report, "tables": tables})


@requires(Permission.SEE_REPORTS)
@require_safe
def table(request: SignedInRequest, ref: str, slug: str, kind: str) -> HttpResponseBase:
    """One table as CSV or a workbook."""
    asked_for = workbook.table_or_404(report_or_404(request.user, ref), slug)
    columns = [
        spreadsheets.Column(head, lambda row, place=place: row[place])  # type: ignore[misc]
        for place, head in enumerate(asked_for.heads)
    ]
    return spreadsheets.download(name=f"{ref}-{slug}", kind=kind, columns=columns, rows=asked_for.rows)


@requires(Permission.SEE_REPORTS)
@require_safe
def figures_export(request: SignedInRequest, ref: str, kind: str) -> StreamingHttpResponse:
    """Every number of a report, a row each: as a workbook with its cover and notes, or as CSV."""
    report = report_or_404(request.user, ref)
    if kind == "xlsx":
        return spreadsheets.send_parts(workbook.tidy_workbook(report), name=f"{ref}-figures", kind=kind)
    rows = workbook.figures_or_404(report)
    return spreadsheets.download(name=f"{ref}-figures", kind=kind, columns=tidy_table.COLUMNS, rows=rows)


@requires(Permission.PUBLISH_REPORT)
@require_safe
def figure_drill_down(request: SignedInRequest, ref: str, slug: str) -> HttpResponse:
    """The audits or actions behind one figure, as they were counted."""
    report = report_or_404(request.user, ref)
    behind = drill_down.of(report, slug)
    if behind is None or not report.frozen:
        raise Http404
    return render(
        request,
        "reporting/reports/drill_down.html",
        {"report": report, "behind": behind, "lists": drill_down.row_lists(report)},
    )


@requires(Permission.SEE_REPORTS)
@require_safe
def year_archive(request: SignedInRequest) -> HttpResponse:
    """A year of reports in one file with its index."""
    at = clock.now()
    wanted = archive.reports_of_year(request.GET.get("year", ""), at=at)
    packed = archive.pack_year(year=wanted, user=request.user, at=at)
    name = f'attachment; filename="audit-reports-{wanted}.zip"'
    headers = NO_STORE | {"Content-Disposition": name}
    return HttpResponse(packed, content_type="application/zip", headers=headers)
