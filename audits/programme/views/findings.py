"""What an activity found: written down case by case or as observations, by whom, and the conclusion from all of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits.models import Activity
from audits.programme import conclusion, contributors, findings, planning, tool_page, tool_sheets
from audits.programme.forms.findings import ConclusionForm, ContributorsForm, FindingForm, ObservationForm, ToolForm
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock
from qualitycounts.base.draft_order import Sending
from qualitycounts.base.fields import whole_number
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


@requires(Permission.SEE_PROGRAMME)
@require_safe
def tool_answers(request: SignedInRequest, pk: int) -> HttpResponse:
    """What is to be answered of an activity's tool; to those who read every sheet, what was answered."""
    activity = planning.activity_or_404(pk)
    page = tool_page.tool_answers_page(activity, request.user)
    return render(request, "audits/programme/answers.html", {"activity": activity, "page": page})


@requires(Permission.SEE_PROGRAMME)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tool_answer(request: SignedInRequest, pk: int, of: str, key: str) -> HttpResponse:
    """Answer the tool of one case or observation; a script keeps it as one goes."""
    respondent = tool_sheets.respondent_or_404(planning.activity_or_404(pk), request.user, of, key)
    sheet, status = tool_sheets.sheet_for(respondent), 200
    form = ToolForm(typed(request), questions=respondent.questions, sheet=sheet)
    if request.method == "POST":
        is_draft = "HX-Request" in request.headers
        finish = "finish" in request.POST and not is_draft
        version = whole_number(request.POST.get("version"))
        rule = partial(tool_sheets.answer_tool, respondent, version=version, by=request.user, at=clock.now())
        if is_draft:
            form.is_valid()
            sheet = rule(answers=form.answers(), finish=False, sending=Sending.of(request.POST))
            return render(request, "audits/programme/answer_saved.html", {"sheet": sheet, "at": clock.now()})
        status = attempt(form, lambda: rule(answers=form.answers(), finish=finish))
        if status == TAKEN:
            messages.success(request, "Finished. These answers count." if finish else "Saved. Finish it later.")
            return redirect("programme-answers", pk)
        sheet = tool_sheets.sheet_for(respondent)
    context = tool_page.answer_page(respondent, sheet, user=request.user) | {"form": form, "status": status}
    return render(request, "audits/programme/answer.html", context, status=status)


@requires(Permission.SEE_PROGRAMME)
@require_POST
def tool_answer_reopen(request: SignedInRequest, pk: int, of: str, key: str) -> HttpResponse:
    """Take finished answers up again."""
    respondent = tool_sheets.respondent_or_404(planning.activity_or_404(pk), request.user, of, key)
    tool_sheets.reopen_sheet(respondent, by=request.user, at=clock.now())
    messages.success(request, "They do not count until you finish them again.")
    return redirect("programme-answer", pk, of, key)


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
        *(request, activity, form, lambda: rule(**form.cleaned_data), "audits/programme/conclusion.html"),
        words=tool_page.words_of_answers(activity),
    )


def answer_activity_form(
    request: SignedInRequest,
    activity: Activity,
    form: forms.Form,
    rule: Callable[[], object],
    template: str,
    **more: object,
) -> HttpResponse:
    """The page of a form about an activity; taken, its words are kept and the activity's page follows."""
    status = 200
    if request.method == "POST":
        status = attempt(form, rule)
        if status == TAKEN:
            messages.success(request, "Kept.")
            return redirect("programme-activity", activity.pk)
    return render(request, template, {"form": form, "activity": activity, **more}, status=status)
