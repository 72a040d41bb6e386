"""Pausing a meeting, and taking it up again."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from audits.locking import check_going_on
from audits.meeting import pause as pausing
from audits.meeting.forms.pause import PauseForm
from audits.meeting.views.meeting import seat
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock
from qualitycounts.base.form_attempt import TAKEN, attempt, typed


@requires(Permission.TAKE_PART)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def meeting_pause(request: SignedInRequest, ref: str) -> HttpResponse:
    """Pause the meeting, with the day it goes on if that is known."""
    audit = seat(request, ref)
    check_going_on(audit)
    form, status = PauseForm(typed(request)), 200
    if request.method == "POST":
        rule = partial(pausing.pause_meeting, audit, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(meets=form.when()))
        if status == TAKEN:
            return redirect("audit-meeting", audit.ref)
    return render(request, "audits/meeting/pause.html", {"audit": audit, "form": form}, status=status)


@requires(Permission.TAKE_PART)
@require_POST
def meeting_resume(request: SignedInRequest, ref: str) -> HttpResponse:
    """Take the meeting up again, where it was left."""
    audit = seat(request, ref)
    pausing.resume_meeting(audit, by=request.user, at=clock.now())
    messages.success(request, "The meeting goes on.")
    return redirect("audit-meeting", audit.ref)
