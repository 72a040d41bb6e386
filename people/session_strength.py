"""How a session was opened: by a password alone, or by more."""

from __future__ import annotations

from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.http import HttpRequest

from people.models import User

STRONG = frozenset({"mfa", "socialaccount"})
"""What a session was opened with that needs nothing beside it: a second factor, or the council's own sign-in."""


def lacks_second_factor(request: HttpRequest, user: User) -> bool:
    """Whether this session was opened by a password alone, although everybody needs a second factor (MFA_REQUIRED)."""
    if not settings.MFA_REQUIRED:
        return False
    return STRONG.isdisjoint(record["method"] for record in get_authentication_records(request, user))
