"""The chair's decision on one audit: kept as it is written, and recorded with a fresh password."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from audits import panel_decision
from audits.access import review_or_404
from audits.forms.attempt import KEPT, TAKEN, attempt
from audits.forms.meeting import whole
from audits.forms.panel_decision import DecisionForm, as_draft, with_room
from audits.models import Review
from audits.views.panel_ballot import show
from people.access import SignedInRequest, requires
from people.roles import Permission
from people.step_up import confirmed
from qualitycounts import clock
from qualitycounts.refusals import Refused


@requires(Permission.REGRADE)
@require_POST
def keep(request: SignedInRequest, ref: str, audit_ref: str) -> HttpResponse:
    """Keep the decision as far as it is written; with “Add an action”, with room for one more."""
    review = review_or_404(request.user, ref, audit_ref, at=clock.now())
    panel_decision.check_decide(review, by=request.user, at=clock.now())
    data = with_room(request.POST) if "more" in request.POST else request.POST
    rule = partial(panel_decision.keep, review, by=request.user, at=clock.now())
    try:
        kept = rule(draft=as_draft(data), version=whole(data.get("version")))
    except Refused as refusal:
        if request.headers.get("HX-Request") or refusal.status not in KEPT:
            raise
        messages.error(request, refusal.sentence)
        review.refresh_from_db(fields=["version"])  # read again, what stands here may be saved over it
        return show(request, review, decision=DecisionForm.kept(review, data), status=refusal.status)
    if request.headers.get("HX-Request"):
        return render(request, "audits/panel_saved.html", {"saved": kept, "at": clock.now(), "decision": True})
    if "more" not in request.POST:
        messages.success(request, "Saved. Nothing is decided yet.")
    return redirect("panel-review", ref, audit_ref)


@requires(Permission.REGRADE)
@require_POST
def decide(request: SignedInRequest, ref: str, audit_ref: str) -> HttpResponseBase:
    """Record what the panel decided."""
    review = review_or_404(request.user, ref, audit_ref, at=clock.now())
    panel_decision.check_decide(review, by=request.user, at=clock.now())
    return record(request, review)


@confirmed
def record(request: SignedInRequest, review: Review) -> HttpResponse:
    """The decision itself, once it is certain who sits here."""
    form = DecisionForm(request.POST, review=review)
    rule = partial(panel_decision.decide, review, by=request.user, at=clock.now())
    status = attempt(form, lambda: rule(decision=form.said(), version=form.cleaned_data["version"]))
    if status != TAKEN:
        return show(request, review, decision=form, status=status)
    messages.success(request, f"{review.audit.ref} is decided. Its auditor is told.")
    return redirect("panel", review.panel.ref)
