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
from qualitycounts.base import clock

A_PAGE = 25


@requires(Permission.MEND_MAIL)
@require_safe
def undelivered_list(request: SignedInRequest) -> HttpResponse:
    """List the mails that were given up, and those that fail and still wait."""
    page = Paginator(undelivered.undelivered_notices(), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "table": undelivered.undelivered_table(page),
        "waiting": undelivered.count_waiting(at=clock.now()),
        "given_up": undelivered.given_up().count(),
    }
    return render(request, "people/undelivered.html", context)


@requires(Permission.MEND_MAIL)
@require_POST
def undelivered_try_again(request: SignedInRequest) -> HttpResponse:
    """Put the mails that were given up back into the outbox."""
    count = undelivered.send_undelivered_again(by=request.user, at=clock.now())
    messages.success(request, f"{count} mail{'' if count == 1 else 's'} put back. They go within a minute.")
    return redirect("undelivered")
