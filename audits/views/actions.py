"""Actions after the meeting: the list, the page of one, and what is done with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits import action_page, actions, replan, worklist
from audits.access import action_or_404
from audits.forms.actions import ActionFilter, EvidenceForm, MoreTimeForm, OwnerForm, VersionedForm, WhyForm
from audits.forms.attempt import TAKEN, attempt, typed
from audits.forms.meeting import whole
from audits.models import Action
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts import clock

A_PAGE = 25
CHECKERS = (Permission.VERIFY_ACTION, Permission.COMPLETE_ACTION)
form_methods = require_http_methods(["GET", "HEAD", "POST"])


@requires(Permission.SEE_ACTION)
@require_safe
def listed(request: SignedInRequest) -> HttpResponse:
    """The actions one may open, the most urgent first."""
    today = clock.today()
    found = ActionFilter(request.GET, queryset=worklist.listed(request.user), user=request.user, on=today)
    page = Paginator(found.qs, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "filter": found,
        "page": page,
        "rows": worklist.rows(page, by=request.user, on=today),
        "counts": action_page.strip(worklist.counts(request.user, on=today), request.GET),
        "at": clock.now(),
    }
    return render(request, "audits/actions.html", context)


@requires(Permission.SEE_ACTION)
@require_safe
def one(request: SignedInRequest, ref: str) -> HttpResponse:
    """Everything about one action, and what this person can do with it."""
    action = action_or_404(request.user, ref)
    return render(request, "audits/action.html", action_page.context(action, by=request.user, on=clock.today()))


def turn(
    request: SignedInRequest, action: Action, act: str, form: VersionedForm, rule: Callable[..., Action], done: str
) -> HttpResponse:
    """Hand what was typed to the rule; back to the action when it is done, else the form again with what is wrong."""
    status = 200
    if request.method == "POST":
        rule = partial(rule, action, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(**form.cleaned_data))
        if status == TAKEN:
            messages.success(request, done)
            return redirect("action", action.ref)
        action = action_or_404(request.user, action.ref)
    context = action_page.context(action, by=request.user, on=clock.today())
    return render(request, "audits/action_act.html", context | action_page.WORDS[act] | {"form": form}, status=status)


def press(request: SignedInRequest, ref: str, rule: Callable[..., Action], done: str) -> HttpResponse:
    """One press of a button with nothing typed; a refusal gets its own page."""
    action = action_or_404(request.user, ref)
    rule(action, by=request.user, at=clock.now(), version=whole(request.POST.get("version")))
    messages.success(request, done)
    return redirect("action", action.ref)


@requires(Permission.COMPLETE_ACTION)
@form_methods
def do(request: SignedInRequest, ref: str) -> HttpResponse:
    """Its owner says that it is done, with evidence."""
    action = action_or_404(request.user, ref)
    actions.check_do(action, by=request.user, on=clock.today())
    form = EvidenceForm(typed(request), request.FILES or None, initial={"evidence": action.evidence})
    return turn(request, action, "do", form, actions.do, "Said: it is done. It goes to be checked.")


@requires(*CHECKERS)
@require_POST
def countersign(request: SignedInRequest, ref: str) -> HttpResponse:
    """The Head of Service signs it."""
    return press(request, ref, actions.countersign, "Signed.")


@requires(*CHECKERS)
@require_POST
def verify(request: SignedInRequest, ref: str) -> HttpResponse:
    """Another person has seen that it is done."""
    return press(request, ref, actions.verify, "Checked. It is finished.")


@requires(*CHECKERS)
@form_methods
def send_back(request: SignedInRequest, ref: str) -> HttpResponse:
    """It is not done after all."""
    action = action_or_404(request.user, ref)
    actions.check_send_back(action, by=request.user, on=clock.today())
    form = WhyForm(typed(request), label="What is still missing?")
    return turn(request, action, "send_back", form, actions.send_back, "Sent back. Its owner has been told.")


@requires(*CHECKERS)
@form_methods
def extend(request: SignedInRequest, ref: str) -> HttpResponse:
    """More time, with a reason."""
    action = action_or_404(request.user, ref)
    replan.check_extend(action, by=request.user, on=clock.today())
    form = MoreTimeForm(typed(request))
    return turn(request, action, "extend", form, replan.extend, "It has a new date. The first stays in sight.")


@requires(*CHECKERS)
@form_methods
def reassign(request: SignedInRequest, ref: str) -> HttpResponse:
    """Another owner."""
    action = action_or_404(request.user, ref)
    replan.check_reassign(action, by=request.user, on=clock.today())
    form = OwnerForm(typed(request), people=replan.possible_owners(action, on=clock.today()))
    return turn(request, action, "reassign", form, replan.reassign, "It has a new owner. Both have been told.")


@requires(*CHECKERS)
@form_methods
def cancel(request: SignedInRequest, ref: str) -> HttpResponse:
    """No longer needed."""
    action = action_or_404(request.user, ref)
    replan.check_cancel(action, by=request.user, on=clock.today())
    form = WhyForm(typed(request), label="Why is it no longer needed?")
    return turn(request, action, "cancel", form, replan.cancel, "Cancelled. It stays readable.")
