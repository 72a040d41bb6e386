"""Spot views and case presentations: the list, opening a case, and writing down what was learned."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits import viewing
from audits.access import visible_audits
from audits.forms.attempt import TAKEN, attempt, typed
from audits.forms.viewing import LearnedForm, OpenCaseForm
from people.access import SignedInRequest, may, requires
from people.roles import Permission
from people.step_up import confirmed
from qualitycounts import clock

A_PAGE = 25


@requires(Permission.VIEW_CASES, Permission.RUN_SELECTION)
@require_safe
def listed(request: SignedInRequest) -> HttpResponse:
    """The record: one's own, and for QA everyone's."""
    page = Paginator(viewing.visible(request.user), A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "opens": may(request.user, Permission.VIEW_CASES)}
    return render(request, "audits/viewings.html", context)


@requires(Permission.VIEW_CASES)
@confirmed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """Open a case for today, with a reason."""
    form, status = OpenCaseForm(typed(request)), 200
    if request.method == "POST":
        made = []
        rule = partial(viewing.open_case, by=request.user, at=clock.now())
        status = attempt(form, lambda: made.append(rule(**form.cleaned_data)))
        if status == TAKEN:
            messages.success(request, "The case is open to you today. The reason stands in the history.")
            return redirect("viewing", made[0].pk)
    return render(request, "audits/viewing_new.html", {"form": form}, status=status)


@requires(Permission.USE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: SignedInRequest, pk: int) -> HttpResponse:
    """One record: the case while it is open, what was learned, and the note for the file."""
    found, status = viewing.viewing_or_404(request.user, pk), 200
    form = LearnedForm(typed(request), presentation=found.kind == "presentation", initial={"held_on": clock.today()})
    if request.method == "POST":
        viewing.check_record(found, by=request.user)
        rule = partial(viewing.record, found, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(**form.cleaned_data))
        if status == TAKEN:
            messages.success(request, "Written down. The keyworker is asked to put the note on the file.")
            return redirect("viewing", pk)
    context = {
        "viewing": found,
        "form": form,
        "records": viewing.can(viewing.check_record, found, by=request.user),
        "ticks": viewing.can(viewing.check_on_file, found, by=request.user),
        "note": viewing.note(found),
        "audits": visible_audits(request.user).filter(case=found.case).order_by("-month"),
    }
    return render(request, "audits/viewing.html", context, status=status)


@requires(Permission.USE)
@require_POST
def on_file(request: SignedInRequest, pk: int) -> HttpResponse:
    """The note is on the child's file."""
    viewing.put_on_file(viewing.viewing_or_404(request.user, pk), by=request.user, at=clock.now())
    messages.success(request, "Ticked off: the note is on the file.")
    return redirect("viewing", pk)
