"""Saying that a file names the same child, person, team or service anew."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from audits.register import importers, same
from audits.register.forms.same import SameForm
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock


@requires(Permission.RUN_SELECTION, Permission.MANAGE_USERS)
@require_POST
def import_same(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take the ticked, or all, as the same; or none any more. Nothing is changed before the file is applied."""
    looked_at = importers.visible_import_or_404(request.user, pk)
    form = SameForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Tick those that are the same, then press again.")
        return redirect("register-import-one", pk)
    count = same.say_same(looked_at, **form.asked(), by=request.user, at=clock.now())
    said = f"{count:,} taken as the same." if count else "Taken as different."
    messages.success(request, f"{said} Nothing is changed yet.")
    return redirect("register-import-one", pk)
