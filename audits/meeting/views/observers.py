"""A manager watches a meeting: asked by one chair, agreed by the other, ended by either."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits.access import watched_or_404
from audits.meeting import observers
from audits.meeting.forms.observers import WatchForm
from audits.meeting.views.meeting import seat
from audits.record.signed_record import build_record
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock
from qualitycounts.base.fields import whole_number
from qualitycounts.base.form_attempt import TAKEN, attempt, typed


@requires(Permission.WATCH_MEETING)
@never_cache
@require_safe
def watch(request: SignedInRequest, ref: str) -> HttpResponse:
    """What both have written and revealed so far. A page that has it already, and asks again, is answered 204."""
    audit = watched_or_404(request.user, ref)
    if request.headers.get("HX-Request") and whole_number(request.GET.get("seen")) == audit.revision:
        return HttpResponse(status=204)
    return render(request, "audits/meeting/observers.html", {"audit": audit, "record": build_record(audit)})


@requires(Permission.TAKE_PART)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def observer_ask(request: SignedInRequest, ref: str) -> HttpResponse:
    """Choose a manager and ask the other chair to agree."""
    audit, on = seat(request, ref), clock.today()
    form, status = WatchForm(typed(request), managers=observers.who_may_watch(audit, on=on)), 200
    if request.method == "POST":
        rule = partial(observers.ask_to_observe, audit, by=request.user, at=clock.now(), on=on)
        status = attempt(form, lambda: rule(manager=form.cleaned_data["manager"]))
        if status == TAKEN:
            messages.success(request, "Asked. Nobody watches before the other has agreed.")
            return redirect("audit-meeting", audit.ref)
    return render(request, "audits/meeting/observers_ask.html", {"audit": audit, "form": form}, status=status)


@requires(Permission.TAKE_PART)
@require_POST
def observer_agree(request: SignedInRequest, ref: str, watch: int) -> HttpResponse:
    """The other chair agrees."""
    audit = seat(request, ref)
    observers.agree_to_observer(audit, watch, by=request.user, at=clock.now())
    messages.success(request, "Agreed. The manager is told, and either of you can end it.")
    return redirect("audit-meeting", audit.ref)


@requires(Permission.TAKE_PART)
@require_POST
def observer_end(request: SignedInRequest, ref: str, watch: int) -> HttpResponse:
    """Decline, or end it."""
    audit = seat(request, ref)
    observers.end_observing(audit, watch, by=request.user, at=clock.now())
    messages.success(request, "Nobody watches on that invitation now.")
    return redirect("audit-meeting", audit.ref)
