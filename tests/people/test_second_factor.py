"""A second factor beside the password: an app's codes, recovery codes, and who may take them away."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from people.models import Notice, TrailEntry, User
from tests.factories import PASSWORD, Council
from tests.ground.emptying import empty_cache
from tests.people.handed import confirm

APP = "/accounts/second-factor/app/"


def code_of(secret: str, steps: int = 0) -> str:
    """What an app shows now for a secret, or so many half minutes later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def sign_in(client: Client, user: User) -> Any:
    return client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})


def set_up_app(client: Client, user: User) -> str:
    """Sign in, set up an app, and sign out; returns its secret."""
    sign_in(client, user)
    confirm(client)
    secret: str = client.get(APP).context["form"].secret
    assert client.post(APP, {"code": code_of(secret)}).status_code == 302
    client.post("/accounts/logout/")
    return secret


@pytest.fixture(autouse=True)
def no_code_is_used_already() -> None:
    """Each test is its own half minute: allauth refuses a code that was used."""
    empty_cache()


def test_an_app_is_set_up_with_recovery_codes_and_its_owner_is_told(
    client: Client, council: Council, django_capture_on_commit_callbacks: Any
) -> None:
    sign_in(client, council.auditor)
    assert client.get(APP)["Location"].startswith("/accounts/confirm/")
    confirm(client)
    page = client.get(APP)
    assert "<svg" in page.content.decode()
    wrong = client.post(APP, {"code": "12"})
    assert wrong.status_code == 422
    assert "That code is not right" in wrong.content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        done = client.post(APP, {"code": code_of(page.context["form"].secret)}, follow=True)
    assert done.redirect_chain == [("/accounts/second-factor/codes/", 302)]
    assert len(set(re.findall(r"<li>([0-9a-f]{8})</li>", done.content.decode()))) == 10
    assert TrailEntry.objects.filter(act="user.second_factor_added").count() == 2
    assert Notice.objects.get(to=council.auditor).subject == "Your second factor was changed"


def test_what_is_stored_is_sealed(client: Client, council: Council, settings: Any) -> None:
    secret = set_up_app(client, council.auditor)
    assert secret not in str(list(Authenticator.objects.values_list("data", flat=True)))
    settings.SECRET_KEY = "another-key-of-fifty-characters-or-more-for-this-test"
    sign_in(client, council.auditor)
    assert client.post("/accounts/code/", {"code": code_of(secret, 1)}).status_code == 422


def test_the_password_alone_opens_nothing_then(client: Client, council: Council) -> None:
    secret = set_up_app(client, council.auditor)
    assert sign_in(client, council.auditor)["Location"] == "/accounts/code/"
    assert client.get("/").status_code == 302
    assert client.post("/accounts/code/", {"code": "000000"}).status_code == 422
    assert client.post("/accounts/code/", {"code": code_of(secret, 1)})["Location"] == "/"
    assert client.get("/").status_code == 200


def test_a_recovery_code_works_once(client: Client, council: Council) -> None:
    set_up_app(client, council.auditor)
    code = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    sign_in(client, council.auditor)
    assert client.post("/accounts/code/", {"code": code}).status_code == 302
    client.post("/accounts/logout/")
    sign_in(client, council.auditor)
    assert client.post("/accounts/code/", {"code": code}).status_code == 422


def test_a_code_confirms_before_what_few_may_do(client: Client, council: Council) -> None:
    secret = set_up_app(client, council.administrator)
    sign_in(client, council.administrator)
    client.post("/accounts/code/", {"code": code_of(secret, 1)})
    page = f"/people/{council.auditor.pk}/rename/"
    assert client.get(page).status_code == 302
    assert "Use authenticator app or code" in client.get("/accounts/confirm/").content.decode()
    assert client.get("/accounts/confirm/code/").status_code == 200
    assert client.post("/accounts/confirm/code/", {"code": code_of(secret, -1), "next": page})["Location"] == page
    assert client.get(page).status_code == 200


def test_where_everybody_needs_one_nothing_else_opens_first(client: Client, council: Council, settings: Any) -> None:
    settings.MFA_REQUIRED = True
    sign_in(client, council.auditor)
    assert client.get("/")["Location"] == "/accounts/second-factor/"
    refused = client.post("/concerns/", {"what": "Three visits."})
    assert refused.status_code == 403
    assert "Set up your second factor first" in refused.content.decode()
    assert client.get("/help/").status_code == client.get("/accounts/second-factor/").status_code == 200
    confirm(client)
    secret = client.get(APP).context["form"].secret
    client.post(APP, {"code": code_of(secret)})
    assert client.get("/").status_code == 200
    client.post("/accounts/logout/")
    sign_in(client, council.auditor)
    client.post("/accounts/code/", {"code": code_of(secret, 1)})
    assert client.get("/").status_code == 200


def test_an_administrator_removes_what_somebody_has_lost_and_others_are_told(client: Client, council: Council) -> None:
    set_up_app(client, council.auditor)
    client.force_login(council.administrator)
    page = f"/people/{council.auditor.pk}/second-factor/"
    assert client.get(page)["Location"].startswith("/accounts/confirm/")
    confirm(client)
    assert client.post(page, {"why": ""}).status_code == 422
    assert client.post(page, {"why": "lost the phone"}).status_code == 302
    assert not Authenticator.objects.exists()
    assert client.post(page, {"why": "lost the phone"}).status_code == 409
    assert client.post(f"/people/{council.administrator.pk}/second-factor/", {"why": "mine"}).status_code == 403
    assert TrailEntry.objects.get(act="user.second_factor_removed").why == "lost the phone"
    client.post("/accounts/logout/")
    assert sign_in(client, council.auditor)["Location"] == "/"


def test_one_removes_ones_own_app_and_its_codes_go_too(client: Client, council: Council) -> None:
    secret = set_up_app(client, council.auditor)
    sign_in(client, council.auditor)
    client.post("/accounts/code/", {"code": code_of(secret, 1)})
    confirm(client)
    assert client.get("/accounts/second-factor/app/remove/").status_code == 200
    assert client.get("/accounts/second-factor/codes/new/").status_code == 200
    assert client.post("/accounts/second-factor/app/remove/").status_code == 302
    assert not Authenticator.objects.exists()
