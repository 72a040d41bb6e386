"""The council's own questions to families."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from audits.family import questions
from audits.family.forms import QuestionForm
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock
from qualitycounts.base.form_attempt import TAKEN, attempt, typed

form_methods = require_http_methods(["GET", "HEAD", "POST"])


@requires(Permission.SEE_SETTINGS)
@form_methods
def family_questions(request: SignedInRequest) -> HttpResponse:
    """The questions; the Head of QA adds one."""
    form, status = QuestionForm(typed(request), standards=questions.standards_in_force(clock.now())), 200
    if request.method == "POST":
        questions.check_keep_questions(by=request.user)
        rule = partial(questions.add_question, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(**form.asked()))
        if status == TAKEN:
            messages.success(request, "Added. Whoever is asked from now on is asked it, too.")
            return redirect("family-questions")
    context = {
        "form": form,
        "asked": questions.with_standards(questions.questions_in_force(), at=clock.now()),
        "retired": questions.all_questions().exclude(retired_at=None),
        "can_keep": questions.can_keep_questions(by=request.user),
    }
    return render(request, "audits/family/questions.html", context, status=status)


@requires(Permission.CHANGE_SETTINGS)
@form_methods
def family_question(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change one question."""
    question = questions.question_or_404(pk)
    standards = questions.standards_in_force(clock.now())
    form, status = QuestionForm(typed(request), standards=standards, question=question), 200
    if request.method == "POST":
        rule = partial(questions.change_question, pk=pk, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(**form.asked()))
        if status == TAKEN:
            messages.success(request, "Changed.")
            return redirect("family-questions")
    return render(request, "audits/family/question.html", {"form": form, "question": question}, status=status)


@requires(Permission.CHANGE_SETTINGS)
@require_POST
def family_question_retire(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask a question no more."""
    question = questions.retire_question(pk=pk, by=request.user, at=clock.now())
    messages.success(request, f"“{question.text}” is not asked any more. What was answered stays.")
    return redirect("family-questions")
