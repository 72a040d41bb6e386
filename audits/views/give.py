"""Giving an audit to an auditor by hand."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from audits import give as giving
from audits.access import audit_or_404
from audits.forms.attempt import TAKEN, attempt, typed
from audits.forms.give import GiveForm
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts import clock


@requires(Permission.RUN_SELECTION)
@require_http_methods(["GET", "HEAD", "POST"])
def give(request: SignedInRequest, ref: str) -> HttpResponse:
    """Give the audit to one of those who may have it."""
    audit = audit_or_404(request.user, ref)
    giving.check_give(audit, by=request.user)
    choices = giving.choices(audit, on=clock.today())
    form = GiveForm(typed(request), choices=choices)
    status = 200
    if request.method == "POST":
        rule = partial(giving.give, audit, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(**form.cleaned_data))
        if status == TAKEN:
            messages.success(request, f"{audit.ref} is given to {form.cleaned_data['auditor']}, and both are told.")
            return redirect("audit", ref)
    return render(request, "audits/give.html", {"form": form, "audit": audit, "choices": choices}, status=status)
