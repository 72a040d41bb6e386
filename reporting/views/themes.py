"""Reading notes for themes, the vocabulary, and the lines that are picked to be quoted."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits.forms.attempt import TAKEN, attempt, typed
from people.access import SignedInRequest, requires
from people.roles import Permission
from people.templatetags.qc import hour
from qualitycounts import clock
from reporting import periods, reading, themes
from reporting.forms.learning import PickForm, SettleForm, StepTagForm, TagForm, ThemeForm

A_PAGE = 20
form_methods = require_http_methods(["GET", "HEAD", "POST"])


@requires(Permission.TAG_THEMES)
@require_safe
def listed(request: SignedInRequest) -> HttpResponse:
    """The notes of a period's audits, those without a theme first."""
    this = periods.month_of(clock.today())
    months = [str(month) for month in reversed(this.back(12))]
    wanted = request.GET.get("month", "")
    pile = reading.pile(request.user, periods.parse(wanted if wanted in months else str(this.previous)))
    page = Paginator(pile.notes, A_PAGE).get_page(request.GET.get("page"))
    context = {"pile": pile, "page": page, "months": [periods.parse(month) for month in months]}
    return render(request, "reporting/themes.html", context)


@requires(Permission.TAG_THEMES)
@form_methods
def note(request: SignedInRequest, pk: int) -> HttpResponse:
    """One note: which themes it speaks to."""
    read = reading.note_or_404(request.user, pk)
    offered = reading.offered(read.note, reading.vocabulary())
    form = TagForm(typed(request), offered=offered, held=read.tags)
    status = 200
    if request.method == "POST":
        given: dict[str, Any] = {"note": read.note, "by": request.user, "at": clock.now()}
        status = attempt(form, lambda: themes.tag(themes=form.cleaned_data["themes"], **given))
        if status == TAKEN:
            messages.success(request, "Saved.")
            return redirect("theme-note", pk)
    return _note(request, read, form, PickForm(), status)


@requires(Permission.TAG_THEMES)
@never_cache
@form_methods
def at_meeting(request: SignedInRequest, ref: str, step: str) -> HttpResponse:
    """The notes of one step of a meeting that goes on: which themes they speak to. A script asks for the form alone,
    and is told in a line that it is saved."""
    audit = reading.live_or_404(request.user, ref)
    themes.check_tag_at_meeting(audit)
    form = StepTagForm(typed(request), reads=reading.at_step(audit, step), vocabulary=reading.vocabulary())
    at, by_script = clock.now(), request.headers.get("Accept", "").startswith("application/json")
    status = 200
    if request.method == "POST":
        given: dict[str, Any] = {"audit": audit, "by": request.user, "at": at}
        status = attempt(form, lambda: themes.tag_at_meeting(chosen=form.chosen(), **given))
        if status == TAKEN and by_script:
            return JsonResponse({"saved": hour(at)})
        if status == TAKEN:
            messages.success(request, f"Saved {hour(at)}.")
            return redirect("audit-themes", ref, step)
    context = {"audit": audit, "step": step, "form": form}
    part = "#sheet" if by_script else ""
    return render(request, f"reporting/meeting_themes.html{part}", context, status=status)


@requires(Permission.KEEP_THEMES)
@require_POST
def pick(request: SignedInRequest, pk: int) -> HttpResponse:
    """Pick a line of a note to be quoted or shared."""
    read = reading.note_or_404(request.user, pk)
    form = PickForm(request.POST)
    given: dict[str, Any] = {"note": read.note, "standard": read.standard, "by": request.user, "at": clock.now()}
    status = attempt(form, lambda: themes.pick(**form.cleaned_data, **given))
    if status == TAKEN:
        messages.success(request, "It waits for a second person to read it.")
        return redirect("theme-note", pk)
    tags = TagForm(offered=reading.offered(read.note, reading.vocabulary()), held=read.tags)
    return _note(request, read, tags, form, status)


def _note(request: SignedInRequest, read: reading.Read, form: TagForm, pick: PickForm, status: int) -> HttpResponse:
    context = {"read": read, "form": form, "pick": pick, "failed": form if form.errors else pick}
    context["can_pick"] = reading.may_pick(request.user)
    return render(request, "reporting/theme_note.html", context, status=status)


@requires(Permission.KEEP_THEMES)
@form_methods
def vocabulary(request: SignedInRequest) -> HttpResponse:
    """The vocabulary: add a theme."""
    form = ThemeForm(typed(request))
    status = 200
    if request.method == "POST":
        status = attempt(form, lambda: themes.coin(**form.cleaned_data, by=request.user, at=clock.now()))
        if status == TAKEN:
            messages.success(request, f"“{form.cleaned_data['name']}” is in the vocabulary.")
            return redirect("theme-vocabulary")
    context = {"form": form, "themes": reading.vocabulary()}
    return render(request, "reporting/theme_vocabulary.html", context, status=status)


@requires(Permission.KEEP_THEMES)
@require_POST
def retire(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a theme out of use, or bring it back."""
    themes.retire(theme=reading.theme_or_404(pk), by=request.user, at=clock.now())
    return redirect("theme-vocabulary")


@requires(Permission.KEEP_THEMES)
@require_safe
def quotations(request: SignedInRequest) -> HttpResponse:
    """The picked lines: those that wait for a second person first."""
    found = [(one, themes.can_settle(one, request.user)) for one in reading.quotations()]
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "reporting/theme_quotations.html", {"page": page})


@requires(Permission.KEEP_THEMES)
@require_POST
def settle(request: SignedInRequest, pk: int) -> HttpResponse:
    """Clear a picked line, or say why it is not to be used."""
    form, clear = SettleForm(request.POST), "clear" in request.POST
    why = form.cleaned_data["why"] if form.is_valid() else ""
    one = reading.quotation_or_404(pk)
    themes.settle(quotation=one, clear=clear, why=why, by=request.user, at=clock.now())
    messages.success(request, "It may be used." if clear else "It will not be used.")
    return redirect("theme-quotations")
