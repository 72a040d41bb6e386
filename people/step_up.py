"""Stepping up: what few may do asks for the password again, then a written reason (access.md marks it with a star).

A view under `@requires` says `@confirmed`. Whoever has not given their password in the last five minutes is asked for
it and comes back; what they had sent is kept and goes on by itself. The reason is the rule's to ask for.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import app_settings as account
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required, suspend_request
from django.http import HttpResponseBase
from django.urls import reverse

from people.access import SignedInRequest, View, holds
from people.first_sign_in import single_sign_on
from people.identities import is_break_glass
from people.roles import Role


def confirmed(view: View) -> View:
    """Let a view be reached only with a fresh password; put it under `@requires`, above the methods."""

    @wraps(view)
    def door(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if single_sign_on() and not is_break_glass(request.user):
            if not confirmed_lately(request):
                there: HttpResponseBase = suspend_request(request, reverse("oidc-confirm"))
                return there
        else:
            raise_if_reauthentication_required(request, app="account")
        return view(request, *args, **kwargs)

    return door


def confirmed_lately(request: SignedInRequest) -> bool:
    """Whether the council's own sign-in asked this person again within five minutes."""
    records = get_authentication_records(request, request.user)
    times = [record["at"] for record in records if record.get("reauthenticated")]
    return bool(times) and time.time() - times[-1] < account.REAUTHENTICATION_TIMEOUT


def confirmed_for(*roles: Role, to_read: bool = True) -> Callable[[View], View]:
    """As `confirmed`, for whoever holds one of these roles; others go on as they are. Without `to_read` a page opens as
    it is, and only what is sent asks."""

    def wrap(view: View) -> View:
        guarded = confirmed(view)

        @wraps(view)
        def door(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            asks = holds(request.user, *roles) and (to_read or request.method == "POST")
            return (guarded if asks else view)(request, *args, **kwargs)

        return door

    return wrap
