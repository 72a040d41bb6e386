"""Sign-in by the council's own OpenID Connect provider (Microsoft Entra ID or any): what is asked of it, and what is
checked of its answer. The code flow with PKCE, and the ID token's signature, issuer, audience, times and nonce."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any
from urllib.parse import urlencode

import jwt
import requests
from django.conf import settings

ASKED = "openid_asked"
"""What the session keeps of a sign-in that was begun."""
SIGNED_BY = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
"""How a token may be signed: by a key pair. None at all, or a shared secret, is refused."""
A_MINUTE, TEN_MINUTES = 60, 600


class NotSignedIn(Exception):
    """The provider's answer cannot be believed; the message says why, for the log."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the provider says of a person, and what the sign-in was begun for."""

    issuer: str
    subject: str
    mail: str
    back: str
    confirms: bool


def fetch(address: str, sent: Mapping[str, str] | None = None) -> Any:
    """Get a JSON document, or post `sent` for one. Raises `NotSignedIn` where the provider does not answer with one."""
    try:
        method = "GET" if sent is None else "POST"
        reply = requests.request(method, address, data=sent, timeout=10, allow_redirects=False)
        reply.raise_for_status()
        return reply.json()
    except (requests.RequestException, ValueError) as fault:
        raise NotSignedIn(f"{address}: {fault}") from fault


def discover() -> Any:
    """The provider's description of itself. Refused where it gives another issuer than the one that is set."""
    about = fetch(f"{settings.OIDC_ISSUER.rstrip('/')}/.well-known/openid-configuration")
    if about.get("issuer") != settings.OIDC_ISSUER:
        raise NotSignedIn("The provider is another issuer than OIDC_ISSUER.")
    return about


def ask(session: MutableMapping[str, Any], *, back: str, fresh: bool, confirms: bool, at: float, callback: str) -> str:
    """The provider's address to send the browser to. `fresh`: the person types their password there."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    session[ASKED] = {
        "state": state,
        "nonce": nonce,
        "verifier": verifier,
        "at": at,
        "back": back,
        "fresh": fresh,
        "confirms": confirms,
    }
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    words = {
        "client_id": settings.OIDC_CLIENT_ID,
        "redirect_uri": callback,
        "response_type": "code",
        "scope": "openid profile email",
        "state": state,
        "nonce": nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "prompt": "login" if fresh else "select_account",
    }
    if fresh:
        words["max_age"] = "0"
    return f"{discover()['authorization_endpoint']}?{urlencode(words)}"


def read_answer(session: MutableMapping[str, Any], sent: Mapping[str, str], *, at: float, callback: str) -> Answer:
    """What the provider's answer says. Raises `NotSignedIn` where it cannot be believed; each may be given once."""
    asked = session.pop(ASKED, None)
    if asked is None or at - asked["at"] > TEN_MINUTES or not compare_digest(asked["state"], sent.get("state", "")):
        raise NotSignedIn("Nobody asked for this, or too long ago.")
    if "code" not in sent:
        raise NotSignedIn(f"The provider said: {sent.get('error', 'nothing')}")
    about = discover()
    words = {
        "grant_type": "authorization_code",
        "code": sent["code"],
        "redirect_uri": callback,
        "client_id": settings.OIDC_CLIENT_ID,
        "client_secret": settings.OIDC_CLIENT_SECRET,
        "code_verifier": asked["verifier"],
    }
    claims = read_token(str(fetch(about["token_endpoint"], words).get("id_token", "")), fetch(about["jwks_uri"]))
    if not compare_digest(str(claims["nonce"]), asked["nonce"]):
        raise NotSignedIn("The token was made for another sign-in.")
    if asked["fresh"] and not is_since(claims.get("auth_time"), asked["at"] - A_MINUTE):
        raise NotSignedIn("The person did not sign in again: auth_time is old or missing.")
    return Answer(claims["iss"], claims["sub"], verified_mail(claims), asked["back"], asked["confirms"])


def is_since(moment: object, earliest: float) -> bool:
    """Whether a claim is a moment, and not before another."""
    return isinstance(moment, int | float) and moment >= earliest


def read_token(token: str, keys: Any) -> dict[str, Any]:
    """The claims of an ID token that is signed by one of the provider's keys, for us, now."""
    try:
        kid = jwt.get_unverified_header(token).get("kid")
        key = next((each for each in jwt.PyJWKSet.from_dict(keys).keys if kid in (None, each.key_id)), None)
        if key is None:
            raise NotSignedIn("The token is signed by an unknown key.")
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=SIGNED_BY,
            audience=settings.OIDC_CLIENT_ID,
            issuer=settings.OIDC_ISSUER,
            leeway=A_MINUTE,
            options={"require": ["exp", "iat", "iss", "aud", "sub", "nonce"]},
        )
    except jwt.PyJWTError as fault:
        raise NotSignedIn(f"{type(fault).__name__}: {fault}") from fault
    if isinstance(claims["aud"], list) and claims.get("azp") != settings.OIDC_CLIENT_ID:
        raise NotSignedIn("The token is for several, and not for us.")
    return claims


def verified_mail(claims: Mapping[str, Any]) -> str:
    """The address that the provider vouches for, in lower case; "" where it does not. With OIDC_MAIL_TRUSTED every
    address of its directory counts: only its administrators can set one."""
    trusted = settings.OIDC_MAIL_TRUSTED or claims.get("email_verified") is True
    return str(claims.get("email", "")).strip().lower() if trusted else ""
