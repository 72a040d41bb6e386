"""Holding a case beyond the retention schedule, and ending that."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from audits.record import case_hold
from audits.record.forms.retention_hold import KeepingForm
from audits.register import case_list
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock
from qualitycounts.base.form_attempt import TAKEN, attempt, typed


@requires(Permission.RUN_SELECTION)
@require_http_methods(["GET", "HEAD", "POST"])
def case_hold_place(request: SignedInRequest, pk: int) -> HttpResponse:
    """Hold it, with a reason; or see why it is held. Only for the Head of QA."""
    case_hold.check_hold_case(by=request.user)
    case = case_list.case_by_key_or_404(request.user, pk)
    form, status = KeepingForm(typed(request)), 200
    if request.method == "POST":
        status = attempt(form, lambda: case_hold.hold_case(case, **form.cleaned_data, by=request.user, at=clock.now()))
        if status == TAKEN:
            messages.success(request, f"Case {case} is held until you end it.")
            return redirect("register-case", case.pk)
    context = {"case": case, "form": form, "standing": case_hold.case_hold_of(case)}
    return render(request, "audits/register/case_hold.html", context, status=status)


@requires(Permission.RUN_SELECTION)
@require_POST
def case_hold_end(request: SignedInRequest, pk: int) -> HttpResponse:
    """The retention schedule applies again."""
    case = case_list.case_by_key_or_404(request.user, pk)
    case_hold.end_case_hold(case, by=request.user, at=clock.now())
    messages.success(request, f"The retention schedule applies to case {case} again.")
    return redirect("register-case", case.pk)
