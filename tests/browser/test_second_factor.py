"""Setting up a second factor and signing in with it, in a real browser: an app's codes, and a passkey."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import axe
from tests.browser.conftest import OpenPage
from tests.factories import PASSWORD, Council
from tests.people.test_second_factor import code_of

pytestmark = pytest.mark.browser


@pytest.fixture
def site(live_server: Any, council: Council, settings: Any) -> Any:
    """By a name, not by a number: a passkey belongs to a name."""
    settings.ALLOWED_HOSTS = ["localhost"]

    class Named:
        url = live_server.url.replace("127.0.0.1", "localhost")

    return Named


def sign_in(page: Page, email: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def confirm(page: Page) -> None:
    page.get_by_label("Your password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Confirm and go on").click()


def test_an_app_is_set_up_and_signs_in(browser_page: OpenPage, council: Council, settings: Any) -> None:
    settings.MFA_REQUIRED = True
    page = browser_page()
    sign_in(page, council.auditor.email)
    expect(page.get_by_role("heading", name="Your second factor")).to_be_visible()
    axe.check(page)
    page.get_by_role("link", name="Set up an app").click()
    confirm(page)
    expect(page.get_by_role("heading", name="Set up an app")).to_be_visible()
    axe.check(page)
    secret = page.locator(".qc-break").inner_text()
    page.get_by_label("Code").fill(code_of(secret))
    page.get_by_role("button", name="Set up the app").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    axe.check(page)
    page.get_by_role("button", name="Sign out").click()

    sign_in(page, council.auditor.email)
    expect(page.get_by_role("heading", name="Enter your code")).to_be_visible()
    axe.check(page)
    page.get_by_label("Code").fill(code_of(secret, 1))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("banner")).to_contain_text(council.auditor.name)


def test_a_passkey_is_added_signs_in_and_confirms(browser_page: OpenPage, council: Council) -> None:
    page = browser_page()
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "internal", "hasUserVerification": True, "isUserVerified": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": key | {"automaticPresenceSimulation": True}})
    sign_in(page, council.administrator.email)
    page.goto("/accounts/second-factor/passkeys/add/")
    confirm(page)
    page.get_by_label("What is it called?").fill("Work laptop")
    axe.check(page)
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()

    sign_in(page, council.administrator.email)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("banner")).to_contain_text(council.administrator.name)

    page.goto(f"/people/{council.auditor.pk}/rename/")
    axe.follow(page.get_by_role("link", name="Use a security key"))
    axe.check(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Rename")).to_be_visible()

    page.goto("/accounts/second-factor/")
    axe.follow(page.get_by_role("link", name="Remove Work laptop"))
    axe.check(page)
    page.get_by_role("button", name="Remove the passkey").click()
    expect(page.get_by_role("link", name="Remove Work laptop")).to_have_count(0)
