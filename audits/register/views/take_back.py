"""Taking an import back."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from audits.register import importers, take_back, take_back_page
from audits.register.forms.take_back import TakeImportBackForm
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock, progress
from qualitycounts.base.form_attempt import TAKEN, attempt, typed


@requires(Permission.RUN_SELECTION, Permission.MANAGE_USERS)
@require_http_methods(["GET", "HEAD", "POST"])
def import_take_back(request: SignedInRequest, pk: int) -> HttpResponse:
    """What would go back and what would stay, and taking it back."""
    applied = importers.visible_import_or_404(request.user, pk)
    take_back.check_take_import_back(applied, by=request.user)
    form, status = TakeImportBackForm(typed(request)), TAKEN
    if form.is_bound:
        rule = partial(take_back.take_import_back, applied, by=request.user, at=clock.now())
        with progress.told_to(request):
            status = attempt(form, lambda: rule(**form.cleaned_data))
        if status == TAKEN:
            messages.success(request, "Taken back. The register is as it was before this import.")
            return redirect("register-import-one", pk)
    page = take_back_page.take_back_page(applied, by=request.user, on=clock.today())
    context = {"form": form, "applied": applied, "page": page}
    return render(request, "audits/register/import_take_back.html", context, status=status)
