"""What allauth asks us: nobody signs up, those who have left cannot come in, and refusals are in plain words."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa import signals
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from people import access, identities, second_factor, trail
from people.access import signed_in
from people.first_sign_in import single_sign_on
from people.models import User
from qualitycounts.base import clock


class EmailBackend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's, by e-mail and password; a session's person comes with their roles, which every page asks for."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        """The person of an address and a password. While the council's own sign-in is on, the break-glass one alone."""
        user: User | None = super().authenticate(request, **credentials)
        return None if user is not None and single_sign_on() and not identities.is_break_glass(user) else user

    def get_user(self, user_id: int) -> User | None:
        """The person of a session, unless their account is shut."""
        user = access.person_of(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts come from the staff list or an administrator, never from a sign-up page."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "That e-mail address and password do not go together. Check both, then try again.",
        "too_many_login_attempts": "Too many tries. Wait 5 minutes, or ask for a new password.",
        "enter_current_password": "That is not the password you have now. Check it, then try again.",
        "incorrect_password": "That password is not right. Check it, then try again.",
        "invalid_password_reset": "That link has been used or is too old. Ask for a new one.",
        "rate_limited": "Too many requests in a short time. Wait 5 minutes, then try again.",
    }

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count wrong passwords by account and where they come from, so that nobody elsewhere shuts its owner out."""
        key: str = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{key}:{self.get_client_ip(request)}"

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Sign-up is closed."""
        return False

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Someone who has left is told so instead of being let in."""
        if not user.works_here(clock.today()):
            return redirect("account_inactive")
        answer: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return answer

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign in, and leave an entry in the trail."""
        super().login(request, user)
        with trail.acting(by=user, at=clock.now()) as act:
            act.add("user.signed_in", user)
        if single_sign_on() and identities.is_break_glass(user):
            identities.tell_of_break_glass(user, at=clock.now())

    def get_reauthentication_methods(self, user: User | AnonymousUser) -> list[dict[str, str]]:
        """How somebody confirms that it is them: at the council's own sign-in, where that is on."""
        if single_sign_on() and signed_in(user) and not identities.is_break_glass(user):
            return [{"id": "oidc", "description": "Use the council’s sign-in", "url": reverse("oidc-confirm")}]
        methods: list[dict[str, str]] = super().get_reauthentication_methods(user)
        return methods

    def set_password(self, user: User, password: str) -> None:
        """Set the password, and leave an entry in the trail that says so and nothing of the password."""
        with trail.acting(by=user, at=clock.now()) as act:
            super().set_password(user, password)
            act.add("user.password_set", user)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Return the address of My work, where a person goes once their password is changed."""
        return reverse("work")


def note_added(user: User, authenticator: Authenticator, **_: Any) -> None:
    """allauth says that a second factor was added, or its codes made anew."""
    second_factor.keep_record(user, authenticator.type, "added", at=clock.now())


def note_removed(user: User, authenticator: Authenticator, **_: Any) -> None:
    """allauth says that a second factor was removed."""
    second_factor.keep_record(user, authenticator.type, "removed", at=clock.now())


def hear_of_second_factors() -> None:
    """Keep a record of what people do with their second factors."""
    signals.authenticator_added.connect(note_added, dispatch_uid="factor-added")
    signals.authenticator_reset.connect(note_added, dispatch_uid="factor-reset")
    signals.authenticator_removed.connect(note_removed, dispatch_uid="factor-removed")
