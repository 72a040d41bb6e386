"""Accounts, teams, and two rows of one child, on a screen and on a tablet: nothing that axe finds."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.test_import_guard import fits
from tests.factories import PASSWORD, Council

pytestmark = pytest.mark.browser


def test_accounts_teams_and_rows_of_one_child(browser_page: OpenPage, council: Council, site: Any) -> None:
    page = browser_page(council.administrator)
    page.goto(f"/people/{council.keyworker.pk}/rename/")
    page.get_by_label("Your password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Confirm").or_(
        page.locator("main").get_by_role("button", name="Go on")
    ).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Rename")
    person = f"/people/{council.keyworker.pk}"
    for address in (person, f"{person}/email", f"{person}/close", "/people/add", "/people/teams"):
        page.goto(f"{address}/")
        fits(page)
    page.goto(f"{person}/merge/")
    page.locator("main form button[type=submit]").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    fits(page)
    page.goto(f"/people/teams/{council.north.pk}/merge/")
    fits(page)

    officer = browser_page(council.qa_officer)
    officer.goto(f"/register/cases/{council.case.pk}/")
    fits(officer)
    officer.get_by_role("link", name="The same child as another row?").click()
    officer.get_by_role("button", name="Make the two one case").click()
    expect(officer.locator(".govuk-error-summary")).to_be_focused()
    fits(officer)
