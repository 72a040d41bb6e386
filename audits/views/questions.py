"""Bringing in a question that is meant for other children, and leaving it out again."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from audits import questions
from audits.forms.meeting import WhyForm
from audits.views.meeting import check_form, seat, step_url
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts import clock


@requires(Permission.TAKE_PART)
@require_POST
def bring_in(request: SignedInRequest, ref: str, criterion: int) -> HttpResponse:
    """Ask a question of this child, too, with the reason."""
    audit, form = seat(request, ref), WhyForm(request.POST)
    check_form(form)
    questions.bring_in(audit, criterion, by=request.user, at=clock.now(), why=form.cleaned_data["why"])
    messages.success(request, "The question is asked here now. Mark it as the others.")
    return redirect(step_url(audit, request.POST.get("step", "")) + f"#c{criterion}")


@requires(Permission.TAKE_PART)
@require_POST
def leave_out(request: SignedInRequest, ref: str, criterion: int) -> HttpResponse:
    """Leave a question out again that has no mark yet."""
    audit = seat(request, ref)
    questions.leave_out(audit, criterion, by=request.user, at=clock.now())
    messages.success(request, "The question is left out again.")
    return redirect(step_url(audit, request.POST.get("step", "")))
