"""The domains that the council's own e-mail addresses end with (`MAIL_DOMAINS`): nobody gets an account at another."""

from __future__ import annotations

from django.conf import settings


def foreign_domain(address: str) -> str:
    """What is wrong with an address at a domain that is not the council's; "" where it may be used."""
    domains: list[str] = settings.MAIL_DOMAINS
    if not domains or address.rpartition("@")[2].strip().lower() in domains:
        return ""
    return f"is not an address of the council (it ends with {', '.join(domains)})"
