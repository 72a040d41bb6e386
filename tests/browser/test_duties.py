"""A month's duty set aside with a reason, and asked for again, in a browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser import axe
from tests.browser.conftest import OpenPage
from tests.conftest import NOW
from tests.escalation.build import finalised_audit
from tests.factories import Council
from tests.work import DAY

pytestmark = pytest.mark.browser
REPORT = "Start the report of October 2026"


def test_a_report_is_set_aside_and_asked_for_again(browser_page: OpenPage, council: Council) -> None:
    finalised_audit(council, at=NOW - 40 * DAY)
    officer = browser_page(council.qa_officer)
    officer.goto("/")
    expect(officer.get_by_text(REPORT)).to_be_visible()
    officer.goto("/programme/duties/")
    axe.check(officer)
    officer.get_by_role("button", name="Set it aside").click()
    expect(officer.locator(".govuk-error-summary")).to_contain_text("Say why it will not be done.")
    axe.check(officer)
    officer.get_by_label("What will not be done").select_option("report")
    officer.get_by_label("Of which month").fill("2026-10")
    officer.get_by_label("Why").fill("Told on paper.")
    officer.get_by_role("button", name="Set it aside").click()
    expect(officer.get_by_text("Told on paper.")).to_be_visible()
    axe.check(officer)
    officer.goto("/")
    expect(officer.get_by_text(REPORT)).to_have_count(0)
    officer.goto("/programme/duties/")
    axe.follow(officer.get_by_role("button", name="Ask for it again"))
    officer.goto("/")
    expect(officer.get_by_text(REPORT)).to_be_visible()
