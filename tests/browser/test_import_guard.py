"""A file that closes many, the question whether they are the same, and the way back, in a real browser."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from audits.models import Case
from audits.register import extracts as register_extracts
from tests.audits.register.extracts import DECEMBER, as_csv, bring, line
from tests.browser import axe
from tests.browser.conftest import OpenPage
from tests.conftest import NOW
from tests.factories import Council

pytestmark = pytest.mark.browser


def fits(page: Page) -> None:
    """Nothing to scroll sideways, on a screen and on a tablet, and nothing that axe finds."""
    for width in (1280, 768):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (page.url, width)
        axe.check(page)


def test_the_guard_and_the_way_back(browser_page: OpenPage, council: Council, site: Any) -> None:
    Case.objects.update(source=Case.Source.DEMO)
    rows = [line(f"0{number}", Team=("North" if number % 2 else "Youth")) for number in range(20)]
    bring(*rows, at=NOW - timedelta(days=1))
    data = as_csv(*(line(str(number)) for number in range(1, 9, 2)))
    looked_at = register_extracts.keep_preview(
        kind="cases", data=data, name="c.csv", as_at=DECEMBER, by=council.qa_officer, at=NOW
    )
    page = browser_page(council.qa_officer)
    address = f"/register/import/{looked_at.pk}/"
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_contain_text("This file would close 20 of 20 open cases")
    fits(page)
    page.get_by_role("button", name="The ticked are the same").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("This file would close 16 of 20 open cases")
    page.get_by_role("link", name="one by one").click()
    page.wait_for_url(re.compile(r"\?by="))
    fits(page)
    page.get_by_role("button", name="Close them and apply the file").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    fits(page)
    page.get_by_label("How many?").fill("16")
    page.get_by_label("Why is that right?").fill("They have their own system now")
    page.get_by_role("button", name="Close them and apply the file").click()
    page.get_by_role("link", name="Take this import back").click()
    page.wait_for_url("**/take-back/")
    fits(page)
    page.get_by_role("button", name="Take the import back").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.get_by_label("Why?").fill("A filter was on")
    page.get_by_role("button", name="Take the import back").click()
    expect(page.get_by_text("The register is as it was before this import.")).to_be_visible()
    fits(page)
    assert Case.objects.filter(source=Case.Source.FILE, closed_on=None).count() == 20
