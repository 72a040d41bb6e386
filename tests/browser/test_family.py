"""A family's form on a phone: by keys alone and without scripts, with what axe has to say of it empty, wrong and full;
and the pages of those who ask."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from audits.family import answers
from audits.models import FamilyAsk
from tests.audits.family.families import SAID, agreed, answered
from tests.browser import axe
from tests.browser.conftest import OpenPage
from tests.conftest import NOW
from tests.factories import Council, booked_audit
from tests.ground.emptying import empty_cache

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def link(site: object, council: Council) -> str:
    """A link to the form of one family."""
    empty_cache()
    return f"/tell-us/{answers.make_link(agreed(booked_audit(council), council), by=council.qa_officer, at=NOW)}/"


def test_a_phone_without_scripts_fills_it_in_once(browser_page: OpenPage, link: str) -> None:
    page = browser_page(None, javascript=False)
    page.set_viewport_size(PHONE)
    page.goto(link)
    page.get_by_role("button", name="Send my answers").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("Answer at least one of the questions.")
    listens = page.get_by_role("group", name="Do people listen to you?")
    listens.get_by_label("Yes, mostly").check()
    page.get_by_label("What has helped the most?").fill(SAID)
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    page.goto(link)
    expect(page.get_by_role("heading", name="This link is closed")).to_be_visible()
    said = [answer.said for answer in FamilyAsk.objects.get().answers.exclude(choice=None, words="")]
    assert said == ["Yes, mostly", f"“{SAID}”"]


def test_by_keys_alone_and_axe_has_nothing_to_say_empty_wrong_or_full(browser_page: OpenPage, link: str) -> None:
    page = browser_page(None)
    page.set_viewport_size(PHONE)
    page.goto(link)
    axe.check(page)
    page.get_by_role("button", name="Send my answers").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    axe.check(page)
    page.set_viewport_size(PHONE)
    page.goto(link)
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type === 'radio'"):
            break
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("group", name="Do people listen to you?").get_by_label("Yes, mostly")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.type(SAID)
    axe.check(page)
    page.get_by_role("button", name="Send my answers").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    axe.check(page)
    page.goto(link)
    axe.check(page)


def test_the_pages_of_those_who_ask_have_nothing_that_axe_finds(browser_page: OpenPage, council: Council) -> None:
    audit = booked_audit(council)
    answered(audit, council)
    agreed(audit, council, speaker="child")
    page = browser_page(council.head_of_qa)
    for address in ("", f"{audit.ref}/", f"{audit.ref}/1/", f"{audit.ref}/2/", f"{audit.ref}/1/letter/", "questions/"):
        page.goto(f"/family/{address}")
        axe.check(page)
    page.goto("/reports/families/")
    axe.check(page)
