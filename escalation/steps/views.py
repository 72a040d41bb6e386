"""What is done on a step of an escalation: one page an act, with what is typed and one button."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from escalation.access import step_or_404
from escalation.forms import HandOverForm, LeaverForm, MoreTimeForm, PassUpForm, form_for
from escalation.models import Step
from escalation.steps import acts, leavers, moving
from escalation.steps.buttons import offer
from escalation.steps.evidence import evidence
from escalation.steps.kinds import re_audits
from escalation.steps.step_kind import Act, kind_of
from escalation.steps.waits_for import whom
from people.access import SignedInRequest, may, requires
from people.roles import Permission, Role
from people.step_up import confirmed_for
from qualitycounts.base import clock
from qualitycounts.base.form_attempt import TAKEN, attempt, typed

form_methods = require_http_methods(["GET", "HEAD", "POST"])


def back_from(request: SignedInRequest, ref: str) -> HttpResponse:
    """Back to where it was done: the queue, with what comes next open in it, or the escalation's own page."""
    return redirect("escalations") if request.POST.get("back") == "queue" else redirect("escalation", ref)


def turn(request: SignedInRequest, step: Step, act: Act, form: Form, **more: Any) -> HttpResponse:
    """Hand what was typed to the act's rule; back to the escalation when it is done, else the form again."""
    status = 200
    if request.method == "POST":
        rule = partial(act.rule, step, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(**form.cleaned_data))
        if status == TAKEN:
            messages.success(request, act.done)
            return back_from(request, step.escalation.ref)
        step = step_or_404(request.user, step.escalation.ref, step.slug)
    kind = kind_of(step)
    context = {
        "step": step,
        "kind": kind,
        "again": kind.re_audit(step) if act.answers else None,
        "opens_by_reason": may(request.user, Permission.VIEW_CASES),
        "offer": offer(step, act),
        "evidence": evidence(step, act, by=request.user),
        "form": form,
        **more,
    }
    return render(request, "escalation/steps/act.html", context, status=status)


def act_in_words(request: SignedInRequest, ref: str, slug: str, act: Act) -> HttpResponse:
    """The page of an act that asks for words, in those of the kind of step."""
    step = step_or_404(request.user, ref, slug)
    act = kind_of(step).own(act)
    act.check(step, by=request.user)
    return turn(request, step, act, form_for(act, typed(request), step=step))


@requires(Permission.DECIDE_ESCALATION)
@form_methods
def step_act(request: SignedInRequest, ref: str, slug: str, act: Act) -> HttpResponse:
    """Do what a kind of step takes: acknowledge, record, sign, complete, send back, decide."""
    return act_in_words(request, ref, slug, act)


@requires(Permission.DECIDE_ESCALATION)
@confirmed_for(Role.HEAD_OF_QA)
@form_methods
def step_confirm(request: SignedInRequest, ref: str, slug: str, act: Act) -> HttpResponse:
    """The QA Officer found it on the record; the Head of QA gives the password again."""
    return act_in_words(request, ref, slug, act)


@requires(Permission.DECIDE_ESCALATION)
@form_methods
def step_pass_up(request: SignedInRequest, ref: str, slug: str) -> HttpResponse:
    """Pass it up before it is late."""
    step = step_or_404(request.user, ref, slug)
    moving.check_pass_up(step, by=request.user)
    to = moving.whom_next(step, by=request.user, on=clock.today())
    return turn(request, step, acts.PASS_UP, PassUpForm(typed(request)), to=to)


@requires(Permission.DECIDE_ESCALATION)
@form_methods
def step_extend(request: SignedInRequest, ref: str, slug: str) -> HttpResponse:
    """Give more time."""
    step = step_or_404(request.user, ref, slug)
    moving.check_extend(step, by=request.user)
    return turn(request, step, acts.EXTEND, MoreTimeForm(typed(request)))


@requires(Permission.DECIDE_ESCALATION)
@form_methods
def step_hand_over(request: SignedInRequest, ref: str, slug: str) -> HttpResponse:
    """Give it to another person."""
    step = step_or_404(request.user, ref, slug)
    moving.check_hand_over(step, by=request.user)
    form = HandOverForm(typed(request), people=moving.possible_owners(step, on=clock.today()))
    return turn(request, step, acts.HAND_OVER, form)


@requires(Permission.DECIDE_ESCALATION)
@require_POST
def step_ask_owner(request: SignedInRequest, ref: str, slug: str) -> HttpResponse:
    """Ask its owner for it."""
    step = moving.ask_owner(step_or_404(request.user, ref, slug), by=request.user, at=clock.now())
    asked = whom(step, on=clock.today())
    messages.success(request, f"Asked. {asked.names} {'have' if len(asked.people) > 1 else 'has'} been told.")
    return back_from(request, ref)


@requires(Permission.DECIDE_ESCALATION)
@form_methods
def owners_gone(request: SignedInRequest) -> HttpResponse:
    """What people who left still have: give all of one person's to another at once."""
    today, status = clock.today(), 200
    people_gone = leavers.leavers_for(request.user, on=today)
    forms = [LeaverForm(typed(request), leaver=leaver) for leaver in people_gone]
    sent = next((form for form in forms if str(form.whose.key) == request.POST.get("leaver")), None)
    if request.method == "POST" and sent is not None:
        rule = partial(leavers.give_all, by=request.user, at=clock.now(), on=today)
        status = attempt(sent, lambda: say_given(request, *rule(**sent.cleaned_data)))
        if status == TAKEN:
            return redirect("escalations-owners")
    shown = [form if form is sent else LeaverForm(leaver=form.whose) for form in forms]
    context = {"forms": shown, "sent": sent, "hands_over": may(request.user, Permission.RUN_SELECTION)}
    return render(request, "escalation/steps/owners.html", context, status=status)


def say_given(request: SignedInRequest, went: list[str], refused: list[str]) -> None:
    """Say what went to its new owner, and why something did not."""
    if went:
        messages.success(request, f"Given: {', '.join(went)}. Whoever has it now has been told.")
    for sentence in refused:
        messages.error(request, sentence)


@requires(Permission.RUN_SELECTION)
@require_POST
def re_audit(request: SignedInRequest, ref: str, slug: str) -> HttpResponse:
    """Begin the re-audit."""
    again = re_audits.begin(step_or_404(request.user, ref, slug), by=request.user, at=clock.now())
    auditor = f"Its auditor is {again.auditor}." if again.auditor else "Nobody could be placed: find an auditor for it."
    messages.success(request, f"{again.ref} is the re-audit. {auditor}")
    return redirect("escalation", ref)
