"""The search box of every page."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts import find as whole_search


@requires(Permission.USE)
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: SignedInRequest) -> HttpResponse:
    """What was looked for; where one thing is meant, its page. By GET the box alone: nothing is asked in an address."""
    finding = whole_search.search_everywhere(request.POST.get("q", ""), user=request.user)
    if finding.at_once:
        return redirect(finding.at_once)
    return render(request, "find.html", {"finding": finding})
