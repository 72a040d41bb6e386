"""What allauth asks us of second factors: secrets that are stored sealed, names in our words, and what is refused."""

from __future__ import annotations

import base64
import hashlib
import secrets

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from people.models import User


def seal() -> Fernet:
    """What seals the secrets: a key made from SECRET_KEY, so that a copy of the database alone opens no account."""
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"second factor" + settings.SECRET_KEY.encode()).digest()))


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors in Quality Counts."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "That code is not right, or too old. Enter the one that is shown now.",
        "cannot_generate_recovery_codes": "Set up an app or a passkey first.",
    }

    def encrypt(self, text: str) -> str:
        """A secret, sealed."""
        return seal().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """A secret, opened. One sealed under another SECRET_KEY is lost: no code goes with what comes instead."""
        try:
            return seal().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return base64.b32encode(secrets.token_bytes(20)).decode()

    def get_totp_issuer(self) -> str:
        """The name that an app shows."""
        return "Quality Counts"

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002
        """The name of a passkey whose owner gave it none."""
        held = Authenticator.objects.filter(user=user, type=type).count()
        return f"Passkey {held + 1}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Whose passkeys they are: this site's."""
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return entity | {"name": "Quality Counts"}
