"""Safeguarding concerns: raising one, and those that one may see."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from audits.access import meeting_or_404
from audits.forms.attempt import TAKEN, attempt, typed
from escalation import concern
from escalation.forms import ConcernForm
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts import clock

A_PAGE = 25


@requires(Permission.RAISE_CONCERN)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest, ref: str) -> HttpResponse:
    """Raise a concern in an audit that one sits in: why, who was spoken to, and when."""
    audit, at = meeting_or_404(request.user, ref), clock.now()
    concern.check_raise(audit, by=request.user)
    people = concern.who_to_speak_to(audit, by=request.user, on=clock.day_of(at))
    form, status = ConcernForm(typed(request), people=people, at=at), 200
    if request.method == "POST":
        rule = partial(concern.raise_concern, audit, by=request.user, at=at)
        status = attempt(form, lambda: rule(**form.said()))
        if status == TAKEN:
            opened = concern.latest(audit, by=request.user)
            messages.success(request, "Raised. Whoever you spoke to is asked to acknowledge it today.")
            return redirect("escalation", opened.ref)
    return render(request, "escalation/concern_new.html", {"audit": audit, "form": form}, status=status)


@requires(Permission.SEE_ESCALATION)
@require_safe
def listed(request: SignedInRequest) -> HttpResponse:
    """The concerns one may see, open ones first."""
    page = Paginator(concern.listed(request.user), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "escalation/concerns.html", {"page": page})
