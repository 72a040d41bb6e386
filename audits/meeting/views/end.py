"""Ending a meeting, and taking it up again before its record is final."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from audits.meeting import lifecycle
from audits.meeting.end_page import EndPage
from audits.meeting.forms.meeting import MeetingReasonForm
from audits.meeting.still_typing import check_not_typing, typing_now
from audits.meeting.views.meeting import check_form, page_of, seat
from audits.models import Audit
from audits.plan import drafts
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock
from qualitycounts.base.refusals import Refused


@requires(Permission.TAKE_PART)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def meeting_end(request: SignedInRequest, ref: str) -> HttpResponse:
    """What is still missing, or what happens when the meeting ends; the auditor ends it."""
    audit = seat(request, ref)
    errors, status = [], 200
    if request.method == "POST":
        try:
            check_not_typing(audit, by=request.user, anyway="now" in request.POST)
            lifecycle.end_meeting(audit, by=request.user, at=clock.now())
            return redirect("audit-sign", audit.ref)
        except Refused as why:
            if why.status != 422:
                raise
            errors, status = [{"text": why.sentence}], why.status
    if audit.state != Audit.State.IN_MEETING:
        return redirect("audit-meeting", audit.ref)
    page = page_of(request, audit)
    context = {
        "audit": audit,
        "desk": page,
        "ending": EndPage(page),
        "errors": errors,
        "typing": typing_now(audit, by=request.user),
        "begun": [(draft, drafts.draft_address(draft)) for draft in drafts.drafts_begun(audit)],
    }
    return render(request, "audits/meeting/end.html", context, status=status)


@requires(Permission.TAKE_PART)
@require_POST
def meeting_reopen(request: SignedInRequest, ref: str) -> HttpResponse:
    """Take the meeting up again, with a reason; signatures come off."""
    audit, form = seat(request, ref), MeetingReasonForm(request.POST)
    check_form(form)
    lifecycle.reopen_meeting(audit, by=request.user, at=clock.now(), why=form.cleaned_data["why"])
    return redirect("audit-meeting", audit.ref)
