"""Stepping up: what few may do asks for the password again, then a written reason (access.md marks it with a star).

A view under `@requires` says `@confirmed`. Whoever has not given their password in the last five minutes is asked for
it and comes back; what they had sent is kept and goes on by itself. The reason is the rule's to ask for.
"""

from __future__ import annotations

from functools import wraps
from typing import Any

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from django.http import HttpResponseBase

from people.access import SignedInRequest, View


def confirmed(view: View) -> View:
    """Let a view be reached only with a fresh password; put it under `@requires`, above the methods."""

    @wraps(view)
    def door(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        raise_if_reauthentication_required(request, app="account")
        return view(request, *args, **kwargs)

    return door
