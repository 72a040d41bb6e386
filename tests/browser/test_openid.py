"""Signing in and confirming by the council's own provider, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import axe
from tests.browser.conftest import OpenPage
from tests.factories import Council
from tests.people.openid_provider import CLIENT, SECRET, Provider, running

pytestmark = pytest.mark.browser


@pytest.fixture
def provider(settings: Any, site: Any) -> Iterator[Provider]:
    with running() as there:
        settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = there.issuer, CLIENT, SECRET
        settings.SITE_ADDRESS = site.url
        yield there


def test_a_person_signs_in_confirms_and_a_stranger_is_told_what_to_do(
    browser_page: OpenPage, council: Council, provider: Provider
) -> None:
    who = council.administrator
    provider.claims = {"sub": "s-1", "email": who.email, "email_verified": True}
    page = browser_page()
    page.goto("/accounts/login/")
    axe.check(page)
    page.get_by_role("button", name="Sign in with the council").click()
    expect(page.get_by_role("banner")).to_contain_text(who.name)

    page.goto(f"/people/{council.auditor.pk}/rename/")
    axe.check(page)
    page.get_by_role("button", name="Confirm and go on").click()
    expect(page.get_by_role("heading", name="Rename")).to_be_visible()
    assert provider.asked["prompt"] == "login"
    page.get_by_role("banner").get_by_role("button", name="Sign out").click()

    provider.claims = {"sub": "s-2", "email": "stranger@example.gov.uk", "email_verified": True}
    page.get_by_role("button", name="Sign in with the council").click()
    expect(page.get_by_role("heading", name="Quality Counts does not know you yet")).to_be_visible()
    axe.check(page)
    provider.claims["aud"] = "another"
    page.goto("/accounts/oidc/start/")
    expect(page.get_by_role("heading", name="That did not work")).to_be_visible()
    axe.check(page)
