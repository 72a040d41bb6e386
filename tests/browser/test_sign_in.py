"""Coming in, being refused, and the pages that anyone may read, in a real browser."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from people import notices, password_asks
from qualitycounts.base import clock
from tests.browser import axe
from tests.browser.conftest import OpenPage, sign_in
from tests.factories import Council

pytestmark = pytest.mark.browser

OPEN_PAGES = (
    "/accounts/login/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/1-used/",
    "/accounts/password/reset/key/done/",
    "/accounts/inactive/",
    "/help/",
    "/accessibility/",
    "/privacy/",
    "/nothing-here/",
)


def test_a_person_signs_in_is_named_with_their_role_and_signs_out(browser_page: OpenPage, council: Council) -> None:
    page = browser_page()
    sign_in(page, council.qa_officer.email)
    page.goto("/help/")
    expect(page.get_by_role("banner")).to_contain_text(f"{council.qa_officer.name}, QA Officer")

    page.get_by_role("button", name="Sign out").click()

    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    expect(page.get_by_role("banner")).not_to_contain_text(council.qa_officer.name)


def test_a_wrong_password_is_said_at_the_top_and_leads_to_the_first_field(
    browser_page: OpenPage, council: Council
) -> None:
    page = browser_page()
    sign_in(page, council.auditor.email, "not-the-password")

    expect(page).to_have_title("Error: Sign in - Quality Counts")
    summary = page.locator(".govuk-error-summary")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name="That e-mail address and password do not go together").click()
    expect(page.get_by_label("E-mail address")).to_be_focused()
    expect(page.get_by_label("E-mail address")).to_have_value(council.auditor.email)
    axe.check(page)


def test_signing_in_leads_back_to_the_page_that_was_asked_for(browser_page: OpenPage, council: Council) -> None:
    page = browser_page()
    page.goto("/accounts/login/?next=/privacy/")
    expect(page.get_by_text("Sign in to open that page.")).to_be_visible()
    page.get_by_label("E-mail address").fill(council.keyworker.email)
    page.get_by_label("Password", exact=True).fill("quality-counts")
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("heading", name="Privacy notice")).to_be_visible()


def test_a_forgotten_password_is_replaced_by_the_link_in_the_mail(
    browser_page: OpenPage, council: Council, mailoutbox: list[Any]
) -> None:
    page = browser_page()
    page.goto("/accounts/login/")
    page.get_by_role("link", name="Ask for a new password").click()
    page.get_by_label("E-mail address").fill(council.auditor.email)
    page.get_by_role("button", name="Send me the link").click()
    expect(page.get_by_role("heading", name="Check your e-mail")).to_be_visible()

    password_asks.answer_asks(at=clock.now())
    notices.deliver_outbox(at=clock.now())
    [mail] = mailoutbox
    assert mail.to == [council.auditor.email]
    assert mail.subject == "Quality Counts: A new password"
    [link] = re.findall(r"/accounts/password/reset/key/\S+", mail.body)
    page.goto(link)
    page.get_by_label("New password", exact=True).fill("four calm otters swim")
    page.get_by_label("New password again").fill("four calm otters sink")
    page.get_by_role("button", name="Save new password").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("You must type the same password each time.")
    axe.check(page)

    page.get_by_label("New password", exact=True).fill("four calm otters swim")
    page.get_by_label("New password again").fill("four calm otters swim")
    page.get_by_role("button", name="Save new password").click()
    expect(page.get_by_role("heading", name="Your password is changed")).to_be_visible()
    page.goto(link)
    expect(page.get_by_role("heading", name="That link does not work any more")).to_be_visible()

    sign_in(page, council.auditor.email, "four calm otters swim")
    page.goto("/help/")
    expect(page.get_by_role("banner")).to_contain_text(council.auditor.name)


def test_a_password_can_be_looked_at_before_it_is_sent(browser_page: OpenPage) -> None:
    page = browser_page()
    page.goto("/accounts/login/")
    page.get_by_label("Password", exact=True).fill("quality-counts")
    page.get_by_role("button", name="Show password").click()
    expect(page.get_by_label("Password", exact=True)).to_have_attribute("type", "text")


def test_sign_in_works_without_scripts(browser_page: OpenPage, council: Council) -> None:
    page = browser_page(javascript=False)
    sign_in(page, council.manager.email)
    page.goto("/help/")
    expect(page.get_by_role("banner")).to_contain_text(f"{council.manager.name}, team manager")


def test_every_open_page_is_accessible_at_every_width(browser_page: OpenPage) -> None:
    page = browser_page()
    for address in OPEN_PAGES:
        page.goto(address)
        axe.check(page)
