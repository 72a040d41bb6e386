"""Roles of a staff list that wait for an administrator: giving them, or refusing them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from people import waiting_roles
from people.access import SignedInRequest, requires
from people.forms import DecideRoles
from people.roles import Permission, Role
from people.step_up import confirmed_for
from qualitycounts.base import clock
from qualitycounts.base.refusals import Refused


@requires(Permission.MANAGE_USERS)
@confirmed_for(Role.ADMINISTRATOR, to_read=False)
@require_http_methods(["GET", "HEAD", "POST"])
def waiting_roles_list(request: SignedInRequest) -> HttpResponse:
    """What waits, and what was refused; the ticked are given or refused together."""
    page = waiting_roles.page(by=request.user, tick_all="all" in request.GET)
    form = DecideRoles(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        try:
            if form.is_valid():
                decided = waiting_roles.decide(**form.asked(), by=request.user, at=clock.now())
                messages.success(request, waiting_roles.decided_in_words(decided, give=form.asked()["give"]))
                return redirect("waiting-roles")
        except Refused as refusal:
            form.add_error(refusal.field or None, refusal.sentence)
            status = refusal.status
    context = {"page": page, "form": form, "ticked": form.ticked(page.ticked)}
    return render(request, "people/waiting_roles.html", context, status=status)
