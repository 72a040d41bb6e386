"""What is done on a step of an escalation: one page an act, with what is typed and one button."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from audits.forms.attempt import TAKEN, attempt, typed
from escalation import moves, re_audits, steps
from escalation.access import step_or_404
from escalation.acts import ACTS, offer
from escalation.forms import HandOverForm, MoreTimeForm, PassUpForm, WordsForm
from escalation.models import Step
from escalation.paths import rung_of
from people.access import SignedInRequest, requires
from people.roles import Permission, Role
from people.step_up import confirmed_for
from qualitycounts import clock

form_methods = require_http_methods(["GET", "HEAD", "POST"])


def turn(
    request: SignedInRequest, step: Step, act: str, form: Form, rule: Callable[..., object], **more: Any
) -> HttpResponse:
    """Hand what was typed to the rule; back to the escalation when it is done, else the form again."""
    status = 200
    if request.method == "POST":
        rule = partial(rule, step, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(**form.cleaned_data))
        if status == TAKEN:
            messages.success(request, ACTS[act].done)
            return redirect("escalation", step.escalation.ref)
        step = step_or_404(request.user, step.escalation.ref, step.slug)
    context = {"step": step, "rung": rung_of(step), "offer": offer(step, act), "form": form, **more}
    return render(request, "escalation/act.html", context, status=status)


@requires(Permission.DECIDE_ESCALATION)
@form_methods
def acknowledge(request: SignedInRequest, ref: str, slug: str) -> HttpResponse:
    """Say by name that one has read it and has it."""
    step = step_or_404(request.user, ref, slug)
    steps.check_acknowledge(step, by=request.user)
    form = WordsForm(typed(request), name="words", label="A word about what happens first (optional)", needed=False)
    return turn(request, step, "acknowledge", form, steps.acknowledge)


@requires(Permission.DECIDE_ESCALATION)
@form_methods
def record(request: SignedInRequest, ref: str, slug: str) -> HttpResponse:
    """Say what was done to make the child safe."""
    step = step_or_404(request.user, ref, slug)
    steps.check_record(step, by=request.user)
    form = WordsForm(
        typed(request), name="acted", label="What was done, by whom and when?", initial={"acted": step.acted}
    )
    return turn(request, step, "record", form, steps.record)


@requires(Permission.DECIDE_ESCALATION)
@form_methods
def sign(request: SignedInRequest, ref: str, slug: str) -> HttpResponse:
    """Agree that the child is safe, or sign the immediate actions."""
    step = step_or_404(request.user, ref, slug)
    steps.check_sign(step, by=request.user)
    form = WordsForm(typed(request), name="words", label="What did you look at? (optional)", needed=False)
    return turn(request, step, "sign", form, steps.sign)


@requires(Permission.DECIDE_ESCALATION)
@form_methods
def complete(request: SignedInRequest, ref: str, slug: str) -> HttpResponse:
    """Say that actions, supervision and the entry on the file are done."""
    step = step_or_404(request.user, ref, slug)
    steps.check_complete(step, by=request.user)
    form = WordsForm(typed(request), name="words", label="A word about it (optional)", needed=False)
    return turn(request, step, "complete", form, steps.complete)


@requires(Permission.DECIDE_ESCALATION)
@confirmed_for(Role.HEAD_OF_QA)
@form_methods
def confirm(request: SignedInRequest, ref: str, slug: str) -> HttpResponse:
    """The QA Officer found it on the record."""
    step = step_or_404(request.user, ref, slug)
    steps.check_confirm(step, by=request.user)
    form = WordsForm(typed(request), name="words", label="What did you look at on the record?")
    return turn(request, step, "confirm", form, steps.confirm)


@requires(Permission.DECIDE_ESCALATION)
@form_methods
def reopen(request: SignedInRequest, ref: str, slug: str) -> HttpResponse:
    """The QA Officer sends the work back."""
    step = step_or_404(request.user, ref, slug)
    steps.check_qa(step, by=request.user)
    form = WordsForm(typed(request), name="why", label="What is missing?")
    return turn(request, step, "reopen", form, steps.reopen)


@requires(Permission.DECIDE_ESCALATION)
@form_methods
def decide(request: SignedInRequest, ref: str, slug: str) -> HttpResponse:
    """The Assistant Director decides how it ends."""
    step = step_or_404(request.user, ref, slug)
    steps.check_decide(step, by=request.user)
    form = WordsForm(typed(request), name="why", label="How does it end, and why?")
    return turn(request, step, "decide", form, steps.decide)


@requires(Permission.DECIDE_ESCALATION)
@form_methods
def pass_up(request: SignedInRequest, ref: str, slug: str) -> HttpResponse:
    """Pass it up before it is late."""
    step = step_or_404(request.user, ref, slug)
    moves.check_pass_up(step, by=request.user)
    to = moves.whom_next(step, by=request.user, on=clock.today())
    return turn(request, step, "pass_up", PassUpForm(typed(request)), moves.pass_up, to=to)


@requires(Permission.DECIDE_ESCALATION)
@form_methods
def extend(request: SignedInRequest, ref: str, slug: str) -> HttpResponse:
    """Give more time."""
    step = step_or_404(request.user, ref, slug)
    moves.check_extend(step, by=request.user)
    return turn(request, step, "extend", MoreTimeForm(typed(request)), moves.extend)


@requires(Permission.DECIDE_ESCALATION)
@form_methods
def hand_over(request: SignedInRequest, ref: str, slug: str) -> HttpResponse:
    """Give it to another person."""
    step = step_or_404(request.user, ref, slug)
    moves.check_hand_over(step, by=request.user)
    form = HandOverForm(typed(request), people=moves.possible_owners(step, on=clock.today()))
    return turn(request, step, "hand_over", form, moves.hand_over)


@requires(Permission.DECIDE_ESCALATION)
@require_POST
def ask(request: SignedInRequest, ref: str, slug: str) -> HttpResponse:
    """Ask its owner for it."""
    step = moves.ask(step_or_404(request.user, ref, slug), by=request.user, at=clock.now())
    messages.success(request, f"Asked. {step.owner} has been told.")
    return redirect("escalation", ref)


@requires(Permission.RUN_SELECTION)
@require_POST
def re_audit(request: SignedInRequest, ref: str, slug: str) -> HttpResponse:
    """Begin the re-audit."""
    again = re_audits.begin(step_or_404(request.user, ref, slug), by=request.user, at=clock.now())
    auditor = f"Its auditor is {again.auditor}." if again.auditor else "Nobody could be placed: find an auditor for it."
    messages.success(request, f"{again.ref} is the re-audit. {auditor}")
    return redirect("escalation", ref)
