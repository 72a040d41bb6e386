"""The pages around the meeting in a real browser: accessible with data and with mistakes, and the plan's checker."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Route, expect

from audits.meeting import grading
from audits.models import Audit
from tests.browser import axe
from tests.browser.conftest import OpenPage
from tests.conftest import NOW
from tests.factories import (
    CaseFactory,
    Council,
    agree,
    agreed_audit,
    allocated_audit,
    booked_audit,
    finalised_audit,
    open_audit,
)

pytestmark = pytest.mark.browser


def another(council: Council) -> dict[str, Any]:
    """A further case of the same keyworker."""
    return {"case": CaseFactory.create(keyworker=council.keyworker)}


def test_booking_and_preparing_are_accessible_with_mistakes_too(
    browser_page: OpenPage, council: Council, site: Any
) -> None:
    fresh, booked = allocated_audit(council), booked_audit(council, number=2, **another(council))
    page = browser_page(council.auditor)
    for address in ("/audits/", "/audits/?state=closed", f"/audits/{fresh.ref}/", f"/audits/{booked.ref}/meeting/"):
        page.goto(address)
        axe.check(page)
    page.goto(f"/audits/{fresh.ref}/book/")
    axe.check(page)
    page.get_by_role("button", name="Book the meeting").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    axe.check(page)
    page.get_by_role("link", name="Enter the time the meeting begins.").click()
    expect(page.get_by_label("Time it begins")).to_be_focused()
    worker = browser_page(council.keyworker)
    worker.goto(f"/audits/{booked.ref}/prepare/")
    axe.check(worker)
    worker.get_by_role("button", name="The file is checked and up to date").click()
    expect(worker.get_by_text("said on")).to_be_visible()


def test_the_checker_reads_along_while_an_action_is_typed(browser_page: OpenPage, council: Council, site: Any) -> None:
    audit = open_audit(council, at=NOW)
    agree(audit, 2, "requires_improvement", at=NOW)
    page = browser_page(council.auditor)
    page.goto(f"/audits/{audit.ref}/plan/")
    expect(page.locator("#reading")).to_contain_text("0 of 6 are clear.")
    page.get_by_label("What will be done?").fill("Bring the chronology up to date from May to today")
    page.get_by_label("How will we know it is done?").fill("Ongoing updates, seen in supervision")
    page.get_by_label("Through supervision: Niamh Okonkwo, keyworker").check()
    expect(page.locator("#reading")).to_contain_text("“Ongoing” cannot be checked.")
    expect(page.locator("#due-say")).to_contain_text("Wednesday 23 December 2026")
    expect(page.locator("#reading")).to_contain_text("Niamh Okonkwo, by Wednesday 23 December 2026: Bring")
    axe.check(page)

    page.get_by_role("button", name="Add this action").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("“Ongoing” cannot be checked.")
    axe.check(page)
    page.get_by_label("How will we know it is done?").fill("The chronology has an entry for each event since May")
    page.get_by_label("What will be better for the child?").fill("His carers understand what the move meant")
    on_its_way: list[Route] = []

    def hold(route: Route) -> None:
        if on_its_way:
            route.continue_()
        on_its_way.append(route)

    page.route("**/plan/check/", hold)
    with page.expect_request("**/plan/check/"):
        page.get_by_label("What does the owner need").fill("Half a day without duty, agreed")
    page.get_by_role("button", name="Add this action").click()
    page.wait_for_timeout(300)
    assert not audit.actions.exists(), "it waits for what is on its way, which would be kept after it"
    on_its_way[0].continue_()
    expect(page.get_by_role("table", name="The plan so far")).to_contain_text("Wed 23 Dec 2026")
    assert not audit.drafts.exists()
    axe.check(page)


def test_signing_reading_and_advice_are_accessible(browser_page: OpenPage, council: Council, site: Any) -> None:
    ended = agreed_audit(council, at=NOW, standards={2: "requires_improvement"})
    final = finalised_audit(council, number=2, grade="inadequate", **another(council))
    asked = open_audit(council, number=3, at=NOW, **another(council))
    differ(asked, council)
    page = browser_page(council.keyworker)
    page.goto(f"/audits/{ended.ref}/sign/")
    axe.check(page)
    page.get_by_label("I have seen it and do not agree").check()
    page.get_by_role("button", name="Sign as Niamh Okonkwo").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("Say in your own words")
    axe.check(page)
    for rest in ("", "note/", "history/", "plan/"):
        page.goto(f"/audits/{final.ref}/{rest}")
        axe.check(page)
    adviser = browser_page(council.qa_officer)
    for rest in ("advice/2/", ""):
        adviser.goto(f"/audits/{asked.ref}/{rest}")
        axe.check(adviser)
    adviser.goto(f"/audits/{asked.ref}/advice/2/")
    adviser.get_by_label("Your advice to the two of them").fill("Look at the school’s letters.")
    adviser.get_by_role("button", name="Give this advice").click()
    axe.follow(adviser.get_by_role("link", name="Rule on the grade"))
    axe.check(adviser)


def differ(audit: Audit, council: Council) -> None:
    """The two cannot agree on standard 2, and ask."""
    grading.propose_grade(audit, 2, by=council.auditor, at=NOW, grade="inadequate", words="Nothing since May.")
    grading.propose_grade(audit, 2, by=council.keyworker, at=NOW, grade="good", words="Her voice is there.")
    grading.refer_grade(audit, 2, by=council.auditor, at=NOW, advisers=[council.qa_officer])


def test_the_note_is_copied_with_one_press(browser_page: OpenPage, council: Council, site: Any) -> None:
    audit = finalised_audit(council)
    page = browser_page(council.keyworker)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"/audits/{audit.ref}/note/")
    page.get_by_role("button", name="Copy the note").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").startswith("Audit Action Plan – November")
