"""Safeguarding concerns: raising one, and the list of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from audits.access import attended_or_404
from audits.form_boxes import indicators_of
from audits.meeting.steps import step_address, steps_of
from audits.models import Audit
from escalation.concerns import concern, take_away
from escalation.forms import ConcernForm
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock, spreadsheets
from qualitycounts.base.form_attempt import TAKEN, attempt, typed

A_PAGE = 25


@dataclass(frozen=True, slots=True)
class WayBack:
    """Where the form leads back to, in which words, and whether that is a meeting that goes on."""

    url: str
    words: str
    in_meeting: bool


@requires(Permission.RAISE_CONCERN)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest, ref: str) -> HttpResponse:
    """Raise a concern as a chair of an audit: why, who was spoken to, and when."""
    audit, at = attended_or_404(request.user, ref), clock.now()
    concern.check_raise(audit, by=request.user)
    people = concern.who_to_speak_to(audit, by=request.user, on=clock.day_of(at))
    away = concern.away_in_words(people, on=clock.day_of(at))
    form, status = ConcernForm(typed(request), people=people, away=away, at=at), 200
    if request.method == "POST":
        rule = partial(concern.raise_concern, audit, by=request.user, at=at)
        status = attempt(form, lambda: rule(**form.said()))
        if status == TAKEN:
            return raised(request, audit)
    context = {"audit": audit, "form": form, "teams": concern.TEAMS.value(), "back": back_to(request, audit)}
    return render(request, "escalation/concerns/new.html", context, status=status)


def raised(request: SignedInRequest, audit: Audit) -> HttpResponse:
    """Say that it is raised: in the meeting it came from, else on the page of what follows."""
    opened = concern.latest_escalation(audit, by=request.user)
    messages.success(request, f"Raised, {opened.ref}. {opened.concern.asked_in_words}")
    back = back_to(request, audit)
    return redirect(back.url) if back.in_meeting else redirect("escalation", opened.ref)


def back_to(request: SignedInRequest, audit: Audit) -> WayBack:
    """The step of the meeting that the form was opened from, while the meeting goes on; else the audit."""
    step = request.GET.get("step", "")
    if audit.state != Audit.State.IN_MEETING:
        return WayBack(reverse("audit", args=[audit.ref]), "Back to the audit", False)
    if audit.chair_of(request.user) is None:
        return WayBack(reverse("audit-third-chair", args=[audit.ref]), "Back to the meeting", True)
    there = step in steps_of(audit, indicators_of(audit))
    url = step_address(audit, step) if there else reverse("audit-meeting", args=[audit.ref])
    return WayBack(url, "Back to the meeting", True)


@requires(Permission.SEE_ESCALATION)
@require_safe
def concerns_list(request: SignedInRequest) -> HttpResponse:
    """The concerns one may see, open ones first."""
    page = Paginator(concern.concerns_for(request.user), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "escalation/concerns/concerns.html", {"page": page})


@requires(Permission.SEE_ESCALATION)
@require_safe
def concerns_export(request: SignedInRequest, kind: str) -> StreamingHttpResponse:
    """The concerns one may see as a file to keep."""
    at = clock.now()
    rows = take_away.take_concerns_away(by=request.user, at=at)
    name = f"concerns-{clock.day_of(at)}"
    return spreadsheets.download(name=name, kind=kind, columns=take_away.CONCERN_COLUMNS, rows=rows)
