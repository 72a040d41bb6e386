"""The register: finding a case, and taking in the monthly extracts."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits.case_facts import facts_of
from audits.draw import exemption
from audits.models import Import
from audits.record import case_hold
from audits.register import (
    case_list,
    changes,
    extracts,
    guard_page,
    import_list,
    import_page,
    importers,
    oddities,
    same,
)
from audits.register.case_fields import EXPORT
from audits.register.forms.register import ApplyForm, CaseFilter, ExtractForm
from audits.register.mapping import previews
from audits.register.mapping.kept import kinds_for
from audits.register.mapping.views import open_columns
from audits.register.reading import UnmappedFile
from people import access
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock, progress, spreadsheets
from qualitycounts.base.form_attempt import TAKEN, attempt
from qualitycounts.base.refusals import Refused

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
def cases_list(request: SignedInRequest) -> HttpResponse:
    """The list. A person number is looked for by POST, so that it stands in no address."""
    asked = request.POST if request.method == "POST" else request.GET
    today = clock.today()
    case_filter = CaseFilter(asked, queryset=case_list.cases_on(request.user, on=today), on=today)
    page = Paginator(case_filter.qs, A_PAGE).get_page(request.GET.get("page"))
    latest = extracts.latest_applied(Import.Kind.CASES)
    context = {"filter": case_filter, "page": page, "latest": latest, "ready": READY}
    return render(request, "audits/register/register.html", context)


@requires(Permission.RUN_SELECTION)
@require_safe
def cases_export(request: SignedInRequest, kind: str) -> HttpResponseBase:
    """The list as a file to keep, narrowed down as the page is."""
    today = clock.today()
    case_filter = CaseFilter(request.GET, queryset=case_list.cases_on(request.user, on=today), on=today)
    asked = request.GET.urlencode()
    cases = case_list.take_away(case_filter.qs, asked=asked, by=request.user, at=clock.now())
    return spreadsheets.download(name=f"cases-{today}", kind=kind, columns=EXPORT, rows=cases)


@requires(Permission.SEE_CASE)
@require_safe
def case_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One case, what the extracts changed on it, and its audits."""
    case_by_key = case_list.case_by_key_or_404(request.user, pk)
    context = {
        "case": case_by_key,
        "facts": facts_of(case_by_key).values(),
        "changes": case_list.history(case_by_key),
        "audits": case_list.audits_of(case_by_key, request.user),
        "exempt": exemption.exemption_of(case_by_key, on=clock.today()),
        "can_exempt": exemption.can_exempt(by=request.user),
        "held": case_hold.case_hold_of(case_by_key) if exemption.can_exempt(by=request.user) else None,
        "sees_openings": access.may(request.user, Permission.SEE_OPENINGS),
        "can_merge": case_list.can_merge(case_by_key, request.user),
    }
    return render(request, "audits/register/case.html", context)


@requires(Permission.RUN_SELECTION, Permission.MANAGE_USERS)
@require_http_methods(["GET", "HEAD", "POST"])
def import_new(request: SignedInRequest) -> HttpResponse:
    """Hand over an extract to be looked at; earlier ones are listed beside."""
    handed = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ExtractForm(*handed, today=clock.today(), kinds=kinds_for(request.user))
    status = 200
    if form.is_bound:
        try:
            if form.is_valid():
                return previewed(request, form)
            status = 422
        except Refused as refusal:
            form.add_error("file", refusal.sentence)
            status = refusal.status
    earlier = Paginator(importers.visible_imports(request.user), A_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": earlier, "earlier": import_list.earlier_imports(earlier)}
    return render(request, "audits/register/import.html", context, status=status)


def previewed(request: SignedInRequest, form: ExtractForm) -> HttpResponse:
    """Look at the file that was handed over; one whose columns are not ours goes to the page where they are settled."""
    file, kind, as_at = (form.cleaned_data[name] for name in ("file", "kind", "as_at"))
    data, at = file.read(), clock.now()
    try:
        with progress.told_to(request):
            looked_at = extracts.keep_preview(
                kind=kind, data=data, name=file.name, as_at=as_at, by=request.user, at=at, asks=True
            )
    except UnmappedFile as unmapped:
        kept = previews.keep_unmapped(unmapped, kind=kind, data=data, as_at=as_at, by=request.user, at=at)
        return open_columns(request, *kept)
    return redirect("register-import-one", looked_at.pk)


@requires(Permission.RUN_SELECTION, Permission.MANAGE_USERS)
@require_safe
def import_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """What an extract would change, or what one that was applied did; one to be mapped first goes to its columns."""
    looked_at = importers.visible_import_or_404(request.user, pk)
    if looked_at.state == Import.State.MAPPING:
        return redirect("register-import-columns", pk)
    return shown(request, looked_at, ApplyForm())


@requires(Permission.RUN_SELECTION, Permission.MANAGE_USERS)
@require_safe
def import_progress(request: SignedInRequest, token: str) -> HttpResponse:
    """How far the person's own import is, in a few words; nothing (204) where it has not said."""
    words = progress.last_said(request.user.pk, token)
    return HttpResponse(words, content_type="text/plain", status=200 if words else 204)


@requires(Permission.RUN_SELECTION, Permission.MANAGE_USERS)
@require_safe
def import_oddities(request: SignedInRequest, pk: int, kind: str) -> HttpResponseBase:
    """Every odd cell of an extract as a sheet, to send back to whoever made the report."""
    rows = oddities.all_oddities(importers.visible_import_or_404(request.user, pk))
    return spreadsheets.download(name=f"odd-cells-{pk}", kind=kind, columns=oddities.COLUMNS, rows=rows)


@requires(Permission.RUN_SELECTION, Permission.MANAGE_USERS)
@require_POST
def import_apply(request: SignedInRequest, pk: int) -> HttpResponse:
    """Apply an extract that was looked at; where it closes many, with their number typed."""
    looked_at = importers.visible_import_or_404(request.user, pk)
    form = ApplyForm(request.POST)
    rule = partial(extracts.apply_import, looked_at, by=request.user, at=clock.now())
    with progress.told_to(request):
        status = attempt(form, lambda: rule(**form.cleaned_data))
    if status != TAKEN:
        return shown(request, looked_at, form, status)
    messages.success(request, changes.import_in_words(extracts.import_or_404(pk)))
    return redirect("register-import-one", pk)


def shown(request: SignedInRequest, looked_at: Import, form: ApplyForm, status: int = TAKEN) -> HttpResponse:
    """The page of one extract, with what was typed to apply it."""
    preview = changes.preview_import(looked_at, group=request.GET.get("show", ""), on=clock.today())
    shown = import_page.import_page(looked_at, preview, user=request.user, on=clock.today())
    context: dict[str, Any] = {"looked_at": looked_at, "preview": preview, "shown": shown, "form": form}
    lines, template = preview.lines, "audits/register/import_detail.html"
    if preview.reading:
        context |= {"questions": same.questions(preview.reading), "answered": same.answered(looked_at)}
    if preview.asks_first and preview.reading:
        asked = {"by": request.GET.get("by", ""), "name": request.GET.get("name", "")}
        guard = guard_page.guard_page(looked_at, preview.reading, **asked)
        lines, template = guard.lines, "audits/register/import_guard.html"
        context |= {"guard": guard, "figures": guard.figures(preview), "name": asked["name"]}
    page = Paginator(lines, A_PAGE).get_page(request.GET.get("page"))
    of_staff = looked_at.kind == Import.Kind.STAFF
    context |= {"page": page, "table": import_page.lines_table(preview, list(page), of_staff=of_staff)}
    return render(request, template, context, status=status)
