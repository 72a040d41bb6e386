"""What comes to stand against an agreed grade: both chairs see it, say why on the page of the end, and sign it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from standards.models import Indicator
from tests.browser import axe
from tests.browser.conftest import OpenPage
from tests.browser.test_meeting_words import at_step
from tests.conftest import NOW
from tests.factories import Council, filled_audit

pytestmark = pytest.mark.browser


@pytest.fixture
def site(streaming_site: Any) -> Any:
    """Pages and streams, as `make run` serves them."""
    return streaming_site


def test_what_one_chair_finds_after_the_grade_asks_the_other_why_it_stands(
    browser_page: OpenPage, council: Council, site: Any
) -> None:
    audit = filled_audit(council, at=NOW)
    missed = Indicator.objects.filter(standard_set=audit.standard_set).order_by("number")[0]
    auditor, keyworker = at_step(browser_page(council.auditor), audit, "case"), browser_page(council.keyworker)
    at_step(keyworker, audit, "indicators")
    expect(auditor.locator("#a-stands")).to_have_count(0)
    keyworker.locator(f"#i{missed.pk}").get_by_role("radio", name="Not evidenced", exact=True).check()
    expect(auditor.locator("#a-stands")).to_contain_text("Good overall, with headline indicators not evidenced.")
    expect(auditor.locator("#a-stands")).to_contain_text(missed.title)

    auditor.goto(f"/audits/{audit.ref}/meeting/end/")
    item = auditor.locator(".qc-standing").filter(has_text="The case as a whole")
    expect(item.get_by_role("link", name=missed.title)).to_be_visible()
    axe.check(auditor)
    keyworker.goto(f"/audits/{audit.ref}/meeting/end/")
    expect(keyworker.get_by_text("Tomasz says why it stands")).to_be_visible()
    expect(keyworker.get_by_role("textbox")).to_have_count(0)

    item.get_by_role("textbox", name="Why Good stands").fill("It is agreed, and on paper until Friday.")
    auditor.get_by_role("button", name="Save the reasons and end the meeting").click()
    expect(auditor.get_by_role("heading", level=1)).to_have_text("Read it through and sign")
    keyworker.goto(f"/audits/{audit.ref}/sign/")
    expect(keyworker.locator("section", has_text="What stands against a grade").first).to_contain_text(
        "It is agreed, and on paper until Friday."
    )
    expect(keyworker.locator("section", has_text="What is not evidenced").first).to_contain_text(missed.title)
    axe.check(keyworker)
