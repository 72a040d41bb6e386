"""Patterns: what the sweep found across audits, and what was decided about it."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from audits.access import visible_audits
from audits.forms.attempt import TAKEN, attempt, typed
from escalation import patterns
from escalation.forms import PatternForm
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts import clock

A_PAGE = 25


@requires(Permission.SEE_ESCALATION)
@require_safe
def listed(request: SignedInRequest) -> HttpResponse:
    """The patterns one may see, those to be decided first."""
    page = Paginator(patterns.visible(request.user).order_by("-state", "due_on"), A_PAGE).get_page(
        request.GET.get("page")
    )
    rows = [(one, patterns.title(one)) for one in page]
    return render(request, "escalation/patterns.html", {"page": page, "rows": rows})


@requires(Permission.SEE_ESCALATION)
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: SignedInRequest, ref: str) -> HttpResponse:
    """One pattern: its audits, and what was decided or is to be."""
    pattern, status = patterns.pattern_or_404(request.user, ref), 200
    form = PatternForm(typed(request))
    if request.method == "POST":
        rule = partial(patterns.decide, pattern, by=request.user, at=clock.now())
        patterns.check_decide(pattern, by=request.user)
        status = attempt(form, lambda: rule(**form.cleaned_data))
        if status == TAKEN:
            messages.success(request, "Written down. Those whom it concerns have been told.")
            return redirect("pattern", ref)
    open_to_me = set(visible_audits(request.user).values_list("ref", flat=True).filter(month__gte=pattern.quarter))
    context = {
        "pattern": pattern,
        "title": patterns.title(pattern),
        "sentence": patterns.sentence(pattern),
        "audits": [(audit, audit.ref in open_to_me) for audit in patterns.audits_of(pattern)],
        "decides": patterns.can_decide(pattern, by=request.user),
        "form": form,
    }
    return render(request, "escalation/pattern.html", context, status=status)
