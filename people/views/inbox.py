"""The inbox: what one was told."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from people import inbox
from people.access import SignedInRequest, may, requires
from people.roles import Permission
from qualitycounts import clock

A_PAGE = 25


@requires(Permission.USE)
@require_safe
def notices(request: SignedInRequest) -> HttpResponse:
    """Everything one was told, the latest first; or only what is not read yet."""
    unread = inbox.unread(request.user)
    only_unread = "unread" in request.GET
    found = unread if only_unread else inbox.inbox(request.user)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "unread": unread.count(), "only_unread": only_unread}
    context["mends"] = may(request.user, Permission.MEND_MAIL)
    return render(request, "people/inbox.html", context)


@requires(Permission.USE)
@require_POST
def mark_read(request: SignedInRequest, pk: int) -> HttpResponse:
    """One notice is read."""
    inbox.mark_read(pk=pk, by=request.user, at=clock.now())
    return redirect("notices")


@requires(Permission.USE)
@require_POST
def mark_all_read(request: SignedInRequest) -> HttpResponse:
    """All of them are read."""
    count = inbox.mark_all_read(by=request.user, at=clock.now())
    messages.success(request, f"{count} notice{'' if count == 1 else 's'} marked as read.")
    return redirect("notices")
