"""One way for a page's form to call a rule: what it refuses comes back in the form, beside what was typed."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect

from qualitycounts.base.refusals import Refused

TAKEN = 200
KEPT = (409, 413, 422)


def typed(request: HttpRequest) -> QueryDict | None:
    """What was sent, if anything was: a form all of whose fields may be empty is still sent."""
    return request.POST if request.method == "POST" else None


def attempt(form: forms.Form, rule: Callable[[], object]) -> int:
    """Call the rule if the form holds; 200 when it was done, else the status to show the form with.

    Other refusals (not allowed) go on to the page that says so.
    """
    if not form.is_valid():
        return 422
    try:
        rule()
    except Refused as refusal:
        if refusal.status not in KEPT:
            raise
        for problem in (refusal, *refusal.others):
            form.add_error(problem.field if problem.field in form.fields else None, problem.sentence)
        return refusal.status
    return TAKEN


def sent(
    request: HttpRequest,
    form: forms.Form,
    rule: Callable[..., object],
    *,
    again: Callable[..., HttpResponse],
    said: str,
    to: tuple[str, str],
) -> HttpResponse:
    """Call the rule with what the form holds, then say so on the page `to` (its name and reference).

    Where it is refused, `again` shows the page with its `status`.
    """
    status = attempt(form, lambda: rule(**form.cleaned_data))
    if status != TAKEN:
        return again(status=status)
    messages.success(request, said)
    return redirect(*to)
