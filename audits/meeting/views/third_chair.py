"""The third chair of a meeting: what the second worker reads, and what they propose."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from audits.access import third_chair_or_404
from audits.meeting import third_chair as chair
from audits.meeting.forms.meeting import ProposeForm
from audits.meeting.views.meeting import check_form
from audits.models import Audit
from audits.record.signed_record import build_record
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock
from qualitycounts.base.fields import whole_number
from qualitycounts.base.refusals import Refused


@requires(Permission.TAKE_PART)
@never_cache
@require_safe
def third_chair(request: SignedInRequest, ref: str) -> HttpResponse:
    """What both have written and revealed so far, with one's own grades. Asked again for the same, 204."""
    audit = third_chair_or_404(request.user, ref)
    if audit.state != Audit.State.IN_MEETING:
        return redirect("audit-prepare" if audit.state in Audit.NOT_MET else "audit", audit.ref)
    if request.headers.get("HX-Request") and whole_number(request.GET.get("seen")) == audit.revision:
        return HttpResponse(status=204)
    return render_third_chair(request, audit)


@requires(Permission.TAKE_PART)
@require_POST
def third_chair_propose(request: SignedInRequest, ref: str, number: int) -> HttpResponse:
    """Propose one grade, or change it while it is unseen."""
    audit, form = third_chair_or_404(request.user, ref), ProposeForm(request.POST)
    try:
        check_form(form)
        chair.propose_as_second(audit, number, by=request.user, at=clock.now(), **form.cleaned_data)
    except Refused as refusal:
        if refusal.status not in (409, 422) or audit.state != Audit.State.IN_MEETING:
            raise
        return render_third_chair(request, audit, status=refusal.status, refusal=refusal, typed=request.POST)
    messages.success(request, "Kept. The others see it once both of them have proposed.")
    return redirect("audit-third-chair", audit.ref)


def render_third_chair(request: SignedInRequest, audit: Audit, *, status: int = 200, **refused: object) -> HttpResponse:
    """The page of the third chair, with what was refused and typed."""
    grades = chair.third_chair_grades(audit)
    context = {
        "audit": audit,
        "grades": grades,
        "said": ",".join(f"#said-{grade.slug}" for grade in grades),
        "record": build_record(audit),
    }
    return render(request, "audits/meeting/third_chair.html", context | refused, status=status)
