"""The page before and after its session ends: a warning, a cover, and every word still there."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from playwright.sync_api import Page, expect

from people.models import User
from people.session_end import BEGAN, USED
from tests.browser import axe
from tests.browser.conftest import OpenPage
from tests.factories import Council

pytestmark = pytest.mark.browser
WORDS = "The visits of October were not recorded."


def session_of(page: Page) -> SessionStore:
    [key] = [cookie["value"] for cookie in page.context.cookies() if cookie["name"] == settings.SESSION_COOKIE_NAME]
    return SessionStore(key)


def wait_idle(page: Page, seconds: int, name: str = USED) -> None:
    """So many seconds pass for the server and for the page, and nobody does anything."""
    session = session_of(page)
    session[name] -= seconds
    session.save()
    page.clock.fast_forward(seconds * 1000)


def signed_in_elsewhere(page: Page, user: User) -> None:
    """Another tab of the window has signed in. None is opened: one that closes can hold up a page's clock for ever."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": page.evaluate("origin")}])


def test_a_warning_two_minutes_before_and_one_press_stays(browser_page: OpenPage, council: Council) -> None:
    page = browser_page(council.auditor)
    page.clock.install()
    page.goto("/help/")
    wait_idle(page, 1600)
    expect(page.get_by_role("dialog")).to_have_count(0)
    wait_idle(page, 85)
    dialog = page.get_by_role("dialog", name="Are you still there?")
    expect(dialog).to_contain_text("You will be signed out in 2 minutes.")
    axe.check(page)
    dialog.get_by_role("button", name="Stay signed in").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert session_of(page)[USED] > session_of(page)[BEGAN]


def test_typing_tells_the_server_that_somebody_is_there(browser_page: OpenPage, council: Council) -> None:
    page = browser_page(council.auditor)
    page.clock.install()
    page.goto("/help/")
    wait_idle(page, 1000)
    with page.expect_response("**/accounts/session/") as told:
        page.keyboard.press("a")
    assert told.value.request.method == "POST"
    assert told.value.json()["left"] > 1790


def test_once_ended_the_page_is_covered_and_its_words_are_there_after_signing_in(
    browser_page: OpenPage, council: Council
) -> None:
    page = browser_page(council.qa_officer)
    page.clock.install()
    page.goto("/away/")
    box = page.locator("main input[type=text]").first
    box.fill(WORDS)
    wait_idle(page, 1801)
    dialog = page.get_by_role("dialog", name="You are signed out")
    expect(dialog).to_contain_text("What you typed is still on this page.")
    expect(box).to_be_hidden()
    axe.check(page)

    link = dialog.get_by_role("link")
    expect(link).to_have_attribute("target", "_blank")
    expect(link).to_have_attribute("href", re.compile("^/accounts/login/"))
    signed_in_elsewhere(page, council.qa_officer)
    page.clock.run_for(10_000)
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(box).to_be_visible()
    expect(box).to_have_value(WORDS)


def test_somebody_else_who_signs_in_is_not_shown_the_page(browser_page: OpenPage, council: Council) -> None:
    page = browser_page(council.qa_officer)
    page.clock.install()
    page.goto("/away/")
    wait_idle(page, 1801)
    expect(page.get_by_role("dialog", name="You are signed out")).to_be_visible()
    signed_in_elsewhere(page, council.keyworker)
    page.clock.run_for(10_000)
    dialog = page.get_by_role("dialog", name="Somebody else has signed in")
    expect(dialog).to_be_visible()
    expect(page.get_by_role("main")).to_be_hidden()
    dialog.get_by_role("button").click()
    expect(page.get_by_role("banner")).to_contain_text(council.keyworker.name)


def test_ten_hours_are_ten_hours(browser_page: OpenPage, council: Council) -> None:
    page = browser_page(council.auditor)
    page.clock.install()
    session = session_of(page)
    session[BEGAN] -= 36_000 - 400
    session.save()
    page.goto("/help/")
    wait_idle(page, 300, BEGAN)
    expect(page.get_by_role("dialog", name="Your ten hours end soon")).to_be_visible()
