"""Spot views and case presentations: the list, opening a case, and writing down what was learned."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits.access import visible_audits
from audits.follow_up.forms.follow_up import ChronologyForm
from audits.overview import spot_views
from audits.overview.forms.spot_views import OpenCaseForm, SpotViewLearnedForm
from people.access import SignedInRequest, may, requires
from people.roles import Permission
from people.step_up import confirmed
from qualitycounts.base import clock
from qualitycounts.base.form_attempt import TAKEN, attempt, typed
from qualitycounts.base.refusals import allows

A_PAGE = 25


@requires(Permission.VIEW_CASES, Permission.RUN_SELECTION)
@require_safe
def spot_views_list(request: SignedInRequest) -> HttpResponse:
    """The spot views that the person may open."""
    page = Paginator(spot_views.visible(request.user), A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "opens": may(request.user, Permission.VIEW_CASES)}
    return render(request, "audits/overview/spot_views.html", context)


@requires(Permission.VIEW_CASES)
@confirmed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def spot_view_new(request: SignedInRequest) -> HttpResponse:
    """Open a case for today, with a reason."""
    form, status = OpenCaseForm(typed(request), initial={"number": request.GET.get("audit", ""), "kind": "spot"}), 200
    if request.method == "POST":
        made = []
        rule = partial(spot_views.open_case, by=request.user, at=clock.now())
        status = attempt(form, lambda: made.append(rule(**form.cleaned_data)))
        if status == TAKEN:
            messages.success(request, "The case is open to you today. The reason stands in the history.")
            return redirect("viewing", made[0].pk)
    return render(request, "audits/overview/spot_view_new.html", {"form": form}, status=status)


@requires(Permission.USE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def spot_view_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One record: the case while it is open, what was learned, and the note for the file."""
    viewing, status = spot_views.viewing_or_404(request.user, pk), 200
    form = SpotViewLearnedForm(
        typed(request), presentation=viewing.kind == "presentation", initial={"held_on": clock.today()}
    )
    if request.method == "POST":
        spot_views.check_record_viewing(viewing, by=request.user)
        rule = partial(spot_views.record_viewing, viewing, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(**form.cleaned_data))
        if status == TAKEN:
            messages.success(request, "Written down. The keyworker is asked to put the note on the file.")
            return redirect("viewing", pk)
    context = {
        "viewing": viewing,
        "form": form,
        "records": allows(spot_views.check_record_viewing, viewing, by=request.user),
        "ticks": allows(spot_views.check_on_file, viewing, by=request.user),
        "enters": allows(spot_views.check_chronology, viewing, by=request.user),
        "chronology": ChronologyForm(initial={"answer": "needed" if viewing.chronology_needed else None}),
        "note": spot_views.viewing_note(viewing),
        "audits": visible_audits(request.user).filter(case=viewing.case).order_by("-month"),
    }
    return render(request, "audits/overview/spot_view.html", context, status=status)


@requires(Permission.USE)
@require_POST
def spot_view_on_file(request: SignedInRequest, pk: int) -> HttpResponse:
    """The note is on the child's file."""
    spot_views.confirm_note_on_file(spot_views.viewing_or_404(request.user, pk), by=request.user, at=clock.now())
    messages.success(request, "Ticked off: the note is on the file.")
    return redirect("viewing", pk)


@requires(Permission.USE)
@require_POST
def spot_view_chronology(request: SignedInRequest, pk: int) -> HttpResponse:
    """Whether it belongs in the management chronology, or is entered there."""
    viewing, answer = spot_views.viewing_or_404(request.user, pk), request.POST.get("answer", "")
    spot_views.answer_chronology_of_viewing(viewing, by=request.user, at=clock.now(), answer=answer)
    messages.success(request, "Saved.")
    return redirect("viewing", pk)
