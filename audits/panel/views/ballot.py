"""One audit before the panel: reading it, grading it unseen, the reveal, and one's answer after it."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits.models import Review
from audits.panel import ballot as panel_ballot
from audits.panel import conflicts, quality
from audits.panel import page as panel_page
from audits.panel import sample as panel_sample
from audits.panel import sitting as panel_sitting
from audits.panel.conflicts import review_or_404
from audits.panel.forms.decision import DecisionForm
from audits.panel.forms.panel import BallotForm, NearForm, TakeOutForm, VoteForm
from audits.panel.views.panel import SITS
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock
from qualitycounts.base.draft_order import Sending
from qualitycounts.base.form_attempt import TAKEN, attempt, typed
from standards import standard_sets


@requires(*SITS)
@never_cache
@require_safe
def review_detail(request: SignedInRequest, ref: str, audit_ref: str) -> HttpResponse:
    """The audit as this reader may see it now."""
    return render_review(request, review_or_404(request.user, ref, audit_ref, at=clock.now()))


def review_context(review: Review) -> dict[str, Any]:
    """What every part of the page calls its records."""
    return {"panel": review.panel, "review": review, "audit": review.audit}


def render_review(
    request: SignedInRequest,
    review: Review,
    *,
    ballot: BallotForm | None = None,
    vote: VoteForm | None = None,
    decision: DecisionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of one audit, with any form that was refused."""
    sight = panel_page.review_page(review, request.user, at=clock.now())
    if decision is None and sight.decides:
        decision = DecisionForm.kept(review)
    if vote is None and sight.votes and sight.own is not None:
        vote = VoteForm(initial={"answer": sight.own.vote, "why": sight.own.vote_why})
    changes = "change" in request.GET or ballot is not None
    context = {
        **review_context(review),
        **panel_page.reader_context(sight, request.user, changes=changes),
        "form": ballot or vote or decision,
        "ballot": ballot,
        "given": panel_page.ballot_of_reader(sight, ballot.data if ballot else None, ballot.errors if ballot else {}),
        "vote": vote,
        "decision": decision,
        "answers": quality.ANSWERS,
        "grades": standard_sets.grade_choices(review.audit.standard_set),
        "descriptors": review.audit.standard_set.descriptors.all(),
    }
    return render(request, "audits/panel/review.html", context, status=status)


@requires(Permission.SIT_ON_PANEL)
@require_POST
def ballot_give(request: SignedInRequest, ref: str, audit_ref: str) -> HttpResponse:
    """Keep one's grades; with the green button they are given. A script keeps them as one goes."""
    review = review_or_404(request.user, ref, audit_ref, at=clock.now())
    form = BallotForm(request.POST, numbers=panel_ballot.numbers(review))
    is_draft = bool(request.headers.get("HX-Request"))
    finish = "finish" in request.POST and not is_draft
    rule = partial(panel_ballot.give_ballot, review, by=request.user, at=clock.now(), finish=finish)
    if is_draft:
        form.is_valid()
        saved = rule(**form.said(), sending=Sending.of(request.POST))
        context = {"saved": saved, "at": clock.now()}
        return render(request, "audits/panel/saved.html", context)
    status = attempt(form, lambda: rule(**form.said()))
    fresh = review_or_404(request.user, ref, audit_ref, at=clock.now())
    if status != TAKEN:
        return render_review(request, fresh, ballot=form, status=status)
    messages.success(request, panel_ballot.ballot_in_words(fresh, finish=finish))
    waits = finish and fresh.state == Review.State.BLIND
    return redirect(*(("panel", ref) if waits else ("panel-review", ref, audit_ref)))


@requires(*SITS)
@never_cache
@require_safe
def review_live(request: SignedInRequest, ref: str, audit_ref: str) -> HttpResponse:
    """Who has finished; a page that only waits opens itself again at the reveal."""
    review = review_or_404(request.user, ref, audit_ref, at=clock.now())
    sight = panel_page.review_page(review, request.user, at=clock.now())
    reply = render(request, "audits/panel/finished.html", {"panel": review.panel, "review": review, "sight": sight})
    if review.state != Review.State.BLIND and "waits" in request.GET:
        reply["HX-Refresh"] = "true"
    return reply


@requires(Permission.REGRADE)
@require_POST
def review_reveal(request: SignedInRequest, ref: str, audit_ref: str) -> HttpResponse:
    """The chair says: reveal what there is."""
    review = review_or_404(request.user, ref, audit_ref, at=clock.now())
    panel_sitting.reveal_now(review, by=request.user, at=clock.now())
    return redirect("panel-review", ref, audit_ref)


@requires(Permission.SIT_ON_PANEL)
@require_POST
def review_vote(request: SignedInRequest, ref: str, audit_ref: str) -> HttpResponse:
    """Does the content justify the grade?"""
    review = review_or_404(request.user, ref, audit_ref, at=clock.now())
    form = VoteForm(request.POST)
    rule = partial(panel_ballot.vote_on_review, review, by=request.user, at=clock.now())
    status = attempt(form, lambda: rule(**form.cleaned_data))
    if status != TAKEN:
        return render_review(request, review, vote=form, status=status)
    messages.success(request, "Your answer is kept, and the panel sees it.")
    return redirect("panel-review", ref, audit_ref)


@requires(*SITS)
@require_http_methods(["GET", "HEAD", "POST"])
def review_declare_near(request: SignedInRequest, ref: str, audit_ref: str) -> HttpResponse:
    """Say that one is too near this case."""
    review, status = review_or_404(request.user, ref, audit_ref, at=clock.now()), 200
    conflicts.check_declare_near(review, by=request.user)
    form = NearForm(typed(request))
    if request.method == "POST":
        rule = partial(conflicts.declare_too_near, review, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(**form.cleaned_data))
        if status == TAKEN:
            messages.success(request, f"Thank you. You take no part in {audit_ref}.")
            return redirect("panel", ref)
    return render(request, "audits/panel/conflicts.html", {"review": review, "form": form}, status=status)


@requires(Permission.RUN_PANEL)
@require_http_methods(["GET", "HEAD", "POST"])
def review_take_out(request: SignedInRequest, ref: str, audit_ref: str) -> HttpResponse:
    """Take an audit out of the sample; the next ticket is called."""
    review, status = review_or_404(request.user, ref, audit_ref, at=clock.now()), 200
    panel_sample.check_take_from_sample(review, by=request.user)
    form = TakeOutForm(typed(request))
    if request.method == "POST":
        called: list[Review | None] = []
        rule = partial(panel_sample.take_from_sample, review, by=request.user, at=clock.now())
        status = attempt(form, lambda: called.append(rule(**form.cleaned_data)))
        if status == TAKEN:
            messages.success(request, panel_sample.called_words(review, called[0]))
            return redirect("panel", ref)
    return render(request, "audits/panel/take_out.html", {"review": review, "form": form}, status=status)
