"""The parts every page is made of: what they do in a browser, on the page that shows them all."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import axe
from tests.browser.conftest import OpenPage
from tests.factories import Council

pytestmark = pytest.mark.browser


@pytest.fixture
def gallery(browser_page: OpenPage, council: Council, settings: Any) -> Page:
    settings.DEBUG = True
    page = browser_page(council.qa_officer)
    page.goto("/gallery/")
    expect(page.get_by_role("heading", name="Gallery of parts")).to_be_visible()
    return page


def test_the_parts_and_their_errors_are_accessible_and_each_error_leads_to_its_field(gallery: Page) -> None:
    axe.check(gallery)
    gallery.get_by_role("button", name="Send").click()
    expect(gallery).to_have_title("Error: Gallery of parts - Quality Counts")
    axe.check(gallery)
    reached = []
    for line in gallery.locator(".govuk-error-summary a").all():
        line.click()
        reached.append(gallery.evaluate("document.activeElement.id"))
    assert reached == ["id_what", "id_due_0", "id_kind_1", "id_about_1", "id_file", "id_sure"]


def test_words_not_yet_sent_are_asked_about_before_they_are_left(gallery: Page) -> None:
    asked: list[str] = []
    gallery.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    gallery.get_by_label("What will be done?").fill("Bring the chronology up to date.")
    gallery.get_by_role("link", name="Privacy").click()
    expect(gallery.get_by_label("What will be done?")).to_have_value("Bring the chronology up to date.")
    assert asked == ["beforeunload"]


def test_words_can_be_copied(gallery: Page) -> None:
    gallery.context.grant_permissions(["clipboard-read", "clipboard-write"])
    gallery.get_by_role("button", name="Copy the words").click()
    expect(gallery.get_by_role("button", name="Copied")).to_be_visible()
    assert gallery.evaluate("navigator.clipboard.readText()") == "Words to copy."


def test_a_form_sent_after_signing_in_again_elsewhere_carries_the_new_token(gallery: Page, council: Council) -> None:
    gallery.evaluate(f"document.cookie = 'csrftoken={'b' * 32}; path=/'")
    gallery.get_by_role("button", name="Send").click()
    expect(gallery).to_have_title("Error: Gallery of parts - Quality Counts")


def test_the_menu_of_a_phone_opens_and_shuts(gallery: Page) -> None:
    gallery.set_viewport_size({"width": 320, "height": 800})
    menu = gallery.get_by_role("navigation", name="Menu")
    expect(menu.get_by_role("link").first).to_be_hidden()
    menu.get_by_role("button", name="Menu").click()
    expect(menu.get_by_role("link").first).to_be_visible()
