"""The action plan of CQAWG: the list, one item with its history, and the list on paper."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from audits.forms.attempt import TAKEN, attempt, typed
from escalation import patterns
from people import access
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts import clock
from reporting import plan, plan_page
from reporting.forms.learning import EndForm, PlanForm, SayForm

form_methods = require_http_methods(["GET", "HEAD", "POST"])


@requires(Permission.SEE_PLAN)
@require_safe
def listed(request: SignedInRequest) -> HttpResponse:
    """The plan by priority, what is late first in sight, and whether the figures moved."""
    return render(request, "reporting/plan.html", plan_page.context(request.user, on=clock.today()))


@requires(Permission.KEEP_PLAN)
@form_methods
def add(request: SignedInRequest) -> HttpResponse:
    """Put an action on the plan; with `?pattern=`, one that answers a pattern."""
    ref, status = request.GET.get("pattern"), 200
    pattern = patterns.pattern_or_404(request.user, ref) if ref else None
    form = PlanForm(typed(request), initial=plan.answer_to(pattern) if pattern else {})
    if request.method == "POST":
        rule = partial(plan.take_up, pattern=pattern, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(item=form.item()))
        if status == TAKEN:
            messages.success(request, "It is on the plan, and its owner is told.")
            return redirect("pattern", pattern.ref) if pattern else redirect("plan")
    return render(request, "reporting/plan_add.html", {"form": form, "pattern": pattern}, status=status)


@requires(Permission.SEE_PLAN)
@form_methods
def one(request: SignedInRequest, ref: str) -> HttpResponse:
    """One item: what it is, its figure, its history; say how it goes."""
    found = plan_page.item_or_404(request.user, ref)
    keeps = access.may(request.user, Permission.KEEP_PLAN)
    form = SayForm(typed(request), keeps=keeps)
    status = 200
    if request.method == "POST":
        given: dict[str, Any] = {"item": found, "by": request.user, "at": clock.now()}
        status = attempt(
            form,
            lambda: plan.say(words=form.cleaned_data["words"], due_on=form.cleaned_data.get("due_on"), **given),
        )
        if status == TAKEN:
            messages.success(request, "It is in the history.")
            return redirect("plan-item", ref)
    context = plan_page.one(found, on=clock.today()) | {"form": form, "keeps": keeps}
    context["opens_pattern"] = patterns.opens(request.user, found.pattern)
    context["can_say"] = plan.can_say(found, request.user)
    return render(request, "reporting/plan_item.html", context, status=status)


@requires(Permission.KEEP_PLAN)
@form_methods
def end(request: SignedInRequest, ref: str) -> HttpResponse:
    """End an item with the evidence that it made a difference, drop it, or open it again."""
    found = plan_page.item_or_404(request.user, ref)
    form = EndForm(typed(request), ended=found.ended_at is not None)
    status = 200
    if request.method == "POST":
        status = attempt(form, lambda: plan.end(item=found, **form.cleaned_data, by=request.user, at=clock.now()))
        if status == TAKEN:
            messages.success(request, "It is in the history.")
            return redirect("plan-item", ref)
    context = plan_page.one(found, on=clock.today()) | {"form": form}
    return render(request, "reporting/plan_end.html", context, status=status)


@requires(Permission.SEE_PLAN)
@require_safe
def file(request: SignedInRequest) -> HttpResponse:
    """The plan on paper, as it stands."""
    reply = HttpResponse(plan_page.paper(request.user, on=clock.today()), content_type="application/pdf")
    reply["Content-Disposition"] = 'inline; filename="cqawg-action-plan.pdf"'
    return reply
