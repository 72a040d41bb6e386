"""The pages that sign, send back and tick again show what they are about, and are accessible."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from audits.follow_up import closing
from standards.grades import Grade
from tests.browser import axe
from tests.browser.conftest import OpenPage
from tests.conftest import NOW, TODAY
from tests.escalation.build import finalised_audit
from tests.escalation.walk import do, to_qa_check
from tests.factories import CaseFactory, Council

pytestmark = pytest.mark.browser


def test_whoever_signs_sees_the_evidence(browser_page: OpenPage, council: Council) -> None:
    audit = finalised_audit(council, grade=Grade.INADEQUATE)
    do(audit.actions.get(number=1))
    head = browser_page(council.head_of_service)
    head.goto(f"/escalations/{audit.ref}/immediate_actions/sign/")
    expect(head.get_by_text("Chronology on Mosaic, entry of 17 November.")).to_be_visible()
    axe.check(head)


def test_whoever_gets_work_back_reads_why(browser_page: OpenPage, council: Council) -> None:
    audit = finalised_audit(council, grade=Grade.REQUIRES_IMPROVEMENT)
    to_qa_check(audit, council)
    officer = browser_page(council.qa_officer)
    officer.goto(f"/escalations/{audit.ref}/qa_check/reopen/")
    axe.check(officer)
    officer.get_by_label("What is missing?").fill("The visit of 12 November is not on Mosaic.")
    officer.get_by_role("button", name="Send it back").click()
    manager = browser_page(council.manager)
    manager.goto(f"/audits/{audit.ref}/follow-up/")
    expect(manager.get_by_text("The visit of 12 November is not on Mosaic.")).to_be_visible()
    axe.check(manager)


def test_a_word_is_no_evidence_and_a_tick_is_taken_back(browser_page: OpenPage, council: Council) -> None:
    case = CaseFactory.create(keyworker=council.keyworker)
    audit = finalised_audit(council, grade=Grade.REQUIRES_IMPROVEMENT, number=3, case=case)
    closing.confirm_on_file(audit, by=council.keyworker, at=NOW, on=TODAY)
    manager = browser_page(council.manager)
    manager.goto(f"/actions/{audit.ref}-1/done/")
    manager.get_by_label("What shows that it is done?").fill("Done")
    manager.get_by_role("button", name="It is done").click()
    expect(manager.locator(".govuk-error-summary")).to_be_focused()
    axe.check(manager)
    manager.get_by_label("What shows that it is done?").fill("The chronology, pages 2 to 4.")
    axe.follow(manager.get_by_role("button", name="It is done"))
    manager.goto(f"/audits/{audit.ref}/follow-up/")
    manager.get_by_text("It is not there after all").first.click()
    axe.check(manager)
