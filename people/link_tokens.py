"""The tokens of links that set a password: each works once, until its time is over."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.utils.http import base36_to_int

AN_HOUR = 3600


class WelcomeTokens(PasswordResetTokenGenerator):
    """Tokens of welcome mails and of new administrators: they live for `PASSWORD_RESET_TIMEOUT` seconds."""

    key_salt = "people.link_tokens.WelcomeTokens"


class LinkTokens(PasswordResetTokenGenerator):
    """Tokens that somebody asked for by mail, which live for an hour; it takes those of welcome mails, too."""

    key_salt = "people.link_tokens.LinkTokens"

    def check_token(self, user: Any, token: str | None) -> bool:
        """Whether the token is this person's, was not used, and is young enough."""
        if WelcomeTokens().check_token(user, token):
            return True
        if token is None or not super().check_token(user, token):
            return False
        return self._num_seconds(self._now()) - base36_to_int(token.split("-")[0]) <= AN_HOUR
