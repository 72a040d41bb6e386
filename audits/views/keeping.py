"""Keeping an audit's words beyond the retention schedule, and ending that."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from audits import keeping
from audits.access import audit_or_404
from audits.forms.attempt import TAKEN, attempt, typed
from audits.forms.keeping import KeepingForm
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts import clock


@requires(Permission.RUN_SELECTION)
@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: SignedInRequest, ref: str) -> HttpResponse:
    """Keep it, with a reason; or see why it is kept. Only for the Head of QA."""
    keeping.check_keep(by=request.user)
    audit = audit_or_404(request.user, ref)
    form, status = KeepingForm(typed(request)), 200
    if request.method == "POST":
        status = attempt(form, lambda: keeping.keep(audit, **form.cleaned_data, by=request.user, at=clock.now()))
        if status == TAKEN:
            messages.success(request, f"{audit.ref} is kept until you end it.")
            return redirect("audit", audit.ref)
    context = {"audit": audit, "form": form, "standing": keeping.of(audit)}
    return render(request, "audits/keeping.html", context, status=status)


@requires(Permission.RUN_SELECTION)
@require_POST
def end(request: SignedInRequest, ref: str) -> HttpResponse:
    """The retention schedule applies again."""
    audit = audit_or_404(request.user, ref)
    keeping.end(audit, by=request.user, at=clock.now())
    messages.success(request, f"The retention schedule applies to {audit.ref} again.")
    return redirect("audit", audit.ref)
