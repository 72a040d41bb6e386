"""Signing in and looking after one's password: allauth's forms in GOV.UK dress and our own words."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ResetPasswordForm, ResetPasswordKeyForm
from crispy_forms_gds.layout import Field
from django import forms

from people.fields import dress, password_row

EMAIL = {
    "required": "Enter your e-mail address.",
    "invalid": "Enter an e-mail address in the right form, like name@example.gov.uk.",
}
NEW_ONE_HINT = "At least 8 characters. Not a common one, and nothing like your name or e-mail address."


def word(form: forms.Form, name: str, label: str, errors: dict[str, str], hint: str = "") -> None:
    """Give a field its label, its hint and its own sentences for what can be wrong with it; no placeholder."""
    field = form.fields[name]
    field.widget.attrs.pop("placeholder", None)
    field.label, field.help_text = label, hint
    field.error_messages |= errors


class SignIn(LoginForm):  # type: ignore[misc]
    """E-mail address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word(self, "login", "E-mail address", EMAIL)
        word(self, "password", "Password", {"required": "Enter your password."})
        self.fields["login"].widget.attrs |= {"autocomplete": "username", "spellcheck": "false"}
        self.helper = dress(self, Field.text("login"), password_row("password"))


class ResetPassword(ResetPasswordForm):  # type: ignore[misc]
    """Whom to send a link for a new password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word(self, "email", "E-mail address", EMAIL)
        self.fields["email"].widget.attrs["spellcheck"] = "false"
        self.helper = dress(self, Field.text("email"))


class NewPassword(ResetPasswordKeyForm):  # type: ignore[misc]
    """A new password, chosen through the link in the e-mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word(self, "password1", "New password", {"required": "Enter a new password."}, NEW_ONE_HINT)
        word(self, "password2", "New password again", {"required": "Enter the new password again."})
        self.helper = dress(self, password_row("password1"), password_row("password2"))


class ChangePassword(ChangePasswordForm):  # type: ignore[misc]
    """A new password for someone who knows the old one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word(self, "oldpassword", "Password you have now", {"required": "Enter the password you have now."})
        word(self, "password1", "New password", {"required": "Enter a new password."}, NEW_ONE_HINT)
        word(self, "password2", "New password again", {"required": "Enter the new password again."})
        self.helper = dress(self, password_row("oldpassword"), password_row("password1"), password_row("password2"))
