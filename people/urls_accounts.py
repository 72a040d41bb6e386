"""Sign-in and passwords: allauth's views in our words, one by one. There is no sign-up and no e-mail page."""

from django.urls import path, re_path

from people.views import openid, second_factor
from people.views import sign_in as views

urlpatterns = [
    path("login/", views.sign_in, name="account_login"),
    path("logout/", views.sign_out, name="account_logout"),
    path("inactive/", views.inactive, name="account_inactive"),
    path("session/", views.session, name="account_session"),
    path("confirm/", views.confirm, name="account_reauthenticate"),
    path("password/change/", views.change_password, name="account_change_password"),
    path("password/reset/", views.reset_password, name="account_reset_password"),
    path("password/reset/done/", views.reset_password_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.new_password,
        name="account_reset_password_from_key",
    ),
    path("password/reset/key/done/", views.new_password_done, name="account_reset_password_from_key_done"),
    path("oidc/start/", openid.start, name="oidc-start"),
    path("oidc/callback/", openid.callback, name="oidc-callback"),
    path("oidc/confirm/", openid.confirm, name="oidc-confirm"),
    path("code/", second_factor.sign_in_by_code, name="mfa_authenticate"),
    path("confirm/code/", second_factor.confirm_by_code, name="mfa_reauthenticate"),
    path("confirm/passkey/", second_factor.confirm_by_passkey, name="mfa_reauthenticate_webauthn"),
    path("second-factor/", second_factor.index, name="mfa_index"),
    path("second-factor/app/", second_factor.set_up_app, name="mfa_activate_totp"),
    path("second-factor/app/remove/", second_factor.remove_app, name="mfa_deactivate_totp"),
    path("second-factor/codes/", second_factor.codes, name="mfa_view_recovery_codes"),
    path("second-factor/codes/new/", second_factor.new_codes, name="mfa_generate_recovery_codes"),
    path("second-factor/passkeys/add/", second_factor.add_passkey, name="mfa_add_webauthn"),
    path("second-factor/passkeys/<int:pk>/remove/", second_factor.remove_passkey, name="mfa_remove_webauthn"),
]
