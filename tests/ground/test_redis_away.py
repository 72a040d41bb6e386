"""Redis stops, or hangs: pages, saves, signing in and out go on at once; it comes back, and is used again by itself."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from celery import current_app
from django.core.cache import cache
from django.test import Client

from audits.models import Audit
from people.models import User
from qualitycounts import redis_away
from qualitycounts.base import live
from tests import servers
from tests.conftest import TODAY
from tests.factories import PASSWORD, Council, open_audit

pytestmark = pytest.mark.django_db(transaction=True)
QUICK = 2.0
"""Seconds that an answer may take with Redis away, on a machine that has other things to do."""


class Redis:
    """A Redis of the test's own, which can be stopped, hung and started again at the same address."""

    def __init__(self) -> None:
        self.port = servers.free_port()
        self.url = f"redis://{servers.HOST}:{self.port}/0"
        self.process: subprocess.Popen[bytes] | None = None
        self.block = ExitStack()

    def start(self) -> None:
        """Start it, empty."""
        home = self.block.enter_context(servers.folder())
        words = [shutil.which("redis-server"), "--port", str(self.port), "--bind", servers.HOST, "--dir", home]
        words += ["--save", "", "--appendonly", "no"]
        running = servers.running(words, home, signal.SIGTERM, lambda: servers.pongs(self.url))
        self.process = self.block.enter_context(running)

    def stop(self) -> None:
        """Stop it: nobody answers at its address."""
        self.block.close()

    def hang(self) -> None:
        """It takes calls and answers none."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """It answers again, with all that it knew."""
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)


@pytest.fixture
def queue(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Redis]:
    """A Redis that runs, and that pages, doorbell and queue use."""
    redis = Redis()
    redis.start()
    backend = settings.CACHES["default"]["BACKEND"] if settings.REDIS_URL else "qualitycounts.redis_away.Cache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": redis.url}}
    settings.REDIS_URL, settings.TODAY, settings.ACCOUNT_RATE_LIMITS = redis.url, TODAY, {}
    monkeypatch.setattr(redis_away, "PAUSE", 0.5)
    monkeypatch.setitem(redis_away.away, "until", 0.0)
    monkeypatch.setattr(current_app.conf, "broker_url", redis.url)
    live.publisher.cache_clear()
    redis_away.Cache.memory.clear()
    yield redis
    if redis.process is not None:
        redis.process.send_signal(signal.SIGCONT)
    redis.stop()
    live.publisher.cache_clear()


def quick(client: Client, method: str, url: str, data: dict[str, str] | None = None, **more: Any) -> Any:
    """The answer, which came in time and is no failure."""
    began = time.monotonic()
    answer = getattr(client, method)(url, data or {}, **more)
    took = time.monotonic() - began
    assert took < QUICK, f"{method} {url}: {took:.1f} s"
    assert answer.status_code < 500, f"{method} {url}: {answer.status_code}"
    return answer


def signed_in(user: User) -> Client:
    """A browser in which the person signed in by the form."""
    client = Client(raise_request_exception=False)
    answer = quick(client, "post", "/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    return client


def note(client: Client, audit: Audit, text: str, version: int) -> Any:
    """Save a note of the meeting as the page's script does."""
    assert audit.auditor is not None
    sent = {"text": text, "version": str(version), "as": str(audit.auditor.pk)}
    url = f"/audits/{audit.ref}/meeting/notes/s1-works-well/"
    return quick(client, "post", url, sent, headers={"Accept": "application/json"})


@pytest.mark.parametrize("way", ["stop", "hang"])
def test_pages_saves_sign_in_sign_out_and_the_password_asked_again_go_on(
    queue: Redis, council: Council, way: str
) -> None:
    audit = open_audit(council)
    before = signed_in(council.auditor)
    assert quick(before, "get", "/").status_code == 200

    getattr(queue, way)()

    for url in ("/", "/audits/", f"/audits/{audit.ref}/", f"/audits/{audit.ref}/meeting/?step=1", "/notices/"):
        assert quick(before, "get", url).status_code == 200, url
    assert note(before, audit, "Visits are on time.", 0).status_code == 200
    assert audit.notes.get(slug="s1-works-well").text == "Visits are on time."
    news = quick(before, "get", f"/audits/{audit.ref}/meeting/live/?seen=0&step=1").json()
    assert news["revision"] > 0

    during = signed_in(council.head_of_qa)
    assert quick(during, "get", "/").status_code == 200
    asked = "/accounts/confirm/?next=%2Fhelp%2F"
    assert "That password is not right" in quick(during, "post", asked, {"password": "x"}).content.decode()
    assert quick(during, "post", asked, {"password": PASSWORD, "next": "/help/"}).status_code in (200, 302)

    quick(during, "post", "/accounts/logout/")
    assert quick(during, "get", "/").status_code == 302


def test_whoever_signs_out_while_it_hangs_stays_signed_out_when_it_answers_again(
    queue: Redis, council: Council
) -> None:
    client = signed_in(council.auditor)
    cookies = client.cookies.copy()
    quick(client, "get", "/")
    queue.hang()
    quick(client, "post", "/accounts/logout/")
    queue.go_on()

    client.cookies = cookies

    assert quick(client, "get", "/").status_code == 302


def test_tries_of_a_password_are_still_limited(queue: Redis, council: Council) -> None:
    queue.stop()
    client = Client(raise_request_exception=False)
    wrong = {"login": council.auditor.email, "password": "not-the-password"}
    said = [quick(client, "post", "/accounts/login/", wrong).content.decode() for _ in range(12)]
    assert "do not go together" in said[0]
    assert "Too many tries" in said[-1] or "Too many requests" in said[-1]


@pytest.mark.parametrize("way", ["stop", "hang"])
def test_a_task_for_the_worker_neither_fails_the_save_nor_holds_it_up(
    queue: Redis, way: str, caplog: pytest.LogCaptureFixture
) -> None:
    getattr(queue, way)()
    began = time.monotonic()
    redis_away.enqueue("reporting.tasks.print_editions", 1)
    assert time.monotonic() - began < QUICK
    assert "was not handed to the worker" in caplog.text


def test_while_it_is_away_a_process_waits_for_it_once_and_not_each_time(queue: Redis) -> None:
    redis_away.PAUSE = 30
    queue.hang()
    began = time.monotonic()
    for number in range(20):
        cache.set(f"n{number}", number)
        live.ring_doorbell("meeting:QC-2611-001", number)
    assert time.monotonic() - began < QUICK
    assert cache.get("n7") == 7


def test_once_it_is_back_it_is_used_again_without_anybody_doing_anything(queue: Redis) -> None:
    queue.stop()
    cache.set("said", "while away")
    assert redis_away.is_away()
    queue.start()
    time.sleep(redis_away.PAUSE + 0.1)
    assert cache.get("said") is None, "Redis was asked, and it began empty"
    cache.set("said", "again")
    assert servers.asked(queue.url, "DBSIZE") == [":1"]


def test_the_alarm_says_that_it_is_away_and_what_goes_on(queue: Redis, client: Client, council: Council) -> None:
    assert Client().get("/health/ready").json()["checks"]["redis"] == "ok"
    queue.stop()
    said = Client(raise_request_exception=False).get("/health/ready")
    assert said.status_code == 503
    assert said.json()["checks"]["redis"].startswith("Redis does not answer. Pages and saves go on without it")
    assert Client().get("/health/live").status_code == 200
