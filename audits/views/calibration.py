"""Calibration exercises: starting one, grading the invented case, and the spread."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits import calibration, panel_terms
from audits.forms.attempt import TAKEN, attempt, typed
from audits.forms.panel import ExerciseForm, ExerciseGradesForm, LearnedForm
from audits.models import Exercise
from people import access
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts import clock

A_PAGE = 24
GRADES = (Permission.TAKE_PART, Permission.SIT_ON_PANEL, Permission.RUN_PANEL)


@requires(*GRADES)
@require_safe
def exercises(request: SignedInRequest) -> HttpResponse:
    """Every exercise; for the QA Team the form of the next."""
    return listed(request, ExerciseForm() if access.may(request.user, Permission.RUN_PANEL) else None)


def listed(request: SignedInRequest, form: ExerciseForm | None, *, status: int = 200) -> HttpResponse:
    """The list of exercises."""
    page = Paginator(calibration.listed(), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "audits/calibrations.html", {"page": page, "form": form}, status=status)


@requires(Permission.RUN_PANEL)
@require_POST
def start(request: SignedInRequest) -> HttpResponse:
    """Open an exercise."""
    form, made = ExerciseForm(request.POST), list[Exercise]()
    rule = partial(calibration.start, by=request.user, at=clock.now())
    status = attempt(form, lambda: made.append(rule(**form.cleaned_data)))
    if status != TAKEN:
        return listed(request, form, status=status)
    messages.success(request, "It is open, and everyone who audits or sits on panels is told.")
    return redirect("calibration-one", made[0].ref)


@requires(*GRADES)
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: SignedInRequest, ref: str) -> HttpResponse:
    """The invented case, to be graded (POST); and the spread, once it is shown."""
    found, status = calibration.exercise_or_404(ref), 200
    titles = calibration.titles(on=clock.today())
    mine = calibration.own(found, request.user)
    form = ExerciseGradesForm(
        typed(request), titles=titles, initial={f"grade-{number}": grade for number, grade in mine.items()}
    )
    if request.method == "POST":
        rule = partial(calibration.give, found, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(grades=form.said()))
        if status == TAKEN:
            messages.success(request, "Your grades are in. You can change them until the spread is shown.")
            return redirect("calibration-one", ref)
    return show(request, found, form=form, status=status)


def show(
    request: SignedInRequest,
    found: Exercise,
    *,
    form: ExerciseGradesForm | None = None,
    learned: LearnedForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of one exercise."""
    runs = access.may(request.user, Permission.RUN_PANEL)
    context = {
        "exercise": found,
        "parts": panel_terms.parts(found.case),
        "mine": calibration.own(found, request.user),
        "given": calibration.given(found),
        "spread": calibration.spread(found, request.user, on=clock.today()),
        "runs": runs,
        "form": (learned or form) if status != 200 else form,
        "grading": form if found.state == Exercise.State.OPEN else None,
        "learned": learned or LearnedForm(initial={"learned": found.learned}),
    }
    return render(request, "audits/calibration.html", context, status=status)


@requires(Permission.RUN_PANEL)
@require_POST
def reveal(request: SignedInRequest, ref: str) -> HttpResponse:
    """Show the spread."""
    calibration.reveal(calibration.exercise_or_404(ref), by=request.user, at=clock.now())
    return redirect("calibration-one", ref)


@requires(Permission.RUN_PANEL)
@require_POST
def learn(request: SignedInRequest, ref: str) -> HttpResponse:
    """What the room took from it."""
    found, form = calibration.exercise_or_404(ref), LearnedForm(request.POST)
    rule = partial(calibration.learn, found, by=request.user, at=clock.now())
    status = attempt(form, lambda: rule(**form.cleaned_data))
    if status != TAKEN:
        return show(request, found, learned=form, status=status)
    messages.success(request, "Kept.")
    return redirect("calibration-one", ref)
