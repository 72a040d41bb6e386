"""What an activity found: written down case by case or as observations, by whom, and the conclusion from all of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from audits.models import Activity
from audits.programme import conclusion, contributors, findings, planning
from audits.programme.forms.findings import ConclusionForm, ContributorsForm, FindingForm, ObservationForm
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock
from qualitycounts.base.form_attempt import TAKEN, attempt, typed


@requires(Permission.SEE_PROGRAMME)
@require_http_methods(["GET", "HEAD", "POST"])
def finding_record(request: SignedInRequest, pk: int) -> HttpResponse:
    """Write down what a partner found of a case, an answer to a question, or what an observer saw."""
    activity = planning.activity_or_404(pk)
    findings.check_record_finding(activity, by=request.user)
    if activity.kind == Activity.Kind.OBSERVATION:
        form = ObservationForm(typed(request), today=clock.today())
        rule = partial(findings.record_observation, activity, by=request.user, at=clock.now())
        return answer_activity_form(
            request, activity, form, lambda: rule(**form.cleaned_data), "audits/programme/finding.html"
        )
    asked = {name: request.GET[name] for name in ("case", "about") if name in request.GET}
    finding = FindingForm(typed(request), activity=activity, by=request.user, initial=asked)
    write = partial(findings.record_finding, activity, by=request.user, at=clock.now())
    return answer_activity_form(
        request, activity, finding, lambda: write(**finding.asked()), "audits/programme/finding.html"
    )


@requires(Permission.RUN_SELECTION)
@require_http_methods(["GET", "HEAD", "POST"])
def contributors_name(request: SignedInRequest, pk: int) -> HttpResponse:
    """Name who writes down what each partner agency found."""
    activity = planning.activity_or_404(pk)
    contributors.check_name_contributors(activity, by=request.user)
    form = ContributorsForm(typed(request), activity=activity, today=clock.today())
    rule = partial(contributors.name_contributors, activity, by=request.user, at=clock.now())
    return answer_activity_form(
        request, activity, form, lambda: rule(people=form.people()), "audits/programme/contributors.html"
    )


@requires(Permission.RUN_SELECTION)
@require_http_methods(["GET", "HEAD", "POST"])
def activity_conclude(request: SignedInRequest, pk: int) -> HttpResponse:
    """Write what an activity came to."""
    activity = planning.activity_or_404(pk)
    conclusion.check_conclude(activity, by=request.user)
    form = ConclusionForm(typed(request), initial={"text": activity.conclusion})
    rule = partial(conclusion.conclude_activity, activity, by=request.user, at=clock.now())
    return answer_activity_form(
        request, activity, form, lambda: rule(**form.cleaned_data), "audits/programme/conclusion.html"
    )


def answer_activity_form(
    request: SignedInRequest, activity: Activity, form: forms.Form, rule: Callable[[], object], template: str
) -> HttpResponse:
    """The page of a form about an activity; taken, its words are kept and the activity's page follows."""
    status = 200
    if request.method == "POST":
        status = attempt(form, rule)
        if status == TAKEN:
            messages.success(request, "Kept.")
            return redirect("programme-activity", activity.pk)
    return render(request, template, {"form": form, "activity": activity}, status=status)
