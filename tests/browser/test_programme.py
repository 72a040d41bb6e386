"""The QA Officer’s month in a real browser: accessible with data and with mistakes; and a file on its way."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from audits.draw import draws
from audits.programme import agreement, planning
from tests.audits.plan.plans import planned, themed
from tests.audits.register.extracts import as_csv, line
from tests.browser import axe
from tests.browser.conftest import OpenPage
from tests.conftest import NOW
from tests.factories import CaseFactory, Council, allocated_audit

pytestmark = pytest.mark.browser


def test_the_pages_of_the_month_are_accessible_with_mistakes_too(
    browser_page: OpenPage, council: Council, site: Any
) -> None:
    for _ in range(8):
        CaseFactory.create(keyworker=council.keyworker)
    practice = planned(council, kind="observation", title="Conferences")
    neglect = themed(council, focus=[2, 5], narrow={"categories": ["CIN"]})
    planned(council)
    agreement.ask_managers(2026, who=[council.head_of_service], by=council.qa_officer, at=NOW)
    drawn = draws.run(month=planning.months_of_year(2026)[8], size=3, by=council.qa_officer, at=NOW)
    audit = allocated_audit(council)
    page = browser_page(council.qa_officer)
    for address in (
        "/programme/",
        f"/programme/{neglect.pk}/",
        f"/draws/{drawn.ref}/",
        f"/draws/?activity={neglect.pk}&size=3",
        "/draws/size/",
        "/draws/auditors/",
        "/draws/shares/",
        "/draws/returns/?month=2026-11",
        "/register/",
        f"/audits/{audit.ref}/give/",
    ):
        page.goto(address)
        axe.check(page)
    for way, button in (("finding", "Write it down"), ("change", "Save the change"), ("drop", "Drop it")):
        page.goto(f"/programme/{practice.pk}/{way}/")
        axe.check(page)
        page.get_by_role("button", name=button).click()
        expect(page.locator(".govuk-error-summary")).to_be_focused()
        axe.check(page)
    auditor = browser_page(council.auditor)
    auditor.goto(f"/audits/{audit.ref}/pack/")
    axe.check(auditor)
    page.goto("/programme/new/")
    page.get_by_role("button", name="Put it on the programme").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    axe.check(page)
    manager = browser_page(council.head_of_service)
    manager.goto("/programme/?year=2026")
    axe.check(manager)
    manager.get_by_role("button", name="I agree to this programme").click()
    expect(manager.get_by_text("Thank you. Your agreement stands")).to_be_visible()


def test_a_file_shows_how_much_of_it_is_sent_and_a_bad_one_is_refused_in_place(
    browser_page: OpenPage, council: Council, site: Any
) -> None:
    page = browser_page(council.qa_officer)
    page.goto("/register/import/")
    page.get_by_label("Cases", exact=True).check()
    page.get_by_label("The extract").set_input_files({"name": "c.csv", "mimeType": "text/csv", "buffer": b"hello"})
    page.get_by_role("button", name="Look at what it would change").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("no column called")
    axe.check(page)
    page.get_by_label("Cases", exact=True).check()
    good = {"name": "c.csv", "mimeType": "text/csv", "buffer": as_csv(line("1", Date_Opened="02/02/2025"))}
    page.get_by_label("The extract").set_input_files(good)
    page.get_by_role("button", name="Look at what it would change").click()
    expect(page.get_by_role("heading", name="Cases as at")).to_be_visible()
    assert "/register/import/" in page.url
