"""Mail that could not be sent."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from people import undelivered
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts import clock

A_PAGE = 25


@requires(Permission.MEND_MAIL)
@require_safe
def listed(request: SignedInRequest) -> HttpResponse:
    """What was given up, and what fails and still waits."""
    page = Paginator(undelivered.listed(), A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "waiting": undelivered.waiting(at=clock.now()), "given_up": undelivered.given_up().count()}
    return render(request, "people/undelivered.html", context)


@requires(Permission.MEND_MAIL)
@require_POST
def try_again(request: SignedInRequest) -> HttpResponse:
    """Send what was given up again."""
    count = undelivered.try_again(by=request.user, at=clock.now())
    messages.success(request, f"{count} mail{'' if count == 1 else 's'} put back. They go within a minute.")
    return redirect("undelivered")
