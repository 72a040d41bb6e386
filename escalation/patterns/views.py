"""Patterns: what the sweep found across audits, and what was decided about it."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from audits.access import visible_audits
from audits.programme import page as programme_page
from audits.programme.forms.programme import ActivityForm
from escalation.forms import PatternForm
from escalation.patterns import patterns, take_away
from people.access import SignedInRequest, may, requires
from people.roles import Permission
from qualitycounts.base import clock, spreadsheets
from qualitycounts.base.form_attempt import TAKEN, attempt, typed

A_PAGE = 25


@requires(Permission.SEE_ESCALATION)
@require_safe
def patterns_list(request: SignedInRequest) -> HttpResponse:
    """The patterns one may see, those to be decided first."""
    page = Paginator(patterns.patterns_in_order(request.user), A_PAGE).get_page(request.GET.get("page"))
    rows = [(pattern, patterns.title(pattern), patterns.to_plan(pattern)) for pattern in page]
    return render(request, "escalation/patterns/patterns.html", {"page": page, "rows": rows})


@requires(Permission.SEE_ESCALATION)
@require_safe
def patterns_export(request: SignedInRequest, kind: str) -> StreamingHttpResponse:
    """The patterns one may see as a file to keep."""
    at = clock.now()
    rows = take_away.take_patterns_away(by=request.user, at=at)
    name = f"patterns-{clock.day_of(at)}"
    return spreadsheets.download(name=name, kind=kind, columns=take_away.PATTERN_COLUMNS, rows=rows)


@requires(Permission.SEE_ESCALATION)
@require_http_methods(["GET", "HEAD", "POST"])
def pattern_detail(request: SignedInRequest, ref: str) -> HttpResponse:
    """One pattern: its audits, and what was decided or is to be."""
    pattern, status = patterns.pattern_or_404(request.user, ref), 200
    one_manager = patterns.one_manager(pattern, on=clock.today())
    form = PatternForm(typed(request), one_manager=one_manager)
    if request.method == "POST":
        rule = partial(patterns.decide_pattern, pattern, by=request.user, at=clock.now())
        patterns.check_decide_pattern(pattern, by=request.user)
        status = attempt(form, lambda: rule(**form.cleaned_data))
        if status == TAKEN:
            messages.success(request, "Written down. Those whom it concerns have been told.")
            return redirect("pattern", ref)
    activity = pattern.activity
    open_to_me = set(visible_audits(request.user).values_list("ref", flat=True).filter(month__gte=pattern.quarter))
    context = {
        "pattern": pattern,
        "title": patterns.title(pattern),
        "sentence": patterns.sentence(pattern),
        "audits": [(audit, audit.ref in open_to_me) for audit in patterns.audits_of_pattern(pattern)],
        "decides": patterns.can_decide(pattern, by=request.user),
        "plans": patterns.can_plan(pattern, by=request.user),
        "to_plan": patterns.to_plan(pattern),
        "keeps_plan": may(request.user, Permission.KEEP_PLAN),
        "came": programme_page.came_of(activity) if activity else None,
        "form": form,
        "one_manager": one_manager,
    }
    return render(request, "escalation/patterns/pattern.html", context, status=status)


@requires(Permission.RUN_SELECTION)
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: SignedInRequest, ref: str) -> HttpResponse:
    """Put the audit that was decided on into the annual programme."""
    pattern, today, status = patterns.pattern_or_404(request.user, ref), clock.today(), 200
    patterns.check_plan(pattern, by=request.user)
    form = ActivityForm(typed(request), today=today, initial=patterns.as_planned(pattern, on=today))
    if request.method == "POST":
        rule = partial(patterns.into_programme, pattern, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(**form.asked()))
        if status == TAKEN:
            messages.success(request, "It is on the programme. Those whom it concerns have been told.")
            return redirect("pattern", ref)
    context = {"pattern": pattern, "title": patterns.title(pattern), "form": form}
    return render(request, "escalation/patterns/programme.html", context, status=status)
