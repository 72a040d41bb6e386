"""Words typed before the script of a page has come, as on a slow network: saved, kept or asked about like others."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from audits.meeting import lifecycle
from audits.models import Audit, Note
from tests.browser import axe
from tests.browser.conftest import OpenPage, before_its_script
from tests.conftest import NOW
from tests.factories import Council, filled_audit, open_audit

pytestmark = pytest.mark.browser

SAVED = re.compile(r"^Saved \d\d:\d\d$")


@pytest.fixture
def site(streaming_site: Any) -> Any:
    """Pages and streams, as `make run` serves them."""
    return streaming_site


@pytest.fixture
def audit(site: Any, council: Council) -> Audit:
    """In its meeting today, with everything blank."""
    return open_audit(council, at=NOW)


def test_words_typed_before_the_script_has_come_are_saved_with_those_kept_from_before(
    browser_page: OpenPage, council: Council, audit: Audit
) -> None:
    """On a slow network a page can be typed in seconds before its script: what was typed is no part of what came."""
    page = browser_page(council.auditor)
    page.goto(f"/audits/{audit.ref}/meeting/?step=1")
    page.route("**/notes/**", lambda route: route.abort())
    page.locator("#s1-needs").fill("Kept from before.")
    expect(page.locator("#saved")).to_contain_text("Not saved, trying. Your words are kept.")
    page.on("dialog", lambda dialog: dialog.accept())
    with before_its_script(page, f"/audits/{audit.ref}/meeting/?step=1", "meeting"):
        page.locator("#s1-worried").fill("Typed at once.")
        page.locator("#s1-needs").fill("And this.")
        page.locator(".qc-point").first.get_by_role("radio", name="Partly", exact=True).check()
        page.unroute("**/notes/**")
    expect(page.locator("#saved")).to_have_text(SAVED)
    texts = dict(Note.objects.filter(audit=audit).values_list("slug", "text"))
    assert texts["s1-worried"] == "Typed at once."
    assert set(texts["s1-needs"].split("\n")) == {"Kept from before.", "And this."}
    assert audit.marks.get(version__gt=0).value == "partly"


def test_words_typed_before_the_script_of_a_form_follow_those_kept_from_before(
    browser_page: OpenPage, council: Council, site: Any
) -> None:
    audit = filled_audit(council, at=NOW)
    lifecycle.end_meeting(audit, by=council.auditor, at=NOW)
    page, why = browser_page(council.keyworker), "Why do you take it up again?"
    page.goto(f"/audits/{audit.ref}/sign/")
    page.get_by_text("Something is not right").click()
    page.get_by_label(why).fill("The second visit is missing.")
    page.on("dialog", lambda dialog: dialog.accept())
    with before_its_script(page, f"/audits/{audit.ref}/sign/", "site"):
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        page.get_by_label(why).fill("So is the third.")
    expect(page.locator(".qc-unsent")).to_be_visible()
    expect(page.get_by_label(why)).to_have_value("The second visit is missing.\nSo is the third.")
    page.goto("/")
    expect(page.locator("#kept textarea")).to_have_value("The second visit is missing.\nSo is the third.")


def test_words_typed_before_the_script_has_come_or_refused_are_asked_about(
    browser_page: OpenPage, council: Council, settings: Any
) -> None:
    settings.DEBUG = True
    gallery = browser_page(council.qa_officer)
    asked: list[str] = []
    gallery.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    with before_its_script(gallery, "/gallery/", "site"):
        gallery.get_by_label("What will be done?").fill("Bring the chronology up to date.")
    expect(gallery.locator("body.js-enabled")).to_be_visible()
    gallery.get_by_role("link", name="Privacy").click()
    expect(gallery.get_by_label("What will be done?")).to_have_value("Bring the chronology up to date.")
    assert asked == ["beforeunload"]
    axe.follow(gallery.get_by_role("button", name="Send"))
    expect(gallery).to_have_title("Error: Gallery of parts - Quality Counts")
    gallery.get_by_role("link", name="Privacy").click()
    expect(gallery.get_by_label("What will be done?")).to_have_value("Bring the chronology up to date.")
    assert asked == ["beforeunload"] * 2, "what a refusal shows again is saved nowhere"
