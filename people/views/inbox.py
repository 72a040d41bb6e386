"""The inbox: what a person was told."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from people import digests, inbox
from people.access import SignedInRequest, may, requires
from people.models import User
from people.roles import Permission
from qualitycounts.base import clock

A_PAGE = 25


@requires(Permission.USE)
@require_POST
def notices_mails(request: SignedInRequest) -> HttpResponse:
    """Choose how often one is told by mail."""
    digests.choose_mails(request.POST.get("mails", ""), by=request.user, at=clock.now())
    messages.success(request, f"From now on: {User.Mails(request.user.mails).label.lower()}.")
    return redirect("notices")


@requires(Permission.USE)
@require_safe
def notices(request: SignedInRequest) -> HttpResponse:
    """List the user's notices, the latest first; or only those not read yet."""
    unread = inbox.unread(request.user)
    only_unread = "unread" in request.GET
    shown = unread if only_unread else inbox.inbox(request.user)
    page = Paginator(shown, A_PAGE).get_page(request.GET.get("page"))
    count, mends = unread.count(), may(request.user, Permission.MEND_MAIL)
    counts = inbox.counts_strip(count, only_unread=only_unread, mends=mends)
    context = {"page": page, "unread": count, "only_unread": only_unread, "counts": counts}
    context |= {"mails": digests.mails_of(request.user), "choices": User.Mails.choices}
    context["nothing"] = "You have read everything." if only_unread else "Nothing yet."
    return render(request, "people/inbox.html", context)


@requires(Permission.USE)
@require_POST
def notice_mark_read(request: SignedInRequest, pk: int) -> HttpResponse:
    """Mark one of the user's notices read."""
    inbox.mark_notice_read(pk=pk, by=request.user, at=clock.now())
    return redirect("notices")


@requires(Permission.USE)
@require_POST
def notices_mark_all_read(request: SignedInRequest) -> HttpResponse:
    """Mark all of the user's notices read."""
    count = inbox.mark_all_notices_read(by=request.user, at=clock.now())
    messages.success(request, f"{count} notice{'' if count == 1 else 's'} marked as read.")
    return redirect("notices")
