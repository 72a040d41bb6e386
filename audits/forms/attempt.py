"""One way for a page's form to call a rule: what it refuses comes back in the form, beside what was typed."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.http import HttpRequest, QueryDict

from qualitycounts.refusals import Refused

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
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        return refusal.status
    return TAKEN
