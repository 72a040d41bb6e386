"""The server of `make run`, as a browser meets it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, Site, sign_in
from tests.factories import Council

pytestmark = pytest.mark.browser


@pytest.fixture
def site(streaming_site: Site) -> Site:
    return streaming_site


def test_pages_and_styles_come_from_the_one_process(browser_page: OpenPage, council: Council) -> None:
    page = browser_page()
    sign_in(page, council.qa_officer.email)
    page.goto("/help/")
    expect(page.get_by_role("banner")).to_contain_text(council.qa_officer.name)
    assert page.evaluate("getComputedStyle(document.querySelector('.qc-header')).backgroundColor") == "rgb(18, 67, 109)"
