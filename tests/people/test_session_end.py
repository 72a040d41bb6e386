"""A session ends by itself: after half an hour of nothing, and after ten hours whatever one does."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client

from people import access
from people.session_end import BEGAN, USED, seconds_left
from tests.factories import PASSWORD, Council
from tests.people.handed import confirm

HOUR = 3600
BY_ITSELF = [
    {"headers": {"HX-Request": "true"}},
    {"headers": {"Accept": "text/event-stream"}},
    {"headers": {"Sec-Fetch-Dest": "empty"}},
]
"""What a page asks without its reader."""


def age(client: Client, **seconds: int) -> None:
    """Move what the session keeps into the past: `began` or `used`, by so many seconds."""
    session = client.session
    for name, ago in seconds.items():
        session[{"began": BEGAN, "used": USED}[name]] -= ago
    session.save()


@pytest.mark.parametrize(
    ("session", "left"),
    [
        ({BEGAN: 0, USED: 0}, (1800, False)),
        ({BEGAN: 0, USED: -1799}, (1, False)),
        ({BEGAN: 0, USED: -1800}, (0, False)),
        ({BEGAN: -10 * HOUR + 1, USED: 0}, (1, True)),
        ({BEGAN: -10 * HOUR, USED: 0}, (0, True)),
        ({}, (0, False)),
    ],
)
def test_half_an_hour_of_nothing_or_ten_hours_in_all(session: dict[str, int], left: tuple[int, bool]) -> None:
    at = 0 if session else 1_800_000_000
    assert seconds_left(session, at=at) == left


@pytest.mark.parametrize("ago", [{"used": 1801}, {"used": 0, "began": 10 * HOUR + 1}])
def test_what_has_ended_lets_nobody_in_and_says_why(client: Client, council: Council, ago: dict[str, int]) -> None:
    client.force_login(council.auditor)
    assert client.get("/").status_code == 200
    age(client, **ago)
    page = client.get("/", follow=True)
    assert page.redirect_chain == [("/accounts/login/?next=/", 302)]
    assert "You were signed out because nothing was done for a while" in page.content.decode()


def test_what_was_being_sent_comes_back(client: Client, council: Council) -> None:
    client.force_login(council.auditor)
    age(client, used=1801)
    answer = client.post("/concerns/", {"what": "Three visits were missed."})
    assert answer.status_code == 401
    assert "Three visits were missed." in answer.content.decode()


@pytest.mark.parametrize("asked", BY_ITSELF)
def test_a_page_that_asks_by_itself_keeps_nobody_signed_in(
    client: Client, council: Council, asked: dict[str, Any]
) -> None:
    client.force_login(council.auditor)
    age(client, used=1700)
    before = client.session[USED]
    assert client.get("/accounts/session/", **asked).json()["left"] < 101
    assert client.session[USED] == before


@pytest.mark.parametrize(("method", "address"), [("get", "/"), ("post", "/accounts/session/")])
def test_a_page_opened_or_something_typed_does(client: Client, council: Council, method: str, address: str) -> None:
    client.force_login(council.auditor)
    age(client, used=1700)
    assert getattr(client, method)(address).status_code == 200
    status = client.get("/accounts/session/", headers={"HX-Request": "true"}).json()
    assert status["left"] > 1790
    assert status["person"] == council.auditor.pk


def test_stepping_up_does_not_move_the_ten_hours(client: Client, council: Council) -> None:
    client.force_login(council.head_of_qa)
    age(client, began=10 * HOUR - 60)
    confirm(client)
    status = client.get("/accounts/session/").json()
    assert status["left"] <= 60
    assert status["whole"]


def test_signing_in_begins_both_anew(client: Client, council: Council) -> None:
    client.force_login(council.auditor)
    age(client, began=11 * HOUR, used=11 * HOUR)
    assert client.get("/").status_code == 302
    client.post("/accounts/login/", {"login": council.auditor.email, "password": PASSWORD})
    assert client.get("/accounts/session/").json()["left"] > 1790


def test_a_stream_ends_with_its_session(client: Client, council: Council) -> None:
    client.force_login(council.auditor)
    key = client.cookies[django_settings.SESSION_COOKIE_NAME].value
    assert access.of_session(key) == council.auditor
    age(client, used=1801)
    assert access.of_session(key) is None


def test_a_session_from_before_this_rule_has_ended(client: Client, council: Council) -> None:
    client.force_login(council.auditor)
    store = import_module(django_settings.SESSION_ENGINE).SessionStore(client.session.session_key)
    del store[BEGAN], store[USED]
    store.save()
    assert client.get("/").status_code == 302


def test_within_half_a_minute_nothing_more_is_written(
    client: Client, council: Council, django_assert_num_queries: Any
) -> None:
    client.force_login(council.auditor)
    with django_assert_num_queries(2):
        client.get("/accounts/session/")
