"""Bringing in a question that is meant for other children, and leaving it out again."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from audits.meeting import asked_criteria
from audits.meeting.forms.meeting import MeetingReasonForm
from audits.meeting.steps import step_address
from audits.meeting.views.meeting import check_form, seat
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock


@requires(Permission.TAKE_PART)
@require_POST
def criterion_bring_in(request: SignedInRequest, ref: str, criterion: int) -> HttpResponse:
    """Ask a question of this child, too, with the reason."""
    audit, form = seat(request, ref), MeetingReasonForm(request.POST)
    check_form(form)
    asked_criteria.bring_in_criterion(audit, criterion, by=request.user, at=clock.now(), why=form.cleaned_data["why"])
    messages.success(request, "The question is asked here now. Mark it as the others.")
    return redirect(step_address(audit, request.POST.get("step", "")) + f"#c{criterion}")


@requires(Permission.TAKE_PART)
@require_POST
def criterion_leave_out(request: SignedInRequest, ref: str, criterion: int) -> HttpResponse:
    """Leave a question out again that has no mark yet."""
    audit = seat(request, ref)
    asked_criteria.leave_out_criterion(audit, criterion, by=request.user, at=clock.now())
    messages.success(request, "The question is left out again.")
    return redirect(step_address(audit, request.POST.get("step", "")))
