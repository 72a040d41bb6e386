"""Forms of second factors: allauth's, in GOV.UK dress and our words."""

from __future__ import annotations

from typing import Any

from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.recovery_codes.forms import GenerateRecoveryCodesForm
from allauth.mfa.totp.forms import ActivateTOTPForm, DeactivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from crispy_forms_gds.layout import Field, Fixed

from qualitycounts.base.fields import dress, word


def code_row(form: Any, hint: str) -> None:
    """Lay out the box for a code."""
    word(form, "code", "Code", {"required": "Enter the code."}, hint)
    form.fields["code"].widget.attrs |= {"inputmode": "numeric", "autocomplete": "one-time-code", "spellcheck": "false"}
    form.helper = dress(form, Field.text("code", field_width=Fixed.TEN))


class CodeForm(AuthenticateForm):  # type: ignore[misc]
    """The code of an app, or a recovery code, to sign in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code_row(self, "The 6 digits that your app shows now, or one of your recovery codes.")


class ConfirmCodeForm(ReauthenticateForm):  # type: ignore[misc]
    """The same, before something that few may do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code_row(self, "The 6 digits that your app shows now, or one of your recovery codes.")


class SetUpAppForm(ActivateTOTPForm):  # type: ignore[misc]
    """The first code of an app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code_row(self, "The 6 digits that the app shows now.")


class RemoveAppForm(DeactivateTOTPForm):  # type: ignore[misc]
    """Nothing to fill in: the app's codes no longer count."""


class NewCodesForm(GenerateRecoveryCodesForm):  # type: ignore[misc]
    """Nothing to fill in: other recovery codes."""


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A name for a passkey, and what the browser says of it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word(self, "name", "What is it called?", {}, "For example “work laptop”.")
        word(self, "credential", "Passkey", {"required": "The browser gave no passkey. Try again."})
        self.fields["name"].max_length = 60
        self.helper = dress(self, Field.text("name"), "credential")
