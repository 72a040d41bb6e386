"""What points to a person is noticed in the page as it is typed: nothing is sent for it, and nothing is blocked."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from escalation.models import Concern
from tests.browser import axe
from tests.browser.conftest import OpenPage
from tests.factories import Council, open_audit
from tests.test_identifiers import CASES

pytestmark = pytest.mark.browser


def test_a_number_is_noticed_while_it_is_typed_and_may_stand(browser_page: OpenPage, council: Council) -> None:
    audit = open_audit(council)
    page = browser_page(council.keyworker)
    page.goto(f"/audits/{audit.ref}/concern/")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    worry = page.get_by_label("What are you worried about?")
    worry.press_sequentially("NHS 943 476 5919 was alone")
    notice = page.locator(".qc-noticed")
    expect(notice).to_have_text("“943 476 5919” looks like an NHS number. The case number is enough.")
    axe.check(page)
    assert [url for url in sent if not url.endswith("icon.svg")] == [], "but for the icon of the tab"
    worry.fill("He was alone on 3 December")
    expect(notice).to_have_count(0)
    worry.fill("He was alone, ring 07700 900123")
    expect(notice).to_contain_text("looks like a telephone number")
    page.get_by_label(council.manager.name).check()
    page.get_by_role("button", name="Raise the concern").click()
    page.wait_for_url(lambda address: "/concern/" not in address)
    assert Concern.objects.get().why == "He was alone, ring 07700 900123"
    noticed = page.evaluate(
        """async (texts) => {
          const address = [...document.scripts].find((script) => script.src.includes("site.")).src;
          const { identifiersIn } = await import(address.replace(/site[^/]*$/, "identifiers.js"));
          return texts.map((text) => identifiersIn(text).map(([kind]) => kind));
        }""",
        [text for text, _ in CASES],
    )
    assert noticed == [kinds for _, kinds in CASES]
