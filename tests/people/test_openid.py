"""Sign-in by the council's own OpenID provider, against a real one, and what somebody may try against it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client

from people import password_asks
from people.models import Identity, Notice, TrailEntry, User
from qualitycounts.base import clock
from tests.factories import PASSWORD, Council
from tests.people.openid_provider import CLIENT, KEY, SECRET, Provider, running

START = "/accounts/oidc/start/"


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    with running() as there:
        settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = there.issuer, CLIENT, SECRET
        yield there


def person(provider: Provider, user: User, subject: str = "s-1", **more: Any) -> None:
    """Who sits at the provider."""
    provider.claims = {"sub": subject, "email": user.email, "email_verified": True, "name": user.name} | more


def come_back(client: Client, start: str = START) -> Any:
    """Through the provider, as a browser goes; the answer of our own page."""
    there = client.get(start)
    assert there.status_code == 302
    back = urlsplit(requests.get(there["Location"], allow_redirects=False, timeout=5).headers["Location"])
    return client.get(back.path, dict(parse_qsl(back.query)))


def is_in(client: Client) -> bool:
    return client.get("/").status_code == 200


def test_a_person_on_the_list_comes_in_and_is_known_by_subject_from_then_on(
    client: Client, council: Council, provider: Provider
) -> None:
    person(provider, council.auditor)
    assert come_back(client, START + "?next=/actions/")["Location"] == "/actions/"
    assert is_in(client)
    assert Identity.objects.get().subject == "s-1"
    assert {"user.identity_linked", "user.signed_in"} == set(TrailEntry.objects.values_list("act", flat=True))
    client.post("/accounts/logout/")
    provider.claims |= {"email": "another@example.gov.uk", "email_verified": False, "name": "Tomasz Newname"}
    assert come_back(client)["Location"] == "/"
    assert client.get("/").context["user"] == council.auditor
    assert Identity.objects.count() == 1


def test_changed_name_and_mail_make_nobody_another_person(client: Client, council: Council, provider: Provider) -> None:
    person(provider, council.auditor)
    come_back(client)
    client.post("/accounts/logout/")
    person(provider, council.head_of_qa)
    come_back(client)
    assert client.get("/").context["user"] == council.auditor


def test_another_subject_with_the_same_mail_stays_out(client: Client, council: Council, provider: Provider) -> None:
    person(provider, council.auditor)
    come_back(client)
    client.post("/accounts/logout/")
    person(provider, council.auditor, "s-2")
    answer = come_back(client)
    assert answer.status_code == 403
    assert "Quality Counts does not know you yet" in answer.content.decode()
    assert "Sign in with another account" in answer.content.decode()
    assert not is_in(client)


@pytest.mark.parametrize("vouched", [False, "true", None])
def test_an_address_that_nobody_vouches_for_finds_no_account(
    client: Client, council: Council, provider: Provider, vouched: object
) -> None:
    person(provider, council.auditor, email_verified=vouched)
    assert come_back(client).status_code == 403
    assert not is_in(client)
    assert not Identity.objects.exists()


def test_a_directory_that_is_trusted_vouches_for_all(
    client: Client, council: Council, provider: Provider, settings: Any
) -> None:
    settings.OIDC_MAIL_TRUSTED = True
    person(provider, council.auditor, email_verified=None)
    assert come_back(client).status_code == 302


def test_a_stranger_is_told_what_to_do_and_has_no_role(client: Client, council: Council, provider: Provider) -> None:
    provider.claims = {"sub": "s-9", "email": "stranger@example.gov.uk", "email_verified": True}
    page = come_back(client).content.decode()
    assert "Ask the QA team" in page
    assert "stranger@example.gov.uk" in page
    assert not User.objects.filter(email="stranger@example.gov.uk").exists()


FORGER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
LIES: dict[str, dict[str, Any]] = {
    "wrong audience": {"aud": "another"},
    "several audiences": {"aud": [CLIENT, "another"]},
    "old nonce": {"nonce": "of-another-sign-in"},
    "other issuer": {"iss": "https://elsewhere.example"},
    "too old": {"exp": int(time.time()) - 3600},
    "no nonce": {"nonce": None},
}
FORGED: dict[str, Callable[[dict[str, Any]], str]] = {
    "unsigned": lambda claims: jwt.encode(claims, None, "none", {"kid": "one"}),
    "another's key": lambda claims: jwt.encode(claims, FORGER, "RS256", {"kid": "one"}),
    "an unknown key": lambda claims: jwt.encode(claims, FORGER, "RS256", {"kid": "two"}),
    "a shared secret": lambda claims: jwt.encode(claims, SECRET * 3, "HS256", {"kid": "one"}),
    "no token": lambda claims: "",
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_a_token_for_another_place_time_or_sign_in_is_refused(
    client: Client, council: Council, provider: Provider, lie: dict[str, Any]
) -> None:
    person(provider, council.auditor, **lie)
    answer = come_back(client)
    assert answer.status_code == 403
    assert "gave no answer that can be believed" in answer.content.decode()
    assert not is_in(client)


@pytest.mark.parametrize("sign", FORGED.values(), ids=FORGED)
def test_a_token_that_the_provider_did_not_sign_is_refused(
    client: Client, council: Council, provider: Provider, sign: Callable[[dict[str, Any]], str]
) -> None:
    person(provider, council.auditor)
    provider.sign = sign
    assert come_back(client).status_code == 403
    assert not is_in(client)


def test_an_answer_that_nobody_asked_for_or_given_twice_is_refused(
    client: Client, council: Council, provider: Provider
) -> None:
    person(provider, council.auditor)
    assert client.get("/accounts/oidc/callback/", {"code": "c", "state": "s"}).status_code == 403
    back = urlsplit(requests.get(client.get(START)["Location"], allow_redirects=False, timeout=5).headers["Location"])
    stolen = dict(parse_qsl(back.query))
    assert Client().get(back.path, stolen).status_code == 403
    assert client.get(back.path, stolen).status_code == 302
    assert client.get(back.path, stolen).status_code == 403


def test_a_provider_that_is_away_or_another_issuer_is_said(
    client: Client, council: Council, provider: Provider, settings: Any
) -> None:
    settings.OIDC_ISSUER = "http://127.0.0.1:9"
    assert client.get(START).status_code == 403
    settings.OIDC_ISSUER = provider.issuer + "/"
    assert client.get(START).status_code == 403


def test_nobody_is_led_to_another_site(client: Client, council: Council, provider: Provider) -> None:
    person(provider, council.auditor)
    assert come_back(client, START + "?next=https://elsewhere.example/")["Location"] == "/"


def test_whoever_left_stays_out(client: Client, council: Council, provider: Provider) -> None:
    council.auditor.is_active = False
    council.auditor.save()
    person(provider, council.auditor)
    assert come_back(client)["Location"] == "/accounts/inactive/"


# No side door


def test_there_is_no_password_beside_it(
    client: Client, council: Council, provider: Provider, mailoutbox: list[Any]
) -> None:
    page = client.get("/accounts/login/").content.decode()
    assert "Sign in with the council’s sign-in" in page
    assert "Never signed in before?" not in page
    refused = client.post("/accounts/login/", {"login": council.auditor.email, "password": PASSWORD})
    assert refused.status_code == 422
    client.post("/accounts/password/reset/", {"email": council.auditor.email})
    assert password_asks.answer_asks(at=clock.now()) == 1
    assert not Notice.objects.exists()
    person(provider, council.auditor)
    come_back(client)
    assert client.get("/accounts/password/change/").status_code == 403


def test_the_break_glass_account_comes_in_and_two_people_are_told(
    client: Client, council: Council, provider: Provider, settings: Any
) -> None:
    assert "Emergency sign-in" not in client.get("/accounts/login/").content.decode(), "nobody could use it"
    settings.OIDC_BREAK_GLASS = council.administrator.email
    settings.OIDC_BREAK_GLASS_TOLD = [council.head_of_qa.email, council.qa_officer.email]
    assert "Emergency sign-in" in client.get("/accounts/login/").content.decode()
    done = client.post("/accounts/login/", {"login": council.administrator.email, "password": PASSWORD})
    assert done["Location"] == "/"
    told = Notice.objects.filter(subject="The break-glass account was used")
    assert {notice.to for notice in told} == {council.head_of_qa, council.qa_officer}
    assert TrailEntry.objects.filter(act="user.break_glass_used").count() == 1
    assert client.post("/accounts/confirm/", {"password": PASSWORD}).status_code == 302


# Stepping up


def test_confirming_asks_the_provider_again_and_what_was_sent_goes_on(
    client: Client, council: Council, provider: Provider
) -> None:
    person(provider, council.administrator)
    provider.auth_time = time.time() - 7200
    come_back(client)
    page = f"/people/{council.auditor.pk}/rename/"
    asked = client.post(page, {"name": "Tomasz Newname", "why": "married in May"})
    assert asked["Location"].startswith("/accounts/oidc/confirm/?next=")
    assert "asks for your password again" in client.get(asked["Location"]).content.decode()
    done = come_back(client, f"{START}?confirm=1&next={page}")
    assert (provider.asked["prompt"], provider.asked["max_age"]) == ("login", "0")
    assert done["Location"] == f"/people/{council.auditor.pk}/"
    council.auditor.refresh_from_db()
    assert council.auditor.name == "Tomasz Newname"
    assert client.get(page).status_code == 200


@pytest.mark.parametrize("auth_time", [0, 1_700_000_000, None, "now"])
def test_a_provider_that_did_not_ask_again_confirms_nothing(
    client: Client, council: Council, provider: Provider, auth_time: object
) -> None:
    person(provider, council.administrator)
    come_back(client)
    provider.claims["auth_time"] = auth_time
    assert come_back(client, f"{START}?confirm=1&next=/people/").status_code == 403
    assert client.get(f"/people/{council.auditor.pk}/rename/").status_code == 302


def test_nobody_confirms_for_another(client: Client, council: Council, provider: Provider) -> None:
    person(provider, council.administrator)
    come_back(client)
    person(provider, council.auditor, "s-2")
    assert come_back(client, f"{START}?confirm=1&next=/people/").status_code == 403
    assert client.get(f"/people/{council.auditor.pk}/rename/").status_code == 302


def test_a_screen_that_is_passed_on_asks_whoever_comes_for_their_password(
    client: Client, council: Council, provider: Provider
) -> None:
    person(provider, council.keyworker)
    come_back(client, START + "?next=/audits/QC-2611-001/meeting/standards/3/")
    assert provider.asked["prompt"] == "login"
    client.post("/accounts/logout/")
    come_back(client)
    assert provider.asked["prompt"] == "select_account"


def test_without_an_issuer_there_is_none_of_it(client: Client, council: Council) -> None:
    assert client.get(START).status_code == client.get("/accounts/oidc/callback/").status_code == 404
    client.force_login(council.auditor)
    assert client.get("/accounts/oidc/confirm/").status_code == 409


def test_the_key_of_the_provider_is_public_alone() -> None:
    assert "d" not in Provider().keys()["keys"][0]
    assert KEY.key_size == 2048
