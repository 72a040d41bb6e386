"""The QA Team's advice on a grade the two cannot agree, and its ruling where they still cannot."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from audits import graded
from audits.access import audit_or_404
from audits.meeting import advice, grading
from audits.record.forms.signing import AdviceForm, RuleForm
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock
from qualitycounts.base.form_attempt import TAKEN, attempt, typed


@requires(Permission.RULE_ON_GRADE)
@require_http_methods(["GET", "HEAD", "POST"])
def advice_give(request: SignedInRequest, ref: str, number: int) -> HttpResponse:
    """Both proposals, the marks and the notes; then advice."""
    audit = audit_or_404(request.user, ref)
    number = graded.meant_number(audit, number)
    question = advice.question(audit, number, by=request.user)
    form = AdviceForm(typed(request), initial={"advice": question.advice})
    status = 200
    if request.method == "POST":
        rule = partial(grading.advise_on_grade, audit, number, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(**form.cleaned_data))
        if status == TAKEN:
            messages.success(request, "Your advice is saved, and both of them are told.")
            return redirect("audit-advice", audit.ref, number)
    context = {"audit": audit, "question": question, "form": form, "rule": RuleForm(audit=audit)}
    return render(request, "audits/meeting/advice.html", context, status=status)


@requires(Permission.RULE_ON_GRADE)
@require_http_methods(["GET", "HEAD", "POST"])
def advice_rule(request: SignedInRequest, ref: str, number: int) -> HttpResponse:
    """The adviser's grade stands."""
    audit = audit_or_404(request.user, ref)
    number = graded.meant_number(audit, number)
    question = advice.question(audit, number, by=request.user)
    form = RuleForm(typed(request), audit=audit)
    status = 200
    if request.method == "POST":
        call = partial(grading.rule_on_grade, audit, number, by=request.user, at=clock.now())
        status = attempt(form, lambda: call(**form.cleaned_data))
        if status == TAKEN:
            messages.success(request, "Your ruling stands, and both of them are told.")
            return redirect("audit", audit.ref)
    context = {"audit": audit, "question": question, "form": form}
    return render(request, "audits/meeting/rule.html", context, status=status)
