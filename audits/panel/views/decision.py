"""The chair's decision on one audit: kept as it is written, and recorded with a fresh password."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from audits.models import Review
from audits.panel import decision as panel_decision
from audits.panel.conflicts import review_or_404
from audits.panel.forms.decision import DecisionForm, as_draft, with_room
from audits.panel.views.ballot import render_review
from people.access import SignedInRequest, requires
from people.roles import Permission
from people.step_up import confirmed
from qualitycounts.base import clock
from qualitycounts.base.draft_order import Sending
from qualitycounts.base.fields import whole_number
from qualitycounts.base.form_attempt import KEPT, TAKEN, attempt
from qualitycounts.base.refusals import Refused


@requires(Permission.REGRADE)
@require_POST
def decision_keep(request: SignedInRequest, ref: str, audit_ref: str) -> HttpResponse:
    """Keep the decision as far as it is written; with “Add an action”, with room for one more."""
    review = review_or_404(request.user, ref, audit_ref, at=clock.now())
    panel_decision.check_decide(review, by=request.user, at=clock.now())
    data = with_room(request.POST) if "more" in request.POST else request.POST
    rule = partial(panel_decision.keep_decision_draft, review, by=request.user, at=clock.now())
    try:
        kept = rule(draft=as_draft(review, data), version=whole_number(data.get("version")), sending=Sending.of(data))
    except Refused as refusal:
        if request.headers.get("HX-Request") or refusal.status not in KEPT:
            raise
        messages.error(request, refusal.sentence)
        review.refresh_from_db(fields=["version"])  # read again, what stands here may be saved over it
        return render_review(request, review, decision=DecisionForm.kept(review, data), status=refusal.status)
    if request.headers.get("HX-Request"):
        return render(request, "audits/panel/saved.html", {"saved": kept, "at": clock.now(), "decision": True})
    if "more" not in request.POST:
        messages.success(request, "Saved. Nothing is decided yet.")
    return redirect("panel-review", ref, audit_ref)


@requires(Permission.REGRADE)
@require_POST
def decision_record(request: SignedInRequest, ref: str, audit_ref: str) -> HttpResponseBase:
    """Record what the panel decided."""
    review = review_or_404(request.user, ref, audit_ref, at=clock.now())
    panel_decision.check_decide(review, by=request.user, at=clock.now())
    return record_and_redirect(request, review)


@confirmed
def record_and_redirect(request: SignedInRequest, review: Review) -> HttpResponse:
    """The decision itself, once it is certain who sits here."""
    form = DecisionForm(request.POST, review=review)
    rule = partial(panel_decision.record_decision, review, by=request.user, at=clock.now())
    status = attempt(form, lambda: rule(decision=form.said(), version=form.cleaned_data["version"]))
    if status != TAKEN:
        return render_review(request, review, decision=form, status=status)
    messages.success(request, f"{review.audit.ref} is decided. Its auditor is told.")
    return redirect("panel", review.panel.ref)
