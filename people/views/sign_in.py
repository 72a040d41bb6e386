"""Signing in and out, and one's password. allauth does the work; a form with a mistake in it answers 422."""

from __future__ import annotations

from typing import Any

from allauth.account import views as allauth
from django.contrib.auth import logout
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from people import session_end
from people.access import SignedInRequest, public, requires, signed_in
from people.first_sign_in import single_sign_on
from people.identities import has_break_glass, is_break_glass
from people.roles import Permission
from qualitycounts.base import clock
from qualitycounts.base.refusals import NotAllowed


class Unprocessable:
    """Answers 422 where a form was refused, so that scripts and caches do not take it for a success."""

    def form_invalid(self, form: Form) -> HttpResponse:
        """The page again, with what is wrong, as 422."""
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        response.status_code = 422
        return response


class SignIn(Unprocessable, allauth.LoginView):  # type: ignore[misc]
    """The sign-in page. Someone who left while signed in is signed out here, not sent round in a circle."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Sign out whoever no longer works here, then go on."""
        if signed_in(request.user) and not request.user.works_here(clock.today()):
            logout(request)
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the page says of the council's own sign-in."""
        words: dict[str, Any] = super().get_context_data(**kwargs)
        there = reverse("oidc-start", query={"next": self.request.GET.get("next", "/")})
        return words | {"single_sign_on": there if single_sign_on() else "", "break_glass": has_break_glass()}


class ChangePassword(Unprocessable, allauth.PasswordChangeView):  # type: ignore[misc]
    """Change a password, by whoever knows the old one. There is none with single sign-on."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse (403) whoever comes in without a password of ours, else go on."""
        if single_sign_on() and signed_in(request.user) and not is_break_glass(request.user):
            raise NotAllowed("You sign in with the council’s own sign-in: change your password there.")
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer


class ResetPassword(Unprocessable, allauth.PasswordResetView):  # type: ignore[misc]
    """Ask for a link by e-mail. The asking is written down and the worker answers it, so that the page says the same,
    and takes as long, whether or not the address is known or the mail server answers."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Take the request, at this moment."""
        form.at = clock.now()
        answer: HttpResponse = super().form_valid(form)
        return answer


class NewPassword(Unprocessable, allauth.PasswordResetFromKeyView):  # type: ignore[misc]
    """Choose a new password, by the link in the e-mail."""


class Confirm(Unprocessable, allauth.ReauthenticateView):  # type: ignore[misc]
    """The password again, before something that few may do; what was sent goes on by itself then."""


@requires(Permission.USE)
@require_http_methods(["GET", "HEAD", "POST"])
def session(request: SignedInRequest) -> JsonResponse:
    """How long the session lasts if nothing is done, for the page's warning; POST says that somebody is there."""
    left, whole = session_end.left_now(request.session)
    return JsonResponse({"left": left, "whole": whole, "person": request.user.pk})


sign_in = public(SignIn.as_view())
sign_out = public(allauth.logout)
inactive = public(allauth.account_inactive)
change_password = public(ChangePassword.as_view())
reset_password = public(ResetPassword.as_view())
reset_password_done = public(allauth.password_reset_done)
new_password = public(NewPassword.as_view())
new_password_done = public(allauth.password_reset_from_key_done)
confirm = requires(Permission.USE)(require_http_methods(["GET", "HEAD", "POST"])(Confirm.as_view()))
