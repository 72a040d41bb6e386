"""Who never signed in, and sending them a welcome mail."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from people import directory, welcome
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock

A_PAGE = 50


@requires(Permission.MANAGE_USERS)
@require_safe
def welcome_mails(request: SignedInRequest) -> HttpResponse:
    """Everyone who never signed in, when each was last sent a welcome mail, and the mail itself."""
    welcome_page = welcome.welcome_page(by=request.user, on=clock.today())
    page = Paginator(welcome_page.people, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "people/welcome.html", {"welcome": welcome_page, "page": page})


@requires(Permission.MANAGE_USERS)
@require_POST
def welcome_mails_send(request: SignedInRequest) -> HttpResponse:
    """Send one to whoever was sent none; with `again`, to everybody who never signed in."""
    count = welcome.send_welcomes(by=request.user, at=clock.now(), again="again" in request.POST)
    messages.success(request, welcome.sent_in_words(count))
    return redirect("welcome")


@requires(Permission.MANAGE_USERS)
@require_POST
def welcome_mail_send(request: SignedInRequest, pk: int) -> HttpResponse:
    """Send one person theirs, or send it again."""
    person = directory.person_or_404(pk)
    count = welcome.send_welcomes(by=request.user, at=clock.now(), again=True, only=person.pk)
    messages.success(request, welcome.sent_in_words(count))
    return redirect("person", pk)
