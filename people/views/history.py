"""The trail as a page."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from people import history
from people.access import SignedInRequest, requires
from people.filters import TrailFilter
from people.roles import Permission

A_PAGE = 50


@requires(Permission.READ_TRAIL)
@require_safe
def entries(request: SignedInRequest) -> HttpResponse:
    """What was done, the latest first; narrowed down to a record or to who did it."""
    narrowed = TrailFilter(request.GET, queryset=history.visible_entries(request.user))
    page = Paginator(narrowed.qs, A_PAGE).get_page(request.GET.get("page"))
    table = history.history_table(page, count=page.paginator.count)
    context = {"filter": narrowed, "page": page, "table": table}
    return render(request, "people/history.html", context, status=200 if narrowed.is_valid() else 422)
