"""Giving an audit to an auditor by hand."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from audits.access import audit_or_404
from audits.allocation import give_back
from audits.allocation import reassign as giving
from audits.allocation.forms.reassign import GiveForm
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock
from qualitycounts.base.form_attempt import TAKEN, attempt, typed


@requires(Permission.RUN_SELECTION)
@require_http_methods(["GET", "HEAD", "POST"])
def audit_reassign(request: SignedInRequest, ref: str) -> HttpResponse:
    """Give the audit to one of those who may have it."""
    audit = audit_or_404(request.user, ref)
    giving.check_give(audit, by=request.user)
    choices = giving.reassign_choices(audit, on=clock.today())
    offer = give_back.offer_of(audit, on=clock.today())
    form = GiveForm(typed(request), choices=choices, offer=offer)
    status = 200
    if request.method == "POST":
        rule = partial(giving.reassign_auditor, audit, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(**form.cleaned_data))
        if status == TAKEN:
            messages.success(request, f"{audit.ref} is given to {form.cleaned_data['auditor']}, and both are told.")
            return redirect("audit", ref)
    leave = f"Leave it with {audit.auditor}" if audit.auditor else "Do not give it back"
    context = {"form": form, "audit": audit, "choices": choices, "offer": offer, "leave_words": leave}
    return render(request, "audits/allocation/reassign.html", context, status=status)


@requires(Permission.RUN_SELECTION)
@require_POST
def leave(request: SignedInRequest, ref: str) -> HttpResponse:
    """Leave the audit where it is, and not give it back to whom an import took it from."""
    give_back.decline(audit_or_404(request.user, ref), by=request.user, at=clock.now())
    messages.success(request, f"{ref} stays where it is, and is not offered back any more.")
    return redirect("audit", ref)
