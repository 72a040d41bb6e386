"""The form that a family fills in from its link: without sign-in, without a name, once."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from audits.family import answers
from audits.family.forms import FamilyForm
from people.access import public
from qualitycounts.base import clock
from qualitycounts.base.form_attempt import TAKEN, attempt, typed

GONE = 410


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def family_form(request: HttpRequest, token: str) -> HttpResponse:
    """The questions, with nothing of the case; a link that was used, is over or never was says so kindly."""
    answers.count_opening(get_adapter().get_client_ip(request), at=clock.now())
    ask = answers.ask_of_token(token, at=clock.now())
    if ask is None:
        return private(render(request, "audits/family/over.html", status=GONE))
    form, status = FamilyForm(typed(request), answers=list(ask.answers.all())), 200
    if request.method == "POST":
        status = attempt(form, lambda: answers.send_answers(token, answers=form.said(), at=clock.now()))
        if status == TAKEN:
            return private(redirect("family-form-sent"))
    return private(render(request, "audits/family/form.html", {"form": form}, status=status))


@public
@require_safe
def family_form_sent(request: HttpRequest) -> HttpResponse:
    """Thank you."""
    return private(render(request, "audits/family/sent.html"))


def private(answer: HttpResponse) -> HttpResponse:
    """The address is the key to the form: no page that is opened from it hears of it, and nobody keeps it."""
    answer["Referrer-Policy"] = "same-origin"
    answer["Cache-Control"] = "private, no-store"
    return answer
