"""Taking an audit back: withdrawn before it is final, void after."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from audits.access import audit_or_404
from audits.models import Audit
from audits.record import withdrawal
from audits.record.forms.withdrawal import WithdrawalForm
from people.access import SignedInRequest, requires
from people.roles import Permission, Role
from people.step_up import confirmed_for
from qualitycounts.base import clock
from qualitycounts.base.form_attempt import TAKEN, attempt, typed


@requires(Permission.RUN_SELECTION)
@require_http_methods(["GET", "HEAD", "POST"])
def audit_withdraw(request: SignedInRequest, ref: str) -> HttpResponse:
    """QA withdraws an audit that will not be finalised."""
    audit = audit_or_404(request.user, ref)
    withdrawal.check_withdraw(audit, by=request.user)
    return take_back(request, audit, withdrawal.withdraw_audit, "Withdraw this audit", f"{audit.ref} is withdrawn.")


@requires(Permission.RUN_SELECTION)
@confirmed_for(Role.HEAD_OF_QA)
@require_http_methods(["GET", "HEAD", "POST"])
def audit_void(request: SignedInRequest, ref: str) -> HttpResponse:
    """The Head of QA takes a final audit out of every figure."""
    audit = audit_or_404(request.user, ref)
    withdrawal.check_void(audit, by=request.user)
    return take_back(request, audit, withdrawal.void_audit, "Declare this audit void", f"{audit.ref} is void.")


def take_back(
    request: SignedInRequest, audit: Audit, rule: Callable[..., Audit], words: str, done: str
) -> HttpResponse:
    """Ask for the reason, and do it."""
    form, status = WithdrawalForm(typed(request)), 200
    if request.method == "POST":
        act = partial(rule, audit, by=request.user, at=clock.now())
        status = attempt(form, lambda: act(**form.cleaned_data))
        if status == TAKEN:
            messages.success(request, done)
            return redirect("audit", audit.ref)
    return render(
        request, "audits/record/withdrawal.html", {"audit": audit, "form": form, "words": words}, status=status
    )
