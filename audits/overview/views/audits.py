"""The audits one may open, the page of one, its note for the case file and its history."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from audits.access import audit_or_404
from audits.follow_up import case_note
from audits.models import Audit
from audits.overview import page as overview_page
from audits.overview import take_away
from audits.overview.forms.audits import AuditFilter
from audits.panel import feedback as panel_feedback
from audits.record import history, signing, withdrawal
from audits.record.forms.signing import FinaliseForm
from audits.record.signed_record import build_record
from people.access import SignedInRequest, requires
from people.roles import Permission, Role
from people.step_up import confirmed_for
from qualitycounts.base import clock, spreadsheets
from qualitycounts.base.form_attempt import TAKEN, attempt
from qualitycounts.base.refusals import allows

A_PAGE = 25
LINES_A_PAGE = 50


def filtered_audits(request: SignedInRequest) -> AuditFilter:
    """The audits that the person may open, narrowed down as the address asks."""
    return AuditFilter(
        request.GET,
        queryset=overview_page.audits_newest_first(request.user),
        months=overview_page.months_with_audits(request.user),
    )


@requires(Permission.SEE_AUDIT)
@require_safe
def audits_list(request: SignedInRequest) -> HttpResponse:
    """The list, by state and month."""
    audit_filter = filtered_audits(request)
    page = Paginator(audit_filter.qs, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "audits/overview/audits.html", {"filter": audit_filter, "page": page})


@requires(Permission.SEE_AUDIT)
@require_safe
def audits_export(request: SignedInRequest, kind: str) -> HttpResponseBase:
    """The list as a file to keep, narrowed down as the page is."""
    asked, at = request.GET.urlencode(), clock.now()
    rows = take_away.take_audits_away(filtered_audits(request).qs, asked=asked, by=request.user, at=at)
    name = f"audits-{clock.today()}"
    return spreadsheets.download(name=name, kind=kind, columns=take_away.audit_columns(), rows=rows)


@requires(Permission.SEE_AUDIT)
@require_safe
def audit_detail(request: SignedInRequest, ref: str) -> HttpResponse:
    """Where one audit stands, and what comes next; once it has ended, all that it says."""
    return render_audit(request, audit_or_404(request.user, ref))


def render_audit(
    request: SignedInRequest, audit: Audit, *, form: FinaliseForm | None = None, status: int = 200
) -> HttpResponse:
    """The page of one audit."""
    ended = audit.state in Audit.FROZEN
    unsigned = overview_page.may_finalise_unsigned_today(audit, request.user, on=clock.today())
    context = {
        "audit": audit,
        "steps": overview_page.next_steps(audit, request.user, on=clock.today()),
        "replace": overview_page.replacing(audit, by=request.user, on=clock.today()),
        "waits": overview_page.audit_waits_for(audit),
        "summary": overview_page.audit_summary(
            audit,
            signing.signatures(audit) if ended else [],
            file_changed=audit.state == Audit.State.FINALISED and case_note.has_changed(audit),
        )
        + overview_page.reminders_of(audit, by=request.user),
        "record": build_record(audit) if ended else None,
        "actions": audit.actions.select_related("owner") if audit.final else [],
        "feedback": panel_feedback.feedback(audit, request.user) if ended else [],
        "form": form or (FinaliseForm() if unsigned else None),
        "can_withdraw": allows(withdrawal.check_withdraw, audit, by=request.user),
        "links": overview_page.links(audit, request.user, on=clock.today()),
    }
    return render(request, "audits/overview/audit.html", context, status=status)


@requires(Permission.SEE_AUDIT)
@confirmed_for(Role.HEAD_OF_QA)
@require_http_methods(["POST"])
def audit_finalise(request: SignedInRequest, ref: str) -> HttpResponse:
    """The Head of QA finalises what was left unsigned."""
    audit = audit_or_404(request.user, ref)
    form = FinaliseForm(request.POST)
    rule = partial(signing.finalise_unsigned, audit, by=request.user, at=clock.now())
    status = attempt(form, lambda: rule(why=form.cleaned_data["why"]))
    if status != TAKEN:
        return render_audit(request, audit, form=form, status=status)
    messages.success(request, f"{audit.ref} is final.")
    return redirect("audit", audit.ref)


@requires(Permission.SEE_AUDIT)
@require_safe
def audit_note(request: SignedInRequest, ref: str) -> HttpResponse:
    """The entry for the child's file, ready to paste."""
    audit = audit_or_404(request.user, ref)
    text, kept = case_note.text(audit), case_note.versions(audit)
    asked = next((version for version in kept if str(version.number) == request.GET.get("version")), None)
    context = {
        "audit": audit,
        "heading": case_note.heading(audit),
        "text": asked.text if asked else text,
        "asked": asked if asked and asked != kept[0] else None,
        "versions": kept,
        "again": case_note.newer_than_file(audit, kept),
        "pasted": case_note.version_on_file(audit, kept),
    }
    return render(request, "audits/overview/note.html", context)


@requires(Permission.SEE_AUDIT)
@require_safe
def past(request: SignedInRequest, ref: str) -> HttpResponse:
    """Who did what to it, when and why."""
    audit = audit_or_404(request.user, ref)
    if not history.can_read(audit, by=request.user):
        raise Http404
    saves = request.GET.get("show") == "all"
    page = Paginator(history.entries(audit, by=request.user, saves=saves), LINES_A_PAGE).get_page(
        request.GET.get("page")
    )
    lines = [history.history_line(entry, audit) for entry in page]
    return render(
        request,
        "audits/overview/history.html",
        {
            "audit": audit,
            "page": page,
            "lines": lines,
            "saves": saves,
            "reads_saves": history.reads_saves(audit, by=request.user),
        },
    )
