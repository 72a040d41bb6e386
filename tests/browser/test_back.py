"""Back after sign-out, in a browser that keeps pages for its Back button as those on people's desks do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import sign_in
from tests.chromium import FLAGS, program
from tests.factories import Council, allocated_audit

pytestmark = pytest.mark.browser
KEEPS = [
    "--enable-features=BackForwardCache,BackForwardCacheMemoryControls:memory_threshold_for_back_forward_cache_in_mb/0,"
    "CacheControlNoStoreEnterBackForwardCache:level/store-and-evict"
]
NOTE = """window.addEventListener("pageshow", (event) => { if (event.persisted) console.log("kept for Back"); });"""


@pytest.fixture
def page(chromium: Browser, site: Any) -> Iterator[Page]:
    """A window of a Chromium whose back/forward cache is on, which a driven one switches off."""
    browser = chromium.browser_type.launch(
        executable_path=program(whole=True), args=[*FLAGS, *KEEPS], ignore_default_args=["--disable-back-forward-cache"]
    )
    page = browser.new_context(base_url=site.url, locale="en-GB").new_page()
    page.set_default_timeout(20_000)
    yield page
    browser.close()


def come_back(page: Page) -> list[str]:
    """Go back, and what can be read there then. (A page that was kept never loads, so nothing is waited for.)"""
    page.evaluate("history.back()")
    page.wait_for_timeout(1_500)
    return page.locator("body").inner_text().splitlines()


def test_this_browser_does_keep_pages_for_back(page: Page, council: Council) -> None:
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.add_init_script(NOTE)
    page.goto("/help/")
    page.goto("/privacy/")
    come_back(page)
    assert "kept for Back" in heard, "without this the tests below show nothing"


def test_back_after_sign_out_shows_nothing_of_what_was_read(page: Page, council: Council) -> None:
    audit = allocated_audit(council)
    sign_in(page, council.auditor.email)
    page.wait_for_url("**/")
    page.goto("/help/")
    page.goto(f"/audits/{audit.ref}/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()

    said = come_back(page)

    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert audit.ref not in "\n".join(said)
    come_back(page)
    expect(page.get_by_role("banner")).not_to_contain_text(council.auditor.name)


def test_back_after_signing_out_in_another_tab_shows_nothing_either(page: Page, council: Council) -> None:
    audit = allocated_audit(council)
    sign_in(page, council.auditor.email)
    page.wait_for_url("**/")
    page.goto(f"/audits/{audit.ref}/")
    page.goto("/help/")
    other = page.context.new_page()
    other.goto("/")
    other.get_by_role("button", name="Sign out").click()
    expect(other.get_by_role("heading", name="Sign in")).to_be_visible()

    said = come_back(page)

    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert audit.ref not in "\n".join(said)


def test_a_page_kept_for_back_is_blank_until_it_is_fetched_anew(page: Page, council: Council) -> None:
    """The browser's own copy is never what is read: somebody else may have signed in meanwhile."""
    sign_in(page, council.auditor.email)
    page.wait_for_url("**/")
    page.goto("/help/")
    page.goto("/privacy/")
    with page.expect_request("**/help/"):
        page.evaluate("history.back()")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
