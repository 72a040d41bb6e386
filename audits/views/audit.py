"""The audits one may open, the page of one, its note for the case file and its history."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from audits import case_note, conflict, give, history, keeping, overview, panel_feedback, signing, withdrawal
from audits.access import audit_or_404
from audits.forms.attempt import TAKEN, attempt
from audits.forms.audit import AuditFilter
from audits.forms.signing import FinaliseForm
from audits.models import Audit
from audits.record import record
from people.access import SignedInRequest, requires
from people.roles import Permission, Role
from people.step_up import confirmed_for
from qualitycounts import clock

A_PAGE = 25
LINES_A_PAGE = 50


@requires(Permission.SEE_AUDIT)
@require_safe
def audits(request: SignedInRequest) -> HttpResponse:
    """The list, by state and month."""
    found = AuditFilter(request.GET, queryset=overview.listed(request.user), months=overview.months(request.user))
    page = Paginator(found.qs, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "audits/audits.html", {"filter": found, "page": page})


@requires(Permission.SEE_AUDIT)
@require_safe
def audit(request: SignedInRequest, ref: str) -> HttpResponse:
    """Where one audit stands, and what comes next; once it has ended, all that it says."""
    return show(request, audit_or_404(request.user, ref))


def show(
    request: SignedInRequest, audit: Audit, *, form: FinaliseForm | None = None, status: int = 200
) -> HttpResponse:
    """The page of one audit."""
    ended = audit.state in (Audit.State.AGREED, Audit.State.FINALISED, Audit.State.CLOSED, Audit.State.VOIDED)
    unsigned = overview.can_finalise_unsigned(audit, request.user, on=clock.today())
    context = {
        "audit": audit,
        "steps": overview.next_steps(audit, request.user),
        "signatures": overview.signatures(audit) if ended else [],
        "record": record(audit) if ended else None,
        "actions": audit.actions.select_related("owner") if audit.final else [],
        "feedback": panel_feedback.feedback(audit, request.user) if ended else [],
        "form": form or (FinaliseForm() if unsigned else None),
        "can_give": give.can_give(audit, by=request.user),
        "can_declare": conflict.can_declare(audit, by=request.user),
        "can_withdraw": withdrawal.can(withdrawal.check_withdraw, audit, by=request.user),
        "can_keep": keeping.can_keep(by=request.user),
        "can_read_history": history.can_read(audit, by=request.user),
        "can_void": withdrawal.can(withdrawal.check_void, audit, by=request.user),
    }
    return render(request, "audits/audit.html", context, status=status)


@requires(Permission.SEE_AUDIT)
@confirmed_for(Role.HEAD_OF_QA)
@require_http_methods(["POST"])
def finalise(request: SignedInRequest, ref: str) -> HttpResponse:
    """The Head of QA finalises what was left unsigned."""
    audit = audit_or_404(request.user, ref)
    form = FinaliseForm(request.POST)
    rule = partial(signing.finalise_unsigned, audit, by=request.user, at=clock.now())
    status = attempt(form, lambda: rule(why=form.cleaned_data["why"]))
    if status != TAKEN:
        return show(request, audit, form=form, status=status)
    messages.success(request, f"{audit.ref} is final.")
    return redirect("audit", audit.ref)


@requires(Permission.SEE_AUDIT)
@require_safe
def note(request: SignedInRequest, ref: str) -> HttpResponse:
    """The entry for the child's file, ready to paste."""
    audit = audit_or_404(request.user, ref)
    text, kept = case_note.text(audit), case_note.versions(audit)
    asked = next((one for one in kept if str(one.number) == request.GET.get("version")), None)
    context = {
        "audit": audit,
        "heading": case_note.heading(audit),
        "text": asked.text if asked else text,
        "asked": asked if asked and asked != kept[0] else None,
        "versions": kept,
        "again": case_note.newer_than_file(audit, kept),
    }
    return render(request, "audits/note.html", context)


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
    lines = [history.line(entry, audit) for entry in page]
    return render(request, "audits/history.html", {"audit": audit, "page": page, "lines": lines, "saves": saves})
