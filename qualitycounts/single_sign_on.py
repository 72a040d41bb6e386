"""The settings of the council's own sign-in (OpenID Connect), from the environment."""

from __future__ import annotations

import os

from django.core.exceptions import ImproperlyConfigured


def settings_from_environment(*, plain: bool, trusted: bool) -> tuple[str, str, str, bool, str, list[str]]:
    """Read OIDC_*, in the order of settings.py; `trusted` is OIDC_MAIL_TRUSTED.

    Refused: half a client, an issuer without TLS (unless `plain`), a break-glass account that nobody else is told of.
    """
    issuer, client, secret = (
        os.environ.get("OIDC_ISSUER", "").strip(),
        os.environ.get("OIDC_CLIENT_ID", "").strip(),
        os.environ.get("OIDC_CLIENT_SECRET", "").strip(),
    )
    if issuer and not (client and secret):
        raise ImproperlyConfigured("OIDC_ISSUER needs OIDC_CLIENT_ID and OIDC_CLIENT_SECRET.")
    if issuer and not (plain or issuer.startswith("https://")):
        raise ImproperlyConfigured("OIDC_ISSUER must begin with https://.")
    break_glass = os.environ.get("OIDC_BREAK_GLASS", "").strip().lower()
    named = [each.strip().lower() for each in os.environ.get("OIDC_BREAK_GLASS_TOLD", "").split(",") if each.strip()]
    if break_glass and len({*named} - {break_glass}) < 2:
        raise ImproperlyConfigured("OIDC_BREAK_GLASS needs two other people's addresses in OIDC_BREAK_GLASS_TOLD.")
    return issuer, client, secret, trusted, break_glass, named
