"""My work: the page everyone opens on."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts import clock
from qualitycounts.work.page import my_work


@requires(Permission.USE)
@require_safe
def work(request: SignedInRequest) -> HttpResponse:
    """What waits for the person who is signed in, most urgent first."""
    return render(request, "work.html", {"work": my_work(request.user, at=clock.now()), "today": clock.today()})
