"""Settling which column is which, whom names mean, and the mappings that are kept."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits.models import Import
from audits.register import importers
from audits.register.mapping import kept, names, previews, waiting
from audits.register.mapping.forms import ColumnsForm, NamesForm
from audits.register.mapping.guess import guess_file
from audits.register.mapping.layouts import ready_layouts
from audits.register.mapping.page import columns_page
from audits.register.mapping.wanted import template_columns, wanted_columns
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock, progress, spreadsheets
from qualitycounts.base.form_attempt import TAKEN, attempt, typed
from qualitycounts.base.refusals import Stale

A_DAY = 24 * 60 * 60


def open_columns(request: SignedInRequest, looked_at: Import, key: str) -> HttpResponse:
    """Send the browser on to the columns of a file, with the key to its rows that only this browser has."""
    response = redirect("register-import-columns", looked_at.pk)
    response.set_cookie(
        f"rows-{looked_at.pk}",
        key,
        max_age=A_DAY,
        path=response["Location"],
        secure=request.is_secure(),
        httponly=True,
        samesite="Strict",
    )
    return response


@requires(Permission.RUN_SELECTION, Permission.MANAGE_USERS)
@require_http_methods(["GET", "HEAD", "POST"])
def import_columns(request: SignedInRequest, pk: int) -> HttpResponse:
    """Which column of a file is which: guessed, shown, settled, and with a name kept."""
    looked_at = importers.visible_import_or_404(request.user, pk)
    if looked_at.state != Import.State.MAPPING:
        return redirect("register-import-one", pk)
    file = waiting.unseal(looked_at, request.COOKIES.get(f"rows-{pk}", ""))
    guess = guess_file(file, looked_at.kind)
    if guess is None:
        raise Stale(waiting.GONE)
    form = ColumnsForm(typed(request), guess=guess)
    then, status = request.POST.get("then", ""), TAKEN
    if then in ("keep", "go"):
        rule = partial(previews.settle_columns, looked_at, file, keep=then == "keep", by=request.user, at=clock.now())
        with progress.told_to(request):
            status = attempt(form, lambda: rule(form.choice.layout, name=form.cleaned_data["name"]))
        if status == TAKEN:
            return redirect("register-import-names", pk)
    context = {"looked_at": looked_at, "form": form, "page": columns_page(looked_at, file, form.choice, form)}
    return render(request, "audits/register/import_columns.html", context, status=status)


@requires(Permission.RUN_SELECTION, Permission.MANAGE_USERS)
@require_http_methods(["GET", "HEAD", "POST"])
def import_names(request: SignedInRequest, pk: int) -> HttpResponse:
    """Whom a file means by names that are near to somebody's; with none, straight on to what it would change."""
    looked_at = importers.visible_import_or_404(request.user, pk)
    near_names = names.near_names(looked_at)
    form = NamesForm(typed(request), near=near_names, kind=looked_at.kind)
    if not near_names:
        if "asked" in request.GET:
            messages.info(request, "No name in it is near to one on the staff list, so there is nobody to choose.")
        return redirect("register-import-one", pk)
    status = TAKEN
    if form.is_bound:
        status = attempt(form, lambda: names.confirm_names(looked_at, form.chosen, by=request.user, at=clock.now()))
        if status == TAKEN:
            return redirect("register-import-one", pk)
    return render(request, "audits/register/import_names.html", {"looked_at": looked_at, "form": form}, status=status)


@requires(Permission.RUN_SELECTION, Permission.MANAGE_USERS)
@require_safe
def mappings_list(request: SignedInRequest) -> HttpResponse:
    """The mappings that are kept, and those that are there from the start."""
    kinds = kept.kinds_for(request.user)
    ready = [each for each in ready_layouts() if each.kind in kinds]
    context = {"mappings": kept.kept_mappings(*kinds), "ready": ready}
    return render(request, "audits/register/mappings.html", context)


@requires(Permission.RUN_SELECTION, Permission.MANAGE_USERS)
@require_POST
def mapping_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a mapping away: the next file of its headings is mapped again."""
    mapping = kept.visible_mapping_or_404(request.user, pk)
    kept.forget_mapping(mapping, by=request.user, at=clock.now())
    messages.success(request, f"“{mapping.name}” was taken away. The next file with its headings is mapped again.")
    return redirect("register-mappings")


@requires(Permission.RUN_SELECTION, Permission.MANAGE_USERS)
@require_safe
def wanted_list(request: SignedInRequest) -> HttpResponse:
    """The columns that each file should have, what stands in them, and what holds where one is missing."""
    return render(request, "audits/register/wanted.html", {"files": wanted_columns()})


@requires(Permission.RUN_SELECTION, Permission.MANAGE_USERS)
@require_safe
def import_template(request: SignedInRequest, what: str, kind: str) -> HttpResponseBase:
    """An empty file with our headings, to fill in or to give to whoever makes the report."""
    return spreadsheets.download(name=f"{what}-template", kind=kind, columns=template_columns(what), rows=[])
