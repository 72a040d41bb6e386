"""One audit before the panel: reading it, grading it unseen, the reveal, and one's answer after it."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits import panel, panel_ballot, panel_near, panel_page, panel_quality, panel_sample
from audits.access import review_or_404
from audits.forms.attempt import TAKEN, attempt, typed
from audits.forms.panel import BallotForm, NearForm, TakeOutForm, VoteForm
from audits.forms.panel_decision import DecisionForm
from audits.models import Review
from audits.views.panel import SITS
from people import access
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts import clock
from standards.grades import Grade


@requires(*SITS)
@never_cache
@require_safe
def one(request: SignedInRequest, ref: str, audit_ref: str) -> HttpResponse:
    """The audit as this reader may see it now."""
    return show(request, review_or_404(request.user, ref, audit_ref, at=clock.now()))


def named(review: Review) -> dict[str, Any]:
    """What every part of the page calls its records."""
    return {"panel": review.panel, "review": review, "audit": review.audit}


def show(
    request: SignedInRequest,
    review: Review,
    *,
    ballot: BallotForm | None = None,
    vote: VoteForm | None = None,
    decision: DecisionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of one audit, with any form that was refused."""
    sight = panel_page.sight(review, request.user, at=clock.now())
    if decision is None and sight.decides:
        decision = DecisionForm.kept(review)
    if vote is None and sight.votes and sight.own is not None:
        vote = VoteForm(initial={"answer": sight.own.vote, "why": sight.own.vote_why})
    context = {
        **named(review),
        "keeps": access.may(request.user, Permission.RUN_PANEL),
        "sight": sight,
        "form": ballot or vote or decision,
        "ballot": ballot,
        "given": panel_page.given(sight, ballot.data if ballot else None, ballot.errors if ballot else {}),
        "vote": vote,
        "decision": decision,
        "changes": "change" in request.GET or ballot is not None,
        "answers": panel_quality.ANSWERS,
        "grades": [(grade.value, grade.label) for grade in Grade],
        "descriptors": review.audit.standard_set.descriptors.all(),
    }
    return render(request, "audits/panel_review.html", context, status=status)


@requires(Permission.SIT_ON_PANEL)
@require_POST
def give(request: SignedInRequest, ref: str, audit_ref: str) -> HttpResponse:
    """Keep one's grades; with the green button they are given. A script keeps them as one goes."""
    review = review_or_404(request.user, ref, audit_ref, at=clock.now())
    form = BallotForm(request.POST, numbers=panel_ballot.numbers(review))
    finish = "finish" in request.POST
    rule = partial(panel_ballot.give, review, by=request.user, at=clock.now(), finish=finish)
    if request.headers.get("HX-Request"):
        form.is_valid()
        saved = rule(**form.said())
        context = {"saved": saved, "at": clock.now()}
        return render(request, "audits/panel_saved.html", context)
    status = attempt(form, lambda: rule(**form.said()))
    fresh = review_or_404(request.user, ref, audit_ref, at=clock.now())
    if status != TAKEN:
        return show(request, fresh, ballot=form, status=status)
    messages.success(request, panel_ballot.in_words(fresh, finish=finish))
    waits = finish and fresh.state == Review.State.BLIND
    return redirect(*(("panel", ref) if waits else ("panel-review", ref, audit_ref)))


@requires(*SITS)
@never_cache
@require_safe
def live(request: SignedInRequest, ref: str, audit_ref: str) -> HttpResponse:
    """Who has finished; a page that only waits opens itself again at the reveal."""
    review = review_or_404(request.user, ref, audit_ref, at=clock.now())
    sight = panel_page.sight(review, request.user, at=clock.now())
    reply = render(request, "audits/panel_finished.html", {"panel": review.panel, "review": review, "sight": sight})
    if review.state != Review.State.BLIND and "waits" in request.GET:
        reply["HX-Refresh"] = "true"
    return reply


@requires(Permission.REGRADE)
@require_POST
def reveal(request: SignedInRequest, ref: str, audit_ref: str) -> HttpResponse:
    """The chair says: reveal what there is."""
    review = review_or_404(request.user, ref, audit_ref, at=clock.now())
    panel.reveal_now(review, by=request.user, at=clock.now())
    return redirect("panel-review", ref, audit_ref)


@requires(Permission.SIT_ON_PANEL)
@require_POST
def vote(request: SignedInRequest, ref: str, audit_ref: str) -> HttpResponse:
    """Does the content justify the grade?"""
    review = review_or_404(request.user, ref, audit_ref, at=clock.now())
    form = VoteForm(request.POST)
    rule = partial(panel_ballot.vote, review, by=request.user, at=clock.now())
    status = attempt(form, lambda: rule(**form.cleaned_data))
    if status != TAKEN:
        return show(request, review, vote=form, status=status)
    messages.success(request, "Your answer is kept, and the panel sees it.")
    return redirect("panel-review", ref, audit_ref)


@requires(*SITS)
@require_http_methods(["GET", "HEAD", "POST"])
def near(request: SignedInRequest, ref: str, audit_ref: str) -> HttpResponse:
    """Say that one is too near this case."""
    review, status = review_or_404(request.user, ref, audit_ref, at=clock.now()), 200
    panel_near.check_declare(review, by=request.user)
    form = NearForm(typed(request))
    if request.method == "POST":
        rule = partial(panel_near.declare, review, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(**form.cleaned_data))
        if status == TAKEN:
            messages.success(request, f"Thank you. You take no part in {audit_ref}.")
            return redirect("panel", ref)
    return render(request, "audits/panel_near.html", {"review": review, "form": form}, status=status)


@requires(Permission.RUN_PANEL)
@require_http_methods(["GET", "HEAD", "POST"])
def take_out(request: SignedInRequest, ref: str, audit_ref: str) -> HttpResponse:
    """Take an audit out of the sample; the next ticket is called."""
    review, status = review_or_404(request.user, ref, audit_ref, at=clock.now()), 200
    panel_sample.check_take_out(review, by=request.user)
    form = TakeOutForm(typed(request))
    if request.method == "POST":
        called: list[Review | None] = []
        rule = partial(panel_sample.take_out, review, by=request.user, at=clock.now())
        status = attempt(form, lambda: called.append(rule(**form.cleaned_data)))
        if status == TAKEN:
            messages.success(request, panel_sample.called_words(review, called[0]))
            return redirect("panel", ref)
    return render(request, "audits/panel_take_out.html", {"review": review, "form": form}, status=status)
