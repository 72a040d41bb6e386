"""Pausing a meeting, and taking it up again."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from audits.locking import check_going_on
from audits.meeting import pause as pausing
from audits.meeting.forms.pause import PauseForm
from audits.meeting.still_typing import check_not_typing, typing_now
from audits.meeting.views.meeting import seat
from audits.models import Audit
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
        status = attempt(form, lambda: pause_now(request, audit, form))
        if status == TAKEN:
            return redirect("audit-meeting", audit.ref)
    context = {"audit": audit, "form": form, "typing": typing_now(audit, by=request.user)}
    return render(request, "audits/meeting/pause.html", context, status=status)


def pause_now(request: SignedInRequest, audit: Audit, form: PauseForm) -> None:
    """Pause, unless the other chair still types and this one has not said that it is paused all the same."""
    check_not_typing(audit, by=request.user, anyway="now" in request.POST)
    pausing.pause_meeting(audit, by=request.user, at=clock.now(), meets=form.when())


@requires(Permission.TAKE_PART)
@require_POST
def meeting_resume(request: SignedInRequest, ref: str) -> HttpResponse:
    """Take the meeting up again, where it was left."""
    audit = seat(request, ref)
    pausing.resume_meeting(audit, by=request.user, at=clock.now())
    messages.success(request, "The meeting goes on.")
    return redirect("audit-meeting", audit.ref)
