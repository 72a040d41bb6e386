"""Second factors: allauth's views in our words, one by one."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.views.decorators.http import require_http_methods

from people.access import View, public, requires
from people.roles import Permission
from people.views.sign_in import Unprocessable


class SignInByCode(Unprocessable, base.AuthenticateView):  # type: ignore[misc]
    """After the password: a code, or a passkey."""


class Enrolled:
    """A second factor that was set up just now counts for this session, too."""

    request: HttpRequest

    def form_valid(self, form: Any) -> HttpResponse:
        """Set it up, then go on."""
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        record_authentication(self.request, self.request.user, "mfa")
        return response


class SetUpApp(Enrolled, Unprocessable, totp.ActivateTOTPView):  # type: ignore[misc]
    """Set up an app that shows codes."""


class RemoveApp(Unprocessable, totp.DeactivateTOTPView):  # type: ignore[misc]
    """Remove the app."""


class AddPasskey(Enrolled, Unprocessable, webauthn.AddWebAuthnView):  # type: ignore[misc]
    """Add a passkey."""


class RemovePasskey(webauthn.RemoveWebAuthnView):  # type: ignore[misc]
    """Remove a passkey."""

    success_url = reverse_lazy("mfa_index")


class NewCodes(Unprocessable, recovery_codes.GenerateRecoveryCodesView):  # type: ignore[misc]
    """Make other recovery codes."""


class ConfirmByCode(Unprocessable, base.ReauthenticateView):  # type: ignore[misc]
    """A code again, before something that few may do."""


def own(view: View, *methods: str) -> View:
    """A page about one's own second factors."""
    return requires(Permission.USE)(require_http_methods(["GET", "HEAD", *methods])(view))


sign_in_by_code = public(SignInByCode.as_view())
index = own(base.IndexView.as_view())
set_up_app = own(SetUpApp.as_view(), "POST")
remove_app = own(RemoveApp.as_view(), "POST")
codes = own(recovery_codes.ViewRecoveryCodesView.as_view())
new_codes = own(NewCodes.as_view(), "POST")
add_passkey = own(AddPasskey.as_view(), "POST")
remove_passkey = own(RemovePasskey.as_view(), "POST")
confirm_by_code = own(ConfirmByCode.as_view(), "POST")
confirm_by_passkey = own(webauthn.ReauthenticateWebAuthnView.as_view(), "POST")
