"""What a report recommends, and the written management response to it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock
from qualitycounts.base.form_attempt import TAKEN, attempt, typed
from qualitycounts.base.refusals import NotNow
from reporting.access import report_or_404
from reporting.plan import recommendations as plan_recommendations
from reporting.plan import response
from reporting.plan.forms import RecommendationForm, ResponseForm
from reporting.sections.contents import read_figures
from reporting.sections.rows import rows_of

form_methods = require_http_methods(["GET", "HEAD", "POST"])


@requires(Permission.PUBLISH_REPORT)
@form_methods
def recommendations(request: SignedInRequest, ref: str) -> HttpResponse:
    """The recommendations of a draft beside what its figures say; add one."""
    report = report_or_404(request.user, ref)
    form = RecommendationForm(typed(request))
    status = 200
    if request.method == "POST":
        at = clock.now()
        status = attempt(
            form,
            lambda: plan_recommendations.recommend(report=report, wording=form.wording(), by=request.user, at=at),
        )
        if status == TAKEN:
            messages.success(request, "It is in the draft.")
            return redirect("report-recommendations", ref)
    return _recommendations(request, ref, form, None, status)


@requires(Permission.PUBLISH_REPORT)
@require_http_methods(["POST"])
def recommendation(request: SignedInRequest, ref: str, number: int) -> HttpResponse:
    """Change one recommendation, or take it out."""
    report, at = report_or_404(request.user, ref), clock.now()
    recommended = report.recommended.filter(number=number).first()
    if "out" in request.POST:
        plan_recommendations.take_out(report=report, number=number, by=request.user, at=at)
        messages.success(request, "It is taken out.")
        return redirect("report-recommendations", ref)
    if recommended is None:
        raise NotNow("This recommendation was taken out. Open the page again to see what is left.")
    form = RecommendationForm(request.POST, recommendation=recommended)
    version = int(request.POST.get(f"r{number}-version") or 0) if form.is_valid() else 0
    status = attempt(
        form,
        lambda: plan_recommendations.reword(
            report=report, number=number, version=version, wording=form.wording(), by=request.user, at=at
        ),
    )
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
    boxes = [
        (each, changed if changed and each.number == number else RecommendationForm(recommendation=each))
        for each in report.recommended.all()
    ]
    rows = rows_of(read_figures(report.figures)) if report.figures else None
    context = {"report": report, "form": form, "failed": changed or form, "boxes": boxes, "rows": rows}
    return render(request, "reporting/plan/recommendations.html", context, status=status)


@requires(Permission.RESPOND_TO_REPORT)
@form_methods
def report_respond(request: SignedInRequest, ref: str) -> HttpResponse:
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
    rows = rows_of(read_figures(report.figures))
    context = {"report": report, "form": form, "rows": rows, "can_send": response.can_send(report, request.user)}
    return render(request, "reporting/plan/response.html", context, status=status)


def _answer(request: SignedInRequest, form: ResponseForm, ref: str) -> None:
    report, at = report_or_404(request.user, ref), clock.now()
    words = form.cleaned_data["words"]
    report = response.save(report=report, answers=form.answers(), words=words, by=request.user, at=at)
    if "send" in request.POST:
        response.send_response(report=report, by=request.user, at=at)
