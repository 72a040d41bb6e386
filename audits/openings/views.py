"""Write down each opening as it is answered, and show who opened what."""

from __future__ import annotations

from collections.abc import Callable

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audits.access import audit_or_404
from audits.openings import openings, writing
from audits.openings.forms import OpeningFilter
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock, spreadsheets

A_PAGE = 50


def write_down_openings(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: an answer that shows a record is written down before it is sent."""

    def middleware(request: HttpRequest) -> HttpResponse:
        answer = get_response(request)
        if (opening := writing.opening_of(request, answer, at=clock.now())) is not None:
            writing.write_down(opening, session=request.session.session_key)
        return answer

    return middleware


@requires(Permission.SEE_OPENINGS)
@require_safe
def openings_list(request: SignedInRequest) -> HttpResponse:
    """Who opened what, the latest first."""
    narrowed = OpeningFilter(request.GET, queryset=openings.newest_first())
    page = Paginator(narrowed.qs, A_PAGE).get_page(request.GET.get("page"))
    table = openings.openings_table(list(page), count=page.paginator.count, with_address=True)
    context = {"filter": narrowed, "page": page, "table": table}
    return render(request, "audits/openings/openings.html", context, status=200 if narrowed.is_valid() else 422)


@requires(Permission.SEE_OPENINGS)
@require_safe
def openings_export(request: SignedInRequest, kind: str) -> HttpResponseBase:
    """The list as a file to keep, narrowed down as the page is."""
    taken = OpeningFilter(request.GET, queryset=openings.newest_first()).qs
    rows = openings.take_openings_away(taken, asked=request.GET.urlencode(), by=request.user, at=clock.now())
    return spreadsheets.download(name=f"openings-{clock.today()}", kind=kind, columns=openings.COLUMNS, rows=rows)


@requires(Permission.SEE_AUDIT)
@require_safe
def audit_openings(request: SignedInRequest, ref: str) -> HttpResponse:
    """Who opened one audit and what hangs on it, for the worker who held the case and for the Head of QA."""
    audit = audit_or_404(request.user, ref)
    openings.check_read_openings(audit, by=request.user)
    page = Paginator(openings.openings_of_audit(audit), A_PAGE).get_page(request.GET.get("page"))
    table = openings.openings_table(list(page), count=page.paginator.count, with_address=False)
    return render(request, "audits/openings/of_audit.html", {"audit": audit, "page": page, "table": table})
