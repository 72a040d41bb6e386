"""The action plan of CQAWG: the list, one item with its history, and the list on paper."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from escalation.patterns import patterns
from people import access
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock, spreadsheets
from qualitycounts.base.form_attempt import TAKEN, attempt, typed
from reporting.learning.forms import EndForm, PlanForm, SayForm
from reporting.plan import items, take_away
from reporting.plan import page as plan_page

form_methods = require_http_methods(["GET", "HEAD", "POST"])


@requires(Permission.SEE_PLAN)
@require_safe
def plan_list(request: SignedInRequest) -> HttpResponse:
    """The plan by priority, what is late first in sight, and whether the figures moved."""
    return render(request, "reporting/plan/plan.html", plan_page.context(request.user, on=clock.today()))


@requires(Permission.KEEP_PLAN)
@form_methods
def plan_add(request: SignedInRequest) -> HttpResponse:
    """Put an action on the plan; with `?pattern=`, one that answers a pattern."""
    ref, status = request.GET.get("pattern"), 200
    pattern = patterns.pattern_or_404(request.user, ref) if ref else None
    form = PlanForm(typed(request), initial=items.answer_to(pattern) if pattern else {})
    if request.method == "POST":
        rule = partial(items.take_up, pattern=pattern, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(item=form.item()))
        if status == TAKEN:
            messages.success(request, "It is on the plan, and its owner is told.")
            return redirect("pattern", pattern.ref) if pattern else redirect("plan")
    return render(request, "reporting/plan/add.html", {"form": form, "pattern": pattern}, status=status)


@requires(Permission.SEE_PLAN)
@form_methods
def plan_item_detail(request: SignedInRequest, ref: str) -> HttpResponse:
    """One item: what it is, its figure, its history; say how it goes."""
    item = plan_page.item_or_404(request.user, ref)
    keeps = access.may(request.user, Permission.KEEP_PLAN)
    form = SayForm(typed(request), keeps=keeps)
    status = 200
    if request.method == "POST":
        status = attempt(
            form,
            lambda: items.say(
                item=item,
                words=form.cleaned_data["words"],
                due_on=form.cleaned_data.get("due_on"),
                by=request.user,
                at=clock.now(),
            ),
        )
        if status == TAKEN:
            messages.success(request, "It is in the history.")
            return redirect("plan-item", ref)
    context = plan_page.plan_line_with_history(item, on=clock.today()) | {"form": form, "keeps": keeps}
    context["opens_pattern"] = patterns.opens(request.user, item.pattern)
    context["can_say"] = items.can_say(item, request.user)
    return render(request, "reporting/plan/item.html", context, status=status)


@requires(Permission.KEEP_PLAN)
@form_methods
def plan_item_end(request: SignedInRequest, ref: str) -> HttpResponse:
    """End an item with the evidence that it made a difference, drop it, or open it again."""
    item = plan_page.item_or_404(request.user, ref)
    form = EndForm(typed(request), ended=item.ended_at is not None)
    status = 200
    if request.method == "POST":
        status = attempt(form, lambda: items.end_item(item=item, **form.cleaned_data, by=request.user, at=clock.now()))
        if status == TAKEN:
            messages.success(request, "It is in the history.")
            return redirect("plan-item", ref)
    context = plan_page.plan_line_with_history(item, on=clock.today()) | {"form": form}
    return render(request, "reporting/plan/end.html", context, status=status)


@requires(Permission.SEE_PLAN)
@require_safe
def plan_pdf(request: SignedInRequest) -> HttpResponse:
    """The plan on paper, as it stands."""
    reply = HttpResponse(plan_page.paper(request.user, on=clock.today()), content_type="application/pdf")
    reply["Content-Disposition"] = 'inline; filename="cqawg-action-plan.pdf"'
    return reply


@requires(Permission.SEE_PLAN)
@require_safe
def plan_export(request: SignedInRequest, kind: str) -> StreamingHttpResponse:
    """The plan as a file to keep, as it stands."""
    today = clock.today()
    lines = take_away.take_plan_away(by=request.user, at=clock.now(), on=today)
    return spreadsheets.download(name=f"plan-{today}", kind=kind, columns=take_away.PLAN_COLUMNS, rows=lines)
