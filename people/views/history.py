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
    found = TrailFilter(request.GET, queryset=history.visible_entries(request.user))
    page = Paginator(found.qs, A_PAGE).get_page(request.GET.get("page"))
    context = {"filter": found, "page": page, "lines": history.lines(page)}
    return render(request, "people/history.html", context, status=200 if found.is_valid() else 422)
