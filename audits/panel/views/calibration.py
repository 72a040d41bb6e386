"""Calibration exercises: starting one, grading the invented case, and the spread."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits.models import Exercise, grade_field
from audits.panel import calibration, terms
from audits.panel.forms.panel import ExerciseForm, ExerciseGradesForm, ExerciseLearnedForm
from people import access
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock
from qualitycounts.base.form_attempt import TAKEN, attempt, typed
from standards import standard_sets

A_PAGE = 24
GRADES = (Permission.TAKE_PART, Permission.SIT_ON_PANEL, Permission.RUN_PANEL)


@requires(*GRADES)
@require_safe
def exercises(request: SignedInRequest) -> HttpResponse:
    """Every exercise; for the QA Team the form of the next."""
    return calibrations_list(request, ExerciseForm() if access.may(request.user, Permission.RUN_PANEL) else None)


def calibrations_list(request: SignedInRequest, form: ExerciseForm | None, *, status: int = 200) -> HttpResponse:
    """The list of exercises."""
    page = Paginator(calibration.exercises_newest_first(), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "audits/panel/calibrations.html", {"page": page, "form": form}, status=status)


@requires(Permission.RUN_PANEL)
@require_POST
def calibration_start(request: SignedInRequest) -> HttpResponse:
    """Open an exercise."""
    form, made = ExerciseForm(request.POST), list[Exercise]()
    rule = partial(calibration.start_exercise, by=request.user, at=clock.now())
    status = attempt(form, lambda: made.append(rule(**form.cleaned_data)))
    if status != TAKEN:
        return calibrations_list(request, form, status=status)
    messages.success(request, "It is open, and everyone who audits or sits on panels is told.")
    return redirect("calibration-one", made[0].ref)


@requires(*GRADES)
@require_http_methods(["GET", "HEAD", "POST"])
def calibration_detail(request: SignedInRequest, ref: str) -> HttpResponse:
    """The invented case, to be graded (POST); and the spread, once it is shown."""
    exercise, status = calibration.exercise_or_404(ref), 200
    titles = calibration.titles(exercise)
    mine = calibration.own(exercise, request.user)
    form = ExerciseGradesForm(
        typed(request),
        titles=titles,
        grades=standard_sets.grade_choices(calibration.set_of(exercise)),
        initial={grade_field(number): grade for number, grade in mine.items()},
    )
    if request.method == "POST":
        rule = partial(calibration.give_exercise_grades, exercise, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(grades=form.said()))
        if status == TAKEN:
            messages.success(request, "Your grades are in. You can change them until the spread is shown.")
            return redirect("calibration-one", ref)
    return render_calibration(request, exercise, form=form, status=status)


def render_calibration(
    request: SignedInRequest,
    exercise: Exercise,
    *,
    form: ExerciseGradesForm | None = None,
    learned: ExerciseLearnedForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of one exercise."""
    runs = access.may(request.user, Permission.RUN_PANEL)
    context = {
        "exercise": exercise,
        "parts": terms.terms_parts(exercise.case),
        "mine": calibration.own(exercise, request.user),
        "given": calibration.count_exercise_ballots(exercise),
        "spread": calibration.spread(exercise, request.user),
        "runs": runs,
        "form": (learned or form) if status != 200 else form,
        "grading": form if exercise.state == Exercise.State.OPEN else None,
        "learned": learned or ExerciseLearnedForm(initial={"learned": exercise.learned}),
    }
    return render(request, "audits/panel/calibration.html", context, status=status)


@requires(Permission.RUN_PANEL)
@require_POST
def calibration_reveal(request: SignedInRequest, ref: str) -> HttpResponse:
    """Show the spread."""
    calibration.reveal_spread(calibration.exercise_or_404(ref), by=request.user, at=clock.now())
    return redirect("calibration-one", ref)


@requires(Permission.RUN_PANEL)
@require_POST
def calibration_learn(request: SignedInRequest, ref: str) -> HttpResponse:
    """What the room took from it."""
    exercise, form = calibration.exercise_or_404(ref), ExerciseLearnedForm(request.POST)
    rule = partial(calibration.record_learning, exercise, by=request.user, at=clock.now())
    status = attempt(form, lambda: rule(**form.cleaned_data))
    if status != TAKEN:
        return render_calibration(request, exercise, learned=form, status=status)
    messages.success(request, "Kept.")
    return redirect("calibration-one", ref)
