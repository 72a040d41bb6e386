"""My work: the page everyone opens on."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock
from qualitycounts.work.page import my_work


@requires(Permission.USE)
@require_safe
def work(request: SignedInRequest) -> HttpResponse:
    """What waits for the person who is signed in, most urgent first; every row of it where all are asked for."""
    whole = "all" in request.GET
    context = {"work": my_work(request.user, at=clock.now(), whole=whole), "today": clock.today()}
    return render(request, "work.html", context)
