"""Start: setting a council up, step by step."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people import first_steps, mail_test, new_titles
from people.access import SignedInRequest, may, requires
from people.forms import SetStepAsideForm, TestNumberForm
from people.roles import Permission
from qualitycounts import health
from qualitycounts.base import clock
from qualitycounts.base.form_attempt import TAKEN, attempt, typed
from qualitycounts.work.first_day import first_day, has_begun


@requires(Permission.MANAGE_USERS, Permission.RUN_SELECTION)
@require_safe
def start(request: SignedInRequest) -> HttpResponse:
    """The ten steps, each with its state, who can do it, and where."""
    return start_page(request, TestNumberForm())


def start_page(request: SignedInRequest, form: TestNumberForm, status: int = TAKEN) -> HttpResponse:
    """The page, with what was typed of a test mail's number."""
    keeps = may(request.user, Permission.MANAGE_USERS)
    context = {
        "day": first_day(request.user, at=clock.now()),
        "form": form,
        "keeps_accounts": keeps,
        "new_titles": new_titles.new_titles(by=request.user, on=clock.today()) if keeps else [],
        "begun": has_begun(),
        "machine": health.machine_lines(at=clock.now()),
        "today": clock.today(),
    }
    return render(request, "start.html", context, status=status)


@requires(Permission.MANAGE_USERS)
@require_POST
def test_mail_send(request: SignedInRequest) -> HttpResponse:
    """Send oneself a test mail, and say what the mail server said."""
    test = mail_test.send_test_mail(by=request.user, at=clock.now())
    if test.fault:
        messages.error(request, f"The mail server did not take it. It said: {test.fault}")
    else:
        messages.success(request, f"A test mail to {test.sent_by.email} was taken. Look for it, and type its number.")
    return redirect("start")


@requires(Permission.MANAGE_USERS)
@require_POST
def test_mail_arrived(request: SignedInRequest) -> HttpResponse:
    """The test mail arrived: its number shows it."""
    form = TestNumberForm(request.POST)
    rule = partial(mail_test.confirm_arrival, by=request.user, at=clock.now())
    status = attempt(form, lambda: rule(form.cleaned_data["number"]))
    if status != TAKEN:
        return start_page(request, form, status)
    messages.success(request, "Mail arrives. Welcome mails can be sent from now on, when you say so.")
    return redirect("start")


@requires(Permission.MANAGE_USERS)
@require_http_methods(["GET", "HEAD", "POST"])
def step_set_aside(request: SignedInRequest, slug: str) -> HttpResponse:
    """Set a step aside, with the reason."""
    if slug not in first_steps.CAN_WAIT:
        raise Http404
    form, status = SetStepAsideForm(typed(request)), TAKEN
    if request.method == "POST":
        rule = partial(first_steps.set_step_aside, slug, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(**form.cleaned_data))
        if status == TAKEN:
            messages.success(request, "Set aside. It can be taken up again at any time.")
            return redirect("start")
    context = {"form": form, "title": first_steps.CAN_WAIT[slug]}
    return render(request, "start_aside.html", context, status=status)


@requires(Permission.MANAGE_USERS)
@require_POST
def step_take_up_again(request: SignedInRequest, slug: str) -> HttpResponse:
    """Ask for a step again."""
    first_steps.take_step_up_again(slug, by=request.user, at=clock.now())
    messages.success(request, "Taken up again.")
    return redirect("start")
