"""Sign-in and passwords: allauth's views in our words, one by one. There is no sign-up and no e-mail page."""

from django.urls import path, re_path

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
]
