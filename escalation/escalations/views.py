"""Escalations: the queue, and the page of one."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits.access import visible_cases
from audits.models import Audit
from escalation.access import escalation_or_404, to_acknowledge
from escalation.escalations import ending, monitor, queue_page, queue_rows, take_away, timeline
from escalation.escalations.filters import EscalationFilter
from escalation.forms import WordsForm, form_for
from escalation.models import Escalation
from escalation.steps import acting, buttons, moves
from people.access import SignedInRequest, may, requires
from people.roles import Permission, Role
from people.step_up import confirmed_for
from qualitycounts.base import clock, spreadsheets
from qualitycounts.base.form_attempt import TAKEN, attempt, typed
from qualitycounts.base.refusals import allows

A_PAGE = 25


def narrowed_queue(request: SignedInRequest, show: str, mine: Q) -> tuple[EscalationFilter, QuerySet[Escalation]]:
    """The queue of the person as the address narrows it, and the same as it orders it. `mine`: the person's steps."""
    today, order = clock.today(), request.GET.get("order", "worst")
    queue = queue_rows.queued_escalations(request.user, show, mine, on=today)
    narrowed = EscalationFilter(request.GET, queryset=queue, on=today, cases=visible_cases(request.user))
    return narrowed, queue_rows.in_order(narrowed.qs, show, mine, on=today, order=order)


def asked_show(request: SignedInRequest) -> str:
    """Which count's list is asked for."""
    show = request.GET.get("show", "")
    return show if show in queue_rows.SHOWS else "open"


@requires(Permission.SEE_ESCALATION)
@require_safe
def queue_list(request: SignedInRequest) -> HttpResponse:
    """The queue: every open escalation one may see, the worst first, with one of them to read and act on."""
    user, today, show = request.user, clock.today(), asked_show(request)
    mine = queue_rows.own_steps(user)
    narrowed, queue = narrowed_queue(request, show, mine)
    page = Paginator(queue, A_PAGE).get_page(request.GET.get("page"))
    rows = [] if show == "finished" else queue_rows.queue_rows(page, by=user, on=today, show=show)
    opened = queue_page.opened_row(rows, request.GET.get("open", ""))
    number = opened is not None and visible_cases(user).filter(pk=opened.escalation.audit.case_id).exists()
    pane = queue_page.pane(rows, request.GET.get("open", ""), by=user, on=today, sees_number=number)
    context = {
        "filter": narrowed,
        "page": page,
        "show": show,
        "show_kept": "" if show == "open" else show,
        "order": request.GET.get("order", "worst"),
        "orders": queue_rows.ORDERS,
        "groups": queue_rows.queue_groups(rows, queue_page.counted_by_path(narrowed.qs) if rows else {}),
        "first": next((row for row in rows if row.yours), None),
        "pane": pane,
        "form": form_for(pane.main.act, None, step=pane.row.step) if pane and pane.main else None,
        "ticks": sum(row.ticks for row in rows) > 1,
        "counts": queue_page.strip(queue_rows.counts(user, mine, on=today), show),
        "place": queue_rows.queue_scope_in_words(user),
        "monitors": may(user, Permission.MONITOR),
        "at": clock.now(),
        "narrowing": request.GET.urlencode(),
    }
    return render(request, "escalation/escalations/queue.html", context)


@requires(Permission.SEE_ESCALATION)
@require_safe
def queue_export(request: SignedInRequest, kind: str) -> StreamingHttpResponse:
    """What the queue shows as a file to keep, narrowed down as the page is."""
    show, asked = asked_show(request), request.GET.urlencode()
    _, queue = narrowed_queue(request, show, queue_rows.own_steps(request.user))
    columns, rows = take_away.take_queue_away(queue, show, asked=asked, by=request.user, at=clock.now())
    return spreadsheets.download(name=f"escalations-{clock.today()}", kind=kind, columns=columns, rows=rows)


def narrowed_monitor(request: SignedInRequest) -> EscalationFilter:
    """The monitor of the person, as the address narrows it."""
    narrowed = EscalationFilter(
        request.GET,
        queryset=monitor.monitored_escalations(request.user),
        on=clock.today(),
        cases=visible_cases(request.user),
    )
    narrowed.keep_paths(monitor.PATHS)
    return narrowed


