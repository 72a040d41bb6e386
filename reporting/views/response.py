"""What a report recommends, and the written management response to it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from audits.forms.attempt import TAKEN, attempt, typed
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts import clock
from qualitycounts.refusals import NotNow
from reporting import recommending, response, story
from reporting.access import report_or_404
from reporting.forms.response import RecommendationForm, ResponseForm

form_methods = require_http_methods(["GET", "HEAD", "POST"])


@requires(Permission.PUBLISH_REPORT)
@form_methods
def recommendations(request: SignedInRequest, ref: str) -> HttpResponse:
    """The recommendations of a draft beside what its figures say; add one."""
    report = report_or_404(request.user, ref)
    form = RecommendationForm(typed(request))
    status = 200
    if request.method == "POST":
        given: dict[str, Any] = {"report": report, "by": request.user, "at": clock.now()}
        status = attempt(form, lambda: recommending.recommend(wording=form.wording(), **given))
        if status == TAKEN:
            messages.success(request, "It is in the draft.")
            return redirect("report-recommendations", ref)
    return _recommendations(request, ref, form, None, status)


@requires(Permission.PUBLISH_REPORT)
@require_http_methods(["POST"])
def recommendation(request: SignedInRequest, ref: str, number: int) -> HttpResponse:
    """Change one recommendation, or take it out."""
    report, at = report_or_404(request.user, ref), clock.now()
    one = next((one for one in report.recommended.all() if one.number == number), None)
    given: dict[str, Any] = {"report": report, "number": number, "by": request.user, "at": at}
    if "out" in request.POST:
        recommending.take_out(**given)
        messages.success(request, "It is taken out.")
        return redirect("report-recommendations", ref)
    if one is None:
        raise NotNow("This recommendation was taken out. Open the page again to see what is left.")
    form = RecommendationForm(request.POST, one=one)
    version = int(request.POST.get(f"r{number}-version") or 0) if form.is_valid() else 0
    status = attempt(form, lambda: recommending.reword(version=version, wording=form.wording(), **given))
    if status == TAKEN:
        messages.success(request, "It is saved.")
        return redirect("report-recommendations", ref)
    return _recommendations(request, ref, RecommendationForm(), form, status, number)


def _recommendations(
    request: SignedInRequest,
    ref: str,
    form: RecommendationForm,
    changed: RecommendationForm | None,
    status: int,
    number: int = 0,
) -> HttpResponse:
    report = report_or_404(request.user, ref)
    listed = [
        (one, changed if changed and one.number == number else RecommendationForm(one=one))
        for one in report.recommended.all()
    ]
    rows = story.rows_of(report.figures) if report.figures else None
    context = {"report": report, "form": form, "failed": changed or form, "listed": listed, "rows": rows}
    return render(request, "reporting/recommendations.html", context, status=status)


@requires(Permission.RESPOND_TO_REPORT)
@form_methods
def respond(request: SignedInRequest, ref: str) -> HttpResponse:
    """Answer each recommendation: saved as far as it is, or sent."""
    report = report_or_404(request.user, ref)
    response.check_answer(report, request.user)
    form = ResponseForm(typed(request), report=report)
    status = 200
    if request.method == "POST":
        status = attempt(form, lambda: _answer(request, form, ref))
        if status == TAKEN:
            sent = "send" in request.POST
            messages.success(request, "The response is sent." if sent else "Your answers are saved.")
            return redirect("report" if sent else "report-response", ref)
    rows = story.rows_of(report.figures)
    context = {"report": report, "form": form, "rows": rows, "can_send": response.can_send(report, request.user)}
    return render(request, "reporting/response.html", context, status=status)


def _answer(request: SignedInRequest, form: ResponseForm, ref: str) -> None:
    report, at = report_or_404(request.user, ref), clock.now()
    words = form.cleaned_data["words"]
    report = response.save(report=report, answers=form.answers(), words=words, by=request.user, at=at)
    if "send" in request.POST:
        response.respond(report=report, by=request.user, at=at)
