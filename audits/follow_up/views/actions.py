"""Actions after the meeting: the list, the page of one, and what is done with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits.access import action_or_404
from audits.follow_up import action_page, actions, lasting, replan, take_away, worklist
from audits.follow_up.forms.actions import (
    ActionFilter,
    ActionReasonForm,
    EvidenceForm,
    LastedForm,
    LookForm,
    MoreTimeForm,
    OwnerForm,
)
from audits.models import Action
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock, spreadsheets
from qualitycounts.base.fields import whole_number
from qualitycounts.base.form_attempt import TAKEN, attempt, typed

A_PAGE = 25
CHECKERS = (Permission.VERIFY_ACTION, Permission.COMPLETE_ACTION)
form_methods = require_http_methods(["GET", "HEAD", "POST"])


def filtered_actions(request: SignedInRequest) -> ActionFilter:
    """The actions that the person may open, narrowed down as the address asks."""
    rows = worklist.actions_by_urgency(request.user)
    return ActionFilter(request.GET, queryset=rows, user=request.user, on=clock.today())


@requires(Permission.SEE_ACTION)
@require_safe
def actions_list(request: SignedInRequest) -> HttpResponse:
    """The actions one may open, the most urgent first."""
    today, action_filter = clock.today(), filtered_actions(request)
    page = Paginator(action_filter.qs, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "filter": action_filter,
        "page": page,
        "rows": worklist.action_rows(page, by=request.user, on=today),
        "counts": action_page.counts_strip(worklist.action_counts(request.user, on=today), request.GET),
        "at": clock.now(),
    }
    return render(request, "audits/follow_up/actions.html", context)


@requires(Permission.SEE_ACTION)
@require_safe
def actions_export(request: SignedInRequest, kind: str) -> HttpResponseBase:
    """The list as a file to keep, narrowed down as the page is."""
    asked, at = request.GET.urlencode(), clock.now()
    rows = take_away.take_actions_away(filtered_actions(request).qs, asked=asked, by=request.user, at=at)
    name = f"actions-{clock.today()}"
    return spreadsheets.download(name=name, kind=kind, columns=take_away.ACTION_COLUMNS, rows=rows)


@requires(Permission.SEE_ACTION)
@require_safe
def action_detail(request: SignedInRequest, ref: str) -> HttpResponse:
    """Everything about one action, and what this person can do with it."""
    action = action_or_404(request.user, ref)
    return render(
        request, "audits/follow_up/action.html", action_page.context(action, by=request.user, on=clock.today())
    )


def turn(
    request: SignedInRequest, action: Action, act: str, form: Form, rule: Callable[..., object], done: str
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
    return render(
        request, "audits/follow_up/action_act.html", context | action_page.WORDS[act] | {"form": form}, status=status
    )


def press(request: SignedInRequest, ref: str, rule: Callable[..., Action], done: str) -> HttpResponse:
    """One press of a button with nothing typed; a refusal gets its own page."""
    action = action_or_404(request.user, ref)
    rule(action, by=request.user, at=clock.now(), version=whole_number(request.POST.get("version")))
    messages.success(request, done)
    return redirect("action", action.ref)


@requires(Permission.COMPLETE_ACTION)
@form_methods
def action_complete(request: SignedInRequest, ref: str) -> HttpResponse:
    """Complete an action with its evidence."""
    action = action_or_404(request.user, ref)
    actions.check_do(action, by=request.user, on=clock.today())
    form = EvidenceForm(
        typed(request), request.FILES or None, initial={"evidence": action.evidence, "done_on": clock.today()}
    )
    return turn(request, action, "do", form, actions.complete_action, "Said: it is done. It goes to be checked.")


@requires(*CHECKERS)
@require_POST
def action_countersign(request: SignedInRequest, ref: str) -> HttpResponse:
    """The Head of Service signs it."""
    return press(request, ref, actions.countersign_action, "Signed.")


@requires(*CHECKERS)
@require_POST
def action_verify(request: SignedInRequest, ref: str) -> HttpResponse:
    """Verify an action."""
    return press(request, ref, actions.verify_action, "Checked. It is finished.")


@requires(*CHECKERS)
@form_methods
def action_lasted(request: SignedInRequest, ref: str) -> HttpResponse:
    """Say, as its manager, whether it lasted."""
    action = action_or_404(request.user, ref)
    lasting.check_answer(action, by=request.user, on=clock.today())
    return turn(
        request, action, "lasted", LastedForm(typed(request)), lasting.answer_lasting, "Written down. Thank you."
    )


@requires(Permission.VERIFY_ACTION)
@form_methods
def action_lasting_look(request: SignedInRequest, ref: str) -> HttpResponse:
    """Say, for QA, whether the record shows that it lasted."""
    action = action_or_404(request.user, ref)
    lasting.check_look(action, by=request.user, on=clock.today())
    return turn(request, action, "lasting_look", LookForm(typed(request)), lasting.record_look, "Written down.")


@requires(*CHECKERS)
@form_methods
def action_send_back(request: SignedInRequest, ref: str) -> HttpResponse:
    """Send an action back to its owner."""
    action = action_or_404(request.user, ref)
    actions.check_send_back(action, by=request.user, on=clock.today())
    form = ActionReasonForm(typed(request), label="What is still missing?")
    return turn(request, action, "send_back", form, actions.send_back_action, "Sent back. Its owner has been told.")


@requires(*CHECKERS)
@form_methods
def action_extend(request: SignedInRequest, ref: str) -> HttpResponse:
    """More time, with a reason."""
    action = action_or_404(request.user, ref)
    replan.check_extend(action, by=request.user, on=clock.today())
    form = MoreTimeForm(typed(request))
    return turn(request, action, "extend", form, replan.extend_action, "It has a new date. The first stays in sight.")


@requires(*CHECKERS)
@form_methods
def action_reassign(request: SignedInRequest, ref: str) -> HttpResponse:
    """Give an action to another owner."""
    action = action_or_404(request.user, ref)
    replan.check_reassign(action, by=request.user, on=clock.today())
    form = OwnerForm(typed(request), people=replan.possible_owners(action, on=clock.today()))
    return turn(request, action, "reassign", form, replan.reassign_action, "It has a new owner. Both have been told.")


@requires(*CHECKERS)
@form_methods
def action_cancel(request: SignedInRequest, ref: str) -> HttpResponse:
    """No longer needed."""
    action = action_or_404(request.user, ref)
    replan.check_cancel(action, by=request.user, on=clock.today())
    form = ActionReasonForm(typed(request), label="Why is it no longer needed?")
    return turn(request, action, "cancel", form, replan.cancel_action, "Cancelled. It stays readable.")
