"""GOV.UK Notify as a way to send mail, in place of SMTP: EMAIL_URL=notify://API-KEY@api.notifications.service.gov.uk/TEMPLATE.

The template, made by the council in Notify, is one line each: the subject ((subject)) and the body ((body)). A notice
that is tried again carries the same reference, and is asked for first: what Notify took already is not sent twice.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote
from urllib.request import Request, urlopen

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

UUID = 36
"""Characters of each of the two identifiers that an API key ends with: the service's and the secret."""


def token(key: str, *, now: int) -> str:
    """The signed word that Notify asks for with each request (a JSON Web Token, HS256)."""
    service, secret = key[-2 * UUID - 1 : -UUID - 1], key[-UUID:]
    parts = [{"typ": "JWT", "alg": "HS256"}, {"iss": service, "iat": now}]
    signed = b".".join(url64(json.dumps(part, separators=(",", ":")).encode()) for part in parts)
    return (signed + b"." + url64(hmac.new(secret.encode(), signed, hashlib.sha256).digest())).decode()


def url64(data: bytes) -> bytes:
    """Base 64 as addresses have it, without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=")


class Backend(BaseEmailBackend):
    """Sends each message as one Notify e-mail to each address. A fault is an OSError, which the outbox tries again."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """How many went."""
        return sum(self.send(message) for message in email_messages)

    def send(self, message: EmailMessage) -> bool:
        """One message to all its addresses; what was taken before under its Message-ID is not sent again."""
        for address in message.to:
            reference = f"{message.extra_headers.get('Message-ID', '')} {address}".strip()
            if "X-Tried" in message.extra_headers and self.taken(reference):
                continue
            self.ask(
                "/v2/notifications/email",
                {
                    "email_address": address,
                    "template_id": settings.NOTIFY_TEMPLATE,
                    "personalisation": {"subject": message.subject, "body": message.body},
                    "reference": reference,
                },
            )
        return True

    def taken(self, reference: str) -> bool:
        """Whether Notify has one with this reference."""
        return bool(self.ask(f"/v2/notifications?reference={quote(reference)}").get("notifications"))

    def ask(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """One request, its answer read. Raises an OSError where it fails (urllib's HTTPError and URLError are one)."""
        request = Request(  # noqa: S310 - the address is the council's setting
            f"{settings.NOTIFY_ADDRESS}{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {token(settings.NOTIFY_KEY, now=int(time.time()))}",
                "Content-Type": "application/json",
            },
        )
        with urlopen(request, timeout=settings.EMAIL_TIMEOUT) as answer:  # noqa: S310
            found: dict[str, Any] = json.load(answer)
        return found
