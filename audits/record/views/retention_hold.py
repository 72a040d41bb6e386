"""Keeping an audit's words beyond the retention schedule, and ending that."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from audits.access import audit_or_404
from audits.record import retention_hold
from audits.record.forms.retention_hold import KeepingForm
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock
from qualitycounts.base.form_attempt import TAKEN, attempt, typed


@requires(Permission.RUN_SELECTION)
@require_http_methods(["GET", "HEAD", "POST"])
def retention_hold_place(request: SignedInRequest, ref: str) -> HttpResponse:
    """Keep it, with a reason; or see why it is kept. Only for the Head of QA."""
    retention_hold.check_keep(by=request.user)
    audit = audit_or_404(request.user, ref)
    form, status = KeepingForm(typed(request)), 200
    if request.method == "POST":
        status = attempt(
            form,
            lambda: retention_hold.place_retention_hold(audit, **form.cleaned_data, by=request.user, at=clock.now()),
        )
        if status == TAKEN:
            messages.success(request, f"{audit.ref} is kept until you end it.")
            return redirect("audit", audit.ref)
    context = {"audit": audit, "form": form, "standing": retention_hold.retention_hold_of(audit)}
    return render(request, "audits/record/retention_hold.html", context, status=status)


@requires(Permission.RUN_SELECTION)
@require_POST
def retention_hold_end(request: SignedInRequest, ref: str) -> HttpResponse:
    """The retention schedule applies again."""
    audit = audit_or_404(request.user, ref)
    retention_hold.end_retention_hold(audit, by=request.user, at=clock.now())
    messages.success(request, f"The retention schedule applies to {audit.ref} again.")
    return redirect("audit", audit.ref)
