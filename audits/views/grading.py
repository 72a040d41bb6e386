"""The eight grades: proposing unseen, agreeing, setting a standard aside, and asking the QA Team."""

from __future__ import annotations

from functools import partial

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from audits import grading, managers
from audits.forms.meeting import ConfirmForm, OfferForm, ProposeForm, WhyForm
from audits.views.meeting import answer, seat
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts import clock


@requires(Permission.TAKE_PART)
@require_POST
def propose(request: SignedInRequest, ref: str, number: int) -> HttpResponse:
    """One's own grade; unseen until the other's is in."""
    return answer(request, seat(request, ref, ()), str(number), ProposeForm(request.POST), grading.propose)


@requires(Permission.TAKE_PART)
@require_POST
def offer(request: SignedInRequest, ref: str, number: int) -> HttpResponse:
    """The auditor enters the grade the two have come to."""
    return answer(request, seat(request, ref, ()), str(number), OfferForm(request.POST), grading.offer)


@requires(Permission.TAKE_PART)
@require_POST
def confirm(request: SignedInRequest, ref: str, number: int) -> HttpResponse:
    """The keyworker confirms it."""
    return answer(request, seat(request, ref, ()), str(number), ConfirmForm(request.POST), grading.confirm)


@requires(Permission.TAKE_PART)
@require_POST
def set_aside(request: SignedInRequest, ref: str, number: int) -> HttpResponse:
    """The auditor marks a standard as not applying to this child."""
    return answer(request, seat(request, ref, ()), str(number), WhyForm(request.POST), grading.set_aside)


@requires(Permission.TAKE_PART)
@require_POST
def bring_back(request: SignedInRequest, ref: str, number: int) -> HttpResponse:
    """The standard does apply after all."""
    return answer(request, seat(request, ref, ()), str(number), forms.Form(request.POST), grading.bring_back)


@requires(Permission.TAKE_PART)
@require_POST
def refer(request: SignedInRequest, ref: str, number: int) -> HttpResponse:
    """Ask the QA Team about a grade the two cannot agree."""
    ask = partial(grading.refer, advisers=managers.qa_team(on=clock.today()))
    return answer(request, seat(request, ref, ()), str(number), forms.Form(request.POST), ask)


@requires(Permission.TAKE_PART)
@require_POST
def refer_unresolved(request: SignedInRequest, ref: str) -> HttpResponse:
    """At the end of the meeting, ask the QA Team about every grade on which the two still differ."""
    audit = seat(request, ref)
    asked = grading.refer_unresolved(
        audit, by=request.user, at=clock.now(), advisers=managers.qa_team(on=clock.today())
    )
    grades = "1 grade" if len(asked) == 1 else f"{len(asked)} grades"
    messages.success(request, f"The QA Team is asked about {grades}. Pause the meeting until they have answered.")
    return redirect("audit-end", audit.ref)
