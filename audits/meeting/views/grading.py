"""The grades: proposing unseen, agreeing, setting a standard aside, and asking the QA Team."""

from __future__ import annotations

from functools import partial

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from audits import managers
from audits.form_boxes import boxes_of
from audits.meeting import grading
from audits.meeting import set_aside as meeting_set_aside
from audits.meeting.forms.meeting import ConfirmForm, MeetingReasonForm, OfferForm, ProposeForm, StandsForm
from audits.meeting.views.meeting import answer, render_refused, save_step, seat, seat_to_save
from audits.models import slug_of
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock


@requires(Permission.TAKE_PART)
@require_POST
def grade_propose(request: SignedInRequest, ref: str, number: int) -> HttpResponse:
    """Propose a grade; the other chair does not see it before theirs is in. Without scripts the step is saved first."""
    audit, step = seat_to_save(request, ref), slug_of(number)
    if f"{boxes_of(number)[0].slug}-was" in request.POST and (refused := save_step(request, audit, step)):
        return render_refused(request, audit, step, refused)
    return answer(request, audit, step, ProposeForm(request.POST), grading.propose_grade)


@requires(Permission.TAKE_PART)
@require_POST
def grade_offer(request: SignedInRequest, ref: str, number: int) -> HttpResponse:
    """The auditor enters the grade the two have come to."""
    return answer(request, seat_to_save(request, ref), slug_of(number), OfferForm(request.POST), grading.offer_grade)


@requires(Permission.TAKE_PART)
@require_POST
def grade_confirm(request: SignedInRequest, ref: str, number: int) -> HttpResponse:
    """The keyworker confirms it."""
    return answer(
        request,
        seat_to_save(request, ref),
        slug_of(number),
        ConfirmForm(request.POST),
        grading.confirm_grade,
    )


@requires(Permission.TAKE_PART)
@require_POST
def grade_say_why(request: SignedInRequest, ref: str, number: int) -> HttpResponse:
    """The auditor says why an agreed grade stands against what was found since."""
    return answer(request, seat_to_save(request, ref), slug_of(number), StandsForm(request.POST), grading.say_why)


@requires(Permission.TAKE_PART)
@require_POST
def standard_set_aside(request: SignedInRequest, ref: str, number: int) -> HttpResponse:
    """One chair proposes that a standard does not apply to this child."""
    return answer(
        request,
        seat_to_save(request, ref),
        slug_of(number),
        MeetingReasonForm(request.POST),
        meeting_set_aside.propose_aside,
    )


@requires(Permission.TAKE_PART)
@require_POST
def standard_confirm_aside(request: SignedInRequest, ref: str, number: int) -> HttpResponse:
    """The other chair agrees to that."""
    return answer(
        request,
        seat_to_save(request, ref),
        slug_of(number),
        MeetingReasonForm(request.POST),
        meeting_set_aside.confirm_aside,
    )


@requires(Permission.TAKE_PART)
@require_POST
def standard_decline_aside(request: SignedInRequest, ref: str, number: int) -> HttpResponse:
    """Either chair says that it does apply."""
    return answer(
        request,
        seat_to_save(request, ref),
        slug_of(number),
        forms.Form(request.POST),
        meeting_set_aside.decline_aside,
    )


@requires(Permission.TAKE_PART)
@require_POST
def standard_bring_back(request: SignedInRequest, ref: str, number: int) -> HttpResponse:
    """The standard does apply after all."""
    return answer(
        request,
        seat_to_save(request, ref),
        slug_of(number),
        forms.Form(request.POST),
        meeting_set_aside.bring_back,
    )


@requires(Permission.TAKE_PART)
@require_POST
def grade_refer(request: SignedInRequest, ref: str, number: int) -> HttpResponse:
    """Ask the QA Team about a grade the two cannot agree."""
    ask = partial(grading.refer_grade, advisers=managers.qa_team(on=clock.today()))
    return answer(request, seat_to_save(request, ref), slug_of(number), forms.Form(request.POST), ask)


@requires(Permission.TAKE_PART)
@require_POST
def grades_refer_unresolved(request: SignedInRequest, ref: str) -> HttpResponse:
    """At the end of the meeting, ask the QA Team about every grade on which the two still differ."""
    audit = seat(request, ref)
    asked = grading.refer_unresolved_grades(
        audit, by=request.user, at=clock.now(), advisers=managers.qa_team(on=clock.today())
    )
    grades = "1 grade" if len(asked) == 1 else f"{len(asked)} grades"
    messages.success(request, f"The QA Team is asked about {grades}. Pause the meeting until they have answered.")
    return redirect("audit-end", audit.ref)