@requires(Permission.MONITOR)
@require_safe
def watched(request: SignedInRequest) -> HttpResponse:
    """Every audit that escalates and is not closed: what comes next, and since when it is silent."""
    today, narrowed = clock.today(), narrowed_monitor(request)
    page = Paginator(narrowed.qs, A_PAGE).get_page(request.GET.get("page"))
    context = {"filter": narrowed, "page": page, "rows": monitor.monitor_rows(page, on=today), "at": clock.now()}
    return render(request, "escalation/escalations/monitor.html", context)


@requires(Permission.MONITOR)
@require_safe
def watched_export(request: SignedInRequest, kind: str) -> StreamingHttpResponse:
    """The monitor as a file to keep, narrowed down as the page is."""
    monitored, asked = narrowed_monitor(request).qs, request.GET.urlencode()
    columns, rows = take_away.take_monitor_away(monitored, asked=asked, by=request.user, at=clock.now())
    return spreadsheets.download(name=f"monitor-{clock.today()}", kind=kind, columns=columns, rows=rows)


@requires(Permission.DECIDE_ESCALATION)
@require_POST
def queue_acknowledge(request: SignedInRequest) -> HttpResponse:
    """Acknowledge those that are ticked: first they are shown to be read; what could not be is said, with why."""
    steps = to_acknowledge(request.user, request.POST.getlist("ref"))
    if not request.POST.get("read"):
        shown = queue_page.what_is_acknowledged(steps, by=request.user)
        return render(request, "escalation/escalations/acknowledge.html", {"shown": shown})
    went, refused = acting.acknowledge_all(steps, by=request.user, at=clock.now())
    if went:
        messages.success(request, f"Acknowledged: {', '.join(went)}.")
    for sentence in refused:
        messages.error(request, sentence)
    return redirect("escalations")


@requires(Permission.DECIDE_ESCALATION)
@confirmed_for(Role.HEAD_OF_QA)
@require_http_methods(["GET", "HEAD", "POST"])
def escalation_end(request: SignedInRequest, ref: str) -> HttpResponse:
    """Drop what is left of an escalation whose case has closed."""
    escalation, status = escalation_or_404(request.user, ref), 200
    ending.check_end_rest(escalation, by=request.user)
    form = WordsForm(typed(request), name="why", label="Why is nothing more needed for this child?")
    if request.method == "POST":
        rule = partial(ending.end_rest, escalation, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(**form.cleaned_data))
        if status == TAKEN:
            messages.success(request, "Ended. Everybody who was told of it has been told.")
            return redirect("escalation", ref)
    context = {"escalation": escalation, "form": form, "steps": ending.rest_of(escalation)}
    return render(request, "escalation/escalations/end.html", context, status=status)


def sees_its_audit(escalation: Escalation, audits: list[Audit]) -> bool:
    """Whether the person may open the audit."""
    return any(audit.pk == escalation.audit_id for audit in audits)


@requires(Permission.SEE_ESCALATION)
@require_safe
def escalation_detail(request: SignedInRequest, ref: str) -> HttpResponse:
    """One escalation: its timeline, and what this person can do."""
    escalation = escalation_or_404(request.user, ref)
    audits = timeline.audits_of_escalation(escalation, by=request.user)
    its_steps, today = timeline.steps_of(escalation), clock.today()
    context = {
        "escalation": escalation,
        "entries": timeline.timeline(escalation, its_steps, by=request.user, on=today),
        "choices": buttons.choices(its_steps, by=request.user),
        "banners": moves.banners(escalation),
        "ends": allows(ending.check_end_rest, escalation, by=request.user),
        "sees_audit": sees_its_audit(escalation, audits),
        "compares": [audit for audit in audits if audit.pk != escalation.audit_id and audit.final],
        "opens_by_reason": not sees_its_audit(escalation, audits) and may(request.user, Permission.VIEW_CASES),
        "sees_case": visible_cases(request.user).filter(pk=escalation.audit.case_id).exists(),
    }
    return render(request, "escalation/escalations/escalation.html", context)
