"""What is taken away: other printings, every table, the rows behind a figure, and a year in one file."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from people import tables
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts import clock
from reporting import archive, book, editions, rows
from reporting.access import report_or_404

NO_STORE = {"Cache-Control": "private, no-store"}


@requires(Permission.SEE_REPORTS)
@require_safe
def edition(request: SignedInRequest, ref: str, kind: str) -> HttpResponse:
    """One printing, byte for byte as it was made."""
    found = editions.edition_or_404(request.user, ref, kind)
    name = f'inline; filename="{ref}-{found.kind}.pdf"'
    return HttpResponse(bytes(found.pdf), content_type="application/pdf", headers={"Content-Disposition": name})


@requires(Permission.PUBLISH_REPORT)
@require_POST
def print_again(request: SignedInRequest, ref: str) -> HttpResponse:
    """Have the printings drawn that are missing."""
    editions.ask(report=report_or_404(request.user, ref), by=request.user, at=clock.now())
    messages.success(request, "They are being drawn. Open this page again in a minute.")
    return redirect("report", ref)


@requires(Permission.SEE_REPORTS)
@require_safe
def listed(request: SignedInRequest, ref: str) -> HttpResponse:
    """Every table of a report, to take away."""
    report = report_or_404(request.user, ref)
    found = book.tables(report)
    if not found:
        raise Http404
    return render(request, "reporting/tables.html", {"report": report, "tables": found})


@requires(Permission.SEE_REPORTS)
@require_safe
def table(request: SignedInRequest, ref: str, slug: str, kind: str) -> HttpResponseBase:
    """One table as CSV or a workbook."""
    found = book.table_or_404(report_or_404(request.user, ref), slug)
    columns = [
        tables.Column(head, lambda row, place=place: row[place])  # type: ignore[misc]
        for place, head in enumerate(found.heads)
    ]
    return tables.download(name=f"{ref}-{slug}", kind=kind, columns=columns, rows=found.rows)


@requires(Permission.PUBLISH_REPORT)
@require_safe
def behind(request: SignedInRequest, ref: str, slug: str) -> HttpResponse:
    """The audits or actions behind one figure, as they were counted."""
    report = report_or_404(request.user, ref)
    found = rows.of(report, slug)
    if found is None or not report.frozen:
        raise Http404
    return render(request, "reporting/behind.html", {"report": report, "found": found, "lists": rows.slugs()})


@requires(Permission.SEE_REPORTS)
@require_safe
def year(request: SignedInRequest) -> HttpResponse:
    """A year of reports in one file with its index."""
    at = clock.now()
    wanted = archive.year_of(request.GET.get("year", ""), at=at)
    packed = archive.pack(year=wanted, user=request.user, at=at)
    name = f'attachment; filename="audit-reports-{wanted}.zip"'
    headers = NO_STORE | {"Content-Disposition": name}
    return HttpResponse(packed, content_type="application/zip", headers=headers)
