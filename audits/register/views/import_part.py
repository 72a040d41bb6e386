"""A file that closes many: saying which part of the list it covers, and taking away what it would close."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from audits.register import answers, extracts, guard_page, importers
from audits.register.forms.register import PartForm
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock, spreadsheets


@requires(Permission.RUN_SELECTION, Permission.MANAGE_USERS)
@require_POST
def import_part(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say which part of the list a file covers, and work out again what it would change."""
    looked_at = importers.visible_import_or_404(request.user, pk)
    reading = extracts.read_again(looked_at)
    form = PartForm(request.POST, **guard_page.parts_of(reading))
    if not form.is_valid():
        messages.error(request, "Tick the teams or the categories that the file covers, then work it out again.")
        return redirect("register-import-one", pk)
    answers.set_part(looked_at, **form.asked(), by=request.user, at=clock.now())
    messages.success(request, "Worked out again. Nothing is changed yet.")
    return redirect("register-import-one", pk)


@requires(Permission.RUN_SELECTION, Permission.MANAGE_USERS)
@require_safe
def import_closing(request: SignedInRequest, pk: int, kind: str) -> HttpResponseBase:
    """What a file would close as a sheet, to send to whoever made it."""
    looked_at = importers.visible_import_or_404(request.user, pk)
    reading = extracts.read_again(looked_at)
    columns, rows = guard_page.take_closing_away(looked_at, reading, by=request.user, at=clock.now())
    return spreadsheets.download(name=f"would-close-{looked_at.as_at}", kind=kind, columns=columns, rows=rows)
