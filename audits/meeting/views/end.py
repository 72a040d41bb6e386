"""Ending a meeting, and taking it up again before its record is final."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from audits import graded
from audits.meeting import grading, lifecycle
from audits.meeting.end_page import EndPage
from audits.meeting.forms.meeting import EndForm, MeetingReasonForm
from audits.meeting.still_typing import check_not_typing, typing_now
from audits.meeting.views.meeting import check_form, page_of, seat
from audits.models import Audit, slug_of
from audits.plan import drafts
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock
from qualitycounts.base.dates import hour
from qualitycounts.base.refusals import Refused, Stale


@requires(Permission.TAKE_PART)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def meeting_end(request: SignedInRequest, ref: str) -> HttpResponse:
    """What is still missing, or what happens when the meeting ends; the auditor ends it."""
    audit = seat(request, ref)
    errors, status = [], 200
    if request.method == "POST":
        try:
            save_reasons(request, audit)
            if "save" in request.POST:
                messages.success(request, f"Saved {hour(clock.now())}.")
                return redirect("audit-end", audit.ref)
            check_not_typing(audit, by=request.user, anyway="now" in request.POST)
            lifecycle.end_meeting(audit, by=request.user, at=clock.now())
            return redirect("audit-sign", audit.ref)
        except Refused as why:
            if why.status != 422 and not isinstance(why, Stale):
                raise
            errors, status = [{"text": why.sentence}], why.status
    if audit.state != Audit.State.IN_MEETING:
        return redirect("audit-meeting", audit.ref)
    page = page_of(request, audit)
    context = {
        "audit": audit,
        "desk": page,
        "ending": EndPage(page, request.POST),
        "errors": errors,
        "typing": typing_now(audit, by=request.user),
        "begun": [(draft, drafts.draft_address(draft)) for draft in drafts.drafts_begun(audit)],
    }
    return render(request, "audits/meeting/end.html", context, status=status)


def save_reasons(request: SignedInRequest, audit: Audit) -> None:
    """Save the reasons that were written on the page, before anything else is asked."""
    numbers = [number for number in graded.grade_numbers(audit) if f"why-{slug_of(number)}" in request.POST]
    form = EndForm(request.POST, numbers=numbers)
    check_form(form)
    if reasons := form.reasons():
        grading.say_reasons(audit, reasons, by=request.user, at=clock.now())


@requires(Permission.TAKE_PART)
@require_POST
def meeting_reopen(request: SignedInRequest, ref: str) -> HttpResponse:
    """Take the meeting up again, with a reason; signatures come off."""
    audit, form = seat(request, ref), MeetingReasonForm(request.POST)
    check_form(form)
    lifecycle.reopen_meeting(audit, by=request.user, at=clock.now(), why=form.cleaned_data["why"])
    return redirect("audit-meeting", audit.ref)
