"""Reading notes for themes, the vocabulary, and the lines that are picked to be quoted."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock
from qualitycounts.base.dates import hour
from qualitycounts.base.form_attempt import TAKEN, attempt, typed
from reporting import periods
from reporting.learning.forms import PickAnswerForm, PickForm, SettleForm, StepTagForm, TagForm, ThemeForm
from reporting.themes import coding
from reporting.themes import vocabulary as themes_vocabulary

A_PAGE = 20
form_methods = require_http_methods(["GET", "HEAD", "POST"])


@requires(Permission.TAG_THEMES)
@require_safe
def notes_list(request: SignedInRequest) -> HttpResponse:
    """The notes of a period's audits, those without a theme first."""
    this = periods.month_of(clock.today())
    months = [str(month) for month in reversed(this.back(12))]
    wanted = request.GET.get("month", "")
    pile = coding.pile(request.user, periods.parse(wanted if wanted in months else str(this.previous)))
    page = Paginator(pile.notes, A_PAGE).get_page(request.GET.get("page"))
    context = {"pile": pile, "page": page, "months": [periods.parse(month) for month in months]}
    return render(request, "reporting/themes/themes.html", context)


@requires(Permission.TAG_THEMES)
@form_methods
def note(request: SignedInRequest, pk: int) -> HttpResponse:
    """One note: which themes it speaks to."""
    read = coding.note_or_404(request.user, pk)
    offered = coding.offered(read.note, coding.themes_with_counts())
    form = TagForm(typed(request), offered=offered, held=read.tags)
    status = 200
    if request.method == "POST":
        status = attempt(
            form,
            lambda: themes_vocabulary.tag(
                note=read.note, themes=form.cleaned_data["themes"], by=request.user, at=clock.now()
            ),
        )
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
    audit = coding.live_or_404(request.user, ref)
    themes_vocabulary.check_tag_at_meeting(audit)
    form = StepTagForm(typed(request), reads=coding.at_step(audit, step), vocabulary=coding.themes_with_counts())
    at, by_script = clock.now(), request.headers.get("Accept", "").startswith("application/json")
    status = 200
    if request.method == "POST":
        status = attempt(
            form,
            lambda: themes_vocabulary.tag_at_meeting(audit=audit, chosen=form.chosen(), by=request.user, at=at),
        )
        if status == TAKEN and by_script:
            return JsonResponse({"saved": hour(at)})
        if status == TAKEN:
            messages.success(request, f"Saved {hour(at)}.")
            return redirect("audit-themes", ref, step)
    context = {"audit": audit, "step": step, "form": form}
    part = "#sheet" if by_script else ""
    return render(request, f"reporting/themes/meeting_themes.html{part}", context, status=status)


@requires(Permission.KEEP_THEMES)
@require_POST
def quotation_pick(request: SignedInRequest, pk: int) -> HttpResponse:
    """Pick a line of a note to be quoted or shared."""
    read = coding.note_or_404(request.user, pk)
    form = PickForm(request.POST)
    status = attempt(
        form,
        lambda: themes_vocabulary.pick_quotation(
            note=read.note, standard=read.standard, **form.cleaned_data, by=request.user, at=clock.now()
        ),
    )
    if status == TAKEN:
        messages.success(request, "It waits for a second person to read it.")
        return redirect("theme-note", pk)
    tags = TagForm(offered=coding.offered(read.note, coding.themes_with_counts()), held=read.tags)
    return _note(request, read, tags, form, status)


@requires(Permission.KEEP_THEMES)
@form_methods
def family_answer(request: SignedInRequest, pk: int) -> HttpResponse:
    """One answer of a family: pick it to be quoted."""
    answer = coding.answer_or_404(request.user, pk)
    form, status = PickAnswerForm(typed(request), standards=answer.question.standards), 200
    if request.method == "POST":
        rule = partial(themes_vocabulary.pick_answer, answer=answer, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(**form.cleaned_data))
        if status == TAKEN:
            messages.success(request, "It waits for a second person to read it.")
            return redirect("theme-quotations")
    return render(request, "reporting/themes/answer.html", {"answer": answer, "form": form}, status=status)


def _note(request: SignedInRequest, read: coding.ReadNote, form: TagForm, pick: PickForm, status: int) -> HttpResponse:
    context = {"read": read, "form": form, "pick": pick, "failed": form if form.errors else pick}
    context["can_pick"] = coding.may_pick(request.user)
    return render(request, "reporting/themes/note.html", context, status=status)


@requires(Permission.KEEP_THEMES)
@form_methods
def theme_vocabulary(request: SignedInRequest) -> HttpResponse:
    """The vocabulary: add a theme."""
    form = ThemeForm(typed(request))
    status = 200
    if request.method == "POST":
        status = attempt(form, lambda: themes_vocabulary.coin(**form.cleaned_data, by=request.user, at=clock.now()))
        if status == TAKEN:
            messages.success(request, f"“{form.cleaned_data['name']}” is in the vocabulary.")
            return redirect("theme-vocabulary")
    context = {"form": form, "themes": coding.themes_with_counts()}
    return render(request, "reporting/themes/vocabulary.html", context, status=status)


@requires(Permission.KEEP_THEMES)
@require_POST
def theme_retire(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a theme out of use, or bring it back."""
    themes_vocabulary.retire_theme(theme=coding.theme_or_404(pk), by=request.user, at=clock.now())
    return redirect("theme-vocabulary")


@requires(Permission.KEEP_THEMES)
@require_safe
def quotations_list(request: SignedInRequest) -> HttpResponse:
    """The picked lines: those that wait for a second person first."""
    lines = [
        (quotation, themes_vocabulary.can_settle(quotation, request.user))
        for quotation in coding.quotations_waiting_first()
    ]
    page = Paginator(lines, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "reporting/themes/quotations.html", {"page": page})


@requires(Permission.KEEP_THEMES)
@require_POST
def quotation_settle(request: SignedInRequest, pk: int) -> HttpResponse:
    """Clear a picked line, or say why it is not to be used."""
    form, clear = SettleForm(request.POST), "clear" in request.POST
    why = form.cleaned_data["why"] if form.is_valid() else ""
    quotation = coding.quotation_or_404(pk)
    themes_vocabulary.settle_quotation(quotation=quotation, clear=clear, why=why, by=request.user, at=clock.now())
    messages.success(request, "It may be used." if clear else "It will not be used.")
    return redirect("theme-quotations")
