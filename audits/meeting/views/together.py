"""Both sheets side by side: proposing from one's own, opening the other's early, and taking what needs no talk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from audits import graded
from audits.meeting import grading, together
from audits.meeting.desk import build_page
from audits.meeting.forms.meeting import ProposeTogetherForm, TakeForm
from audits.meeting.steps import MARKS
from audits.meeting.views.meeting import by_script, check_form, render_step, saved, seat
from audits.models import Audit
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock
from qualitycounts.base.refusals import Refused


def answer_together(request: SignedInRequest, audit: Audit, rule: Callable[[], object], place: str) -> HttpResponse:
    """Call a rule, and answer by the step it was asked from. Refused, the page comes back with the sentence."""
    step = request.POST.get("step") or MARKS
    try:
        rule()
    except Refused as refusal:
        going_on = audit.state == Audit.State.IN_MEETING and audit.paused_at is None
        if by_script(request) or refusal.status not in (409, 422) or not going_on:
            raise
        errors = [{"text": refusal.sentence, "url": f"#{place}"}]
        page = build_page(audit, request.user, step)
        page = replace(page, both=replace(page.both, typed=request.POST))
        return render_step(request, page, status=refusal.status, errors=errors)
    return saved(request, audit, step, part=f"#{place}")


@requires(Permission.TAKE_PART)
@require_POST
def sheets_propose(request: SignedInRequest, ref: str) -> HttpResponse:
    """Propose a grade for each standard that one was picked for."""
    audit = seat(request, ref)
    form = ProposeTogetherForm(request.POST, numbers=graded.standard_numbers(audit))

    def rule() -> object:
        check_form(form)
        return grading.propose_grades(audit, form.asked(), by=request.user, at=clock.now())

    return answer_together(request, audit, rule, "a-propose")


@requires(Permission.TAKE_PART)
@require_POST
def sheets_take(request: SignedInRequest, ref: str, number: int) -> HttpResponse:
    """Take what needs no talk in a section as the meeting's."""
    audit, form = seat(request, ref), TakeForm(request.POST)

    def rule() -> object:
        check_form(form)
        return together.take_marks(audit, number, by=request.user, at=clock.now(), shown=form.asked())

    return answer_together(request, audit, rule, "a-rest")


@requires(Permission.TAKE_PART)
@require_POST
def sheets_open_early(request: SignedInRequest, ref: str, number: int) -> HttpResponse:
    """Open the other's marks of a standard before both have proposed."""
    audit = seat(request, ref)
    return answer_together(
        request,
        audit,
        lambda: together.open_marks_early(audit, number, by=request.user, at=clock.now()),
        "a-rest",
    )
