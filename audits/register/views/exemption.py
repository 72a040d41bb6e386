"""Leaving a case out of draws, and letting it back in."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from audits.draw import exemption
from audits.register import case_list
from audits.register.forms.exemption import ExemptForm
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock
from qualitycounts.base.refusals import Refused


@requires(Permission.RUN_SELECTION)
@require_http_methods(["GET", "HEAD", "POST"])
def case_exempt(request: SignedInRequest, pk: int) -> HttpResponse:
    """Leave a case out of draws until a day; or see why it is left out. Only for the Head of QA."""
    exemption.check_exempt(by=request.user)
    case = case_list.case_by_key_or_404(request.user, pk)
    form = ExemptForm(request.POST or None)
    status = 200
    if request.method == "POST":
        try:
            if form.is_valid():
                exemption.exempt_case(case, **form.cleaned_data, by=request.user, at=clock.now())
                messages.success(request, f"Case {case} is left out of draws.")
                return redirect("register-case", case.pk)
            status = 422
        except Refused as refusal:
            form.add_error(refusal.field or None, refusal.sentence)
            status = refusal.status
    context = {"form": form, "case": case, "standing": exemption.exemption_of(case, on=clock.today())}
    return render(request, "audits/register/exemption.html", context, status=status)


@requires(Permission.RUN_SELECTION)
@require_POST
def case_exempt_end(request: SignedInRequest, pk: int) -> HttpResponse:
    """Let a case be drawn again."""
    case = case_list.case_by_key_or_404(request.user, pk)
    exemption.end_exemption(case, by=request.user, at=clock.now())
    messages.success(request, f"Case {case} can be drawn again.")
    return redirect("register-case", case.pk)
