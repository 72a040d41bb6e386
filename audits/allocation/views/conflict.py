"""Saying that another auditor should have a case."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from audits.access import audit_or_404
from audits.allocation import conflict
from audits.allocation.forms.conflict import ConflictForm
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock


@requires(Permission.TAKE_PART, Permission.RUN_SELECTION)
@require_http_methods(["GET", "HEAD", "POST"])
def conflict_declare(request: SignedInRequest, ref: str) -> HttpResponse:
    """Say that the auditor should not audit this case; it goes to another."""
    audit = audit_or_404(request.user, ref)
    conflict.check_declare_conflict(audit, by=request.user)
    form = ConflictForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        audit = conflict.declare_conflict(audit, reason=form.cleaned_data["reason"], by=request.user, at=clock.now())
        messages.success(request, conflict.who_has_it(audit))
        return redirect(*conflict.page_after(audit, by=request.user))
    status = 422 if form.errors else 200
    return render(request, "audits/allocation/conflict.html", {"form": form, "audit": audit}, status=status)
