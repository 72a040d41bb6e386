"""Escalations: the queue, and the page of one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from audits.access import visible_cases
from escalation import acts, monitor, queue, steps, timeline
from escalation.access import escalation_or_404, to_acknowledge
from escalation.filters import EscalationFilter
from people.access import SignedInRequest, may, requires
from people.roles import Permission
from qualitycounts import clock

A_PAGE = 25


@requires(Permission.SEE_ESCALATION)
@require_safe
def listed(request: SignedInRequest) -> HttpResponse:
    """The queue: every open escalation one may see, least time left first."""
    today, show = clock.today(), request.GET.get("show", "")
    show = show if show in queue.SHOWS else "open"
    found = EscalationFilter(request.GET, queryset=queue.listed(request.user, show, on=today), on=today)
    page = Paginator(found.qs, A_PAGE).get_page(request.GET.get("page"))
    rows = [] if show == "finished" else queue.rows(page, by=request.user, on=today, show=show)
    context = {
        "filter": found,
        "page": page,
        "show": show,
        "rows": rows,
        "ticks": any(row.ticks for row in rows),
        "counts": strip(queue.counts(request.user, on=today), show),
        "place": queue.place(request.user),
        "monitors": may(request.user, Permission.MONITOR),
        "at": clock.now(),
    }
    return render(request, "escalation/queue.html", context)


@requires(Permission.MONITOR)
@require_safe
def watched(request: SignedInRequest) -> HttpResponse:
    """Every Requires improvement and Inadequate that is not closed: what comes next, and since when it is silent."""
    today = clock.today()
    found = EscalationFilter(request.GET, queryset=monitor.listed(request.user), on=today)
    page = Paginator(found.qs, A_PAGE).get_page(request.GET.get("page"))
    context = {"filter": found, "page": page, "rows": monitor.rows(page, on=today), "at": clock.now()}
    return render(request, "escalation/monitor.html", context)


@requires(Permission.DECIDE_ESCALATION)
@require_POST
def acknowledge(request: SignedInRequest) -> HttpResponse:
    """Acknowledge those that are ticked; what could not be is said, with why."""
    found = to_acknowledge(request.user, request.POST.getlist("ref"))
    went, refused = steps.acknowledge_all(found, by=request.user, at=clock.now())
    if went:
        messages.success(request, f"Acknowledged: {', '.join(went)}.")
    for sentence in refused:
        messages.error(request, sentence)
    return redirect("escalations")


def strip(counted: dict[str, int], show: str) -> list[dict[str, Any]]:
    """The counts above the queue, each a link to what it counts."""
    words = {
        "open": "all open",
        "over": "over time",
        "today": "due today",
        "yours": "waiting for you",
        "finished": "finished this quarter",
    }
    return [
        {
            "number": counted[key],
            "text": text,
            "url": "?" if key == "open" else f"?show={key}",
            "over": key == "over" and counted[key] > 0,
            "current": key == show,
        }
        for key, text in words.items()
    ]


@requires(Permission.SEE_ESCALATION)
@require_safe
def one(request: SignedInRequest, ref: str) -> HttpResponse:
    """One escalation: its timeline, and what this person can do."""
    escalation = escalation_or_404(request.user, ref)
    audits = timeline.audits_of(escalation, by=request.user)
    its_steps, today = timeline.steps_of(escalation), clock.today()
    context = {
        "escalation": escalation,
        "entries": timeline.timeline(escalation, its_steps, by=request.user, on=today),
        "choices": acts.choices(its_steps, by=request.user),
        "sees_audit": any(audit.pk == escalation.audit_id for audit in audits),
        "compares": [audit for audit in audits if audit.pk != escalation.audit_id and audit.final],
        "sees_case": visible_cases(request.user).filter(pk=escalation.audit.case_id).exists(),
    }
    return render(request, "escalation/escalation.html", context)
