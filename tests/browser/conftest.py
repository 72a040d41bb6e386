"""A real browser against a real server: one Chromium for the run, one private window for each person."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from typing import Any

import pytest
import uvicorn
from django.conf import settings as django_settings
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, Route, expect

from people.models import User
from tests.browser import serving
from tests.conftest import TODAY
from tests.factories import PASSWORD, Council

expect.set_options(timeout=20_000)  # milliseconds: two engines may be at work beside this
OpenPage = Callable[..., Page]
SECONDS_TO_SAVE = 20
NO_FAULT = ("Failed to load resource", "Blocked attempt to show a 'beforeunload'")
"""How messages begin that Chromium reports as errors and that are none of the page's."""


@pytest.fixture(autouse=True)
def fixed_day(settings: Any) -> None:
    """Pages show the day of the tests, whatever day it is."""
    settings.TODAY = TODAY


@pytest.fixture
def site(live_server: Any, council: Council) -> Any:
    """The server, with the standards and the small council in it."""
    return live_server


@dataclass(frozen=True)
class Site:
    """Where a server listens."""

    url: str


@pytest.fixture
def streaming_site(transactional_db: None, council: Council, settings: Any) -> Iterator[Site]:
    """The server of `make run`, pages and streams, under uvicorn in a thread of its own.

    A module whose pages stream says so with a fixture of its own: `def site(streaming_site): return streaming_site`.
    """
    from qualitycounts.base import live

    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    kept = connections.settings["default"]["CONN_MAX_AGE"]
    connections.settings["default"]["CONN_MAX_AGE"] = 0
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(serving.config())
        thread = Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield Site(f"http://127.0.0.1:{listening.getsockname()[1]}")
        live.close()
        server.should_exit = True
        thread.join(60)
        live.closing.clear()
    connections.settings["default"]["CONN_MAX_AGE"] = kept
    assert not thread.is_alive(), "The server did not stop"


@pytest.fixture
def no_fault() -> tuple[str, ...]:
    """How messages begin that are no fault of the page's; a module that makes the server refuse gives its own too."""
    return NO_FAULT


@pytest.fixture
def browser_page(chromium: Browser, site: Any, no_fault: tuple[str, ...]) -> Iterator[OpenPage]:
    """`browser_page(user)` opens a window signed in as that person; each call is another person's own window.

    `browser_page(None)` is signed out; `javascript=False` has no scripts; `touch=True` is a tablet
    held upright. At the end no window may have reported an error of a script or a breach of the
    Content-Security-Policy.
    """
    contexts, complaints = [], []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(no_fault):
            complaints.append(message.text)

    def open_page(user: User | None = None, *, javascript: bool = True, touch: bool = False) -> Page:
        context = chromium.new_context(
            base_url=site.url,
            locale="en-GB",
            timezone_id="Europe/London",
            java_script_enabled=javascript,
            has_touch=touch,
            is_mobile=touch,
            viewport={"width": 768, "height": 1024} if touch else {"width": 1280, "height": 900},
        )
        contexts.append(context)
        if user is not None:
            client = Client()
            client.force_login(user)
            name = django_settings.SESSION_COOKIE_NAME
            context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site.url}])
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", hear)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints, complaints


@contextmanager
def before_its_script(page: Page, address: str, script: str) -> Iterator[None]:
    """A page is there whose script has not come yet, as on a slow network; at the end it comes."""
    held: list[Route] = []
    named = f"**/static/{script}.js"
    page.route(named, lambda route: held.append(route))
    with page.expect_request(named):
        page.goto(address, wait_until="commit")
    yield
    for route in held:
        route.continue_()
    page.unroute(named)


def comes_to(wanted: object, read: Callable[..., object], *of: object) -> None:
    """What is read of the database comes to be this: "Saved" on a page may be of what was written before it."""
    deadline = time.monotonic() + SECONDS_TO_SAVE
    while time.monotonic() < deadline and read(*of) != wanted:
        time.sleep(0.05)
    assert read(*of) == wanted


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """Sign in by the form, as a person does."""
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()
