"""Leaving a case out of draws, and letting it back in."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from audits import exemption, register
from audits.forms.exemption import ExemptForm
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts import clock
from qualitycounts.refusals import Refused


@requires(Permission.RUN_SELECTION)
@require_http_methods(["GET", "HEAD", "POST"])
def exempt(request: SignedInRequest, pk: int) -> HttpResponse:
    """Leave a case out of draws until a day; or see why it is left out. Only for the Head of QA."""
    exemption.check_exempt(by=request.user)
    case = register.case_or_404(request.user, pk)
    form = ExemptForm(request.POST or None)
    status = 200
    if request.method == "POST":
        try:
            if form.is_valid():
                exemption.exempt(case, **form.cleaned_data, by=request.user, at=clock.now())
                messages.success(request, f"Case {case} is left out of draws.")
                return redirect("register-case", case.pk)
            status = 422
        except Refused as refusal:
            form.add_error(refusal.field or None, refusal.sentence)
            status = refusal.status
    context = {"form": form, "case": case, "standing": exemption.of(case, on=clock.today())}
    return render(request, "audits/exemption.html", context, status=status)


@requires(Permission.RUN_SELECTION)
@require_POST
def end(request: SignedInRequest, pk: int) -> HttpResponse:
    """Let a case be drawn again."""
    case = register.case_or_404(request.user, pk)
    exemption.end(case, by=request.user, at=clock.now())
    messages.success(request, f"Case {case} can be drawn again.")
    return redirect("register-case", case.pk)
