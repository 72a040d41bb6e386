"""The register: finding a case, and taking in the monthly extracts."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits import changes, exemption, register
from audits.forms.register import CaseFilter, ExtractForm
from audits.models import Import
from people import tables
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts import clock
from qualitycounts.refusals import Refused

A_PAGE = 25
READY = {
    "": "Every open case",
    "audited=never": "Never audited",
    "audited=due": "Due: never, or over 12 months ago",
    "keyworker=null": "Nobody on the staff list",
    "exempt=yes": "Exempt",
}
"""Ways to narrow the list down that one comes back to, as they stand in the address."""


@requires(Permission.RUN_SELECTION)
@require_http_methods(["GET", "HEAD", "POST"])
def cases(request: SignedInRequest) -> HttpResponse:
    """The list. A person number is looked for by POST, so that it stands in no address."""
    asked = request.POST if request.method == "POST" else request.GET
    today = clock.today()
    found = CaseFilter(asked, queryset=register.listed(request.user, on=today), on=today)
    page = Paginator(found.qs, A_PAGE).get_page(request.GET.get("page"))
    latest = register.latest_applied(Import.Kind.CASES)
    context = {"filter": found, "page": page, "latest": latest, "ready": READY}
    return render(request, "audits/register.html", context)


@requires(Permission.RUN_SELECTION)
@require_safe
def export(request: SignedInRequest, kind: str) -> HttpResponseBase:
    """The list as a file to keep, narrowed down as the page is."""
    today = clock.today()
    found = CaseFilter(request.GET, queryset=register.listed(request.user, on=today), on=today)
    asked = request.GET.urlencode()
    cases = register.take_away(found.qs, asked=asked, by=request.user, at=clock.now())
    return tables.download(name=f"cases-{today}", kind=kind, columns=register.COLUMNS, rows=cases)


@requires(Permission.SEE_CASE)
@require_safe
def case(request: SignedInRequest, pk: int) -> HttpResponse:
    """One case, what the extracts changed on it, and its audits."""
    found = register.case_or_404(request.user, pk)
    context = {
        "case": found,
        "changes": register.history(found),
        "audits": register.audits_of(found, request.user),
        "exempt": exemption.of(found, on=clock.today()),
        "can_exempt": exemption.can_exempt(by=request.user),
    }
    return render(request, "audits/register_case.html", context)


@requires(Permission.RUN_SELECTION)
@require_http_methods(["GET", "HEAD", "POST"])
def take(request: SignedInRequest) -> HttpResponse:
    """Hand over an extract to be looked at; earlier ones are listed beside."""
    handed = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ExtractForm(*handed, today=clock.today())
    status = 200
    if form.is_bound:
        try:
            if form.is_valid():
                file = form.cleaned_data["file"]
                looked_at = register.preview(
                    kind=form.cleaned_data["kind"],
                    data=file.read(),
                    name=file.name,
                    as_at=form.cleaned_data["as_at"],
                    by=request.user,
                    at=clock.now(),
                )
                return redirect("register-import-one", looked_at.pk)
            status = 422
        except Refused as refusal:
            form.add_error("file", refusal.sentence)
            status = refusal.status
    earlier = Paginator(register.imports(), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "audits/register_import.html", {"form": form, "page": earlier}, status=status)


@requires(Permission.RUN_SELECTION)
@require_safe
def look(request: SignedInRequest, pk: int) -> HttpResponse:
    """What an extract would change, or what one that was applied did."""
    looked_at = register.import_or_404(pk)
    preview = changes.preview(looked_at, group=request.GET.get("show", ""), on=clock.today())
    page = Paginator(preview.lines, A_PAGE).get_page(request.GET.get("page"))
    context = {"looked_at": looked_at, "preview": preview, "page": page}
    return render(request, "audits/register_import_one.html", context)


@requires(Permission.RUN_SELECTION)
@require_POST
def apply(request: SignedInRequest, pk: int) -> HttpResponse:
    """Apply an extract that was looked at."""
    applied = register.apply(register.import_or_404(pk), by=request.user, at=clock.now())
    messages.success(request, changes.done(applied))
    return redirect("register-import-one", applied.pk)
