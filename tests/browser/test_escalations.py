"""What follows the meeting, in a real browser: an action to its check, the queue, one escalation, a concern."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from escalation.sweep import sweep_deadlines
from standards.grades import Grade
from tests.browser import axe
from tests.browser.conftest import OpenPage
from tests.conftest import NOW, TODAY
from tests.escalation.build import finalised_audit
from tests.factories import CaseFactory, Council

pytestmark = pytest.mark.browser


def test_an_action_is_done_signed_and_checked_by_three_people(browser_page: OpenPage, council: Council) -> None:
    audit = finalised_audit(council, grade=Grade.INADEQUATE)
    manager = browser_page(council.manager)
    manager.goto("/actions/")
    axe.check(manager)
    axe.follow(manager.get_by_role("button", name="Say it is done").first)
    axe.check(manager)
    manager.get_by_role("button", name="Say that it is done, with evidence").click()
    manager.get_by_role("button", name="It is done").click()
    expect(manager.locator(".govuk-error-summary")).to_be_focused()
    axe.check(manager)
    manager.get_by_role("link", name="Say what shows that it is done").click()
    expect(manager.get_by_label("What shows that it is done?")).to_be_focused()
    manager.keyboard.type("Entry of 17 November on Mosaic.")
    manager.get_by_role("button", name="It is done").click()
    expect(manager.get_by_text("Said: it is done.")).to_be_visible()

    head = browser_page(council.head_of_service)
    head.goto(f"/actions/{audit.ref}-1/")
    head.get_by_role("button", name="I have read it and sign").click()
    expect(head.get_by_text("Signed by the Head of Service")).to_be_visible()

    officer = browser_page(council.qa_officer, javascript=False)
    officer.goto("/actions/?whose=check")
    officer.get_by_role("button", name="Check it").first.click()
    officer.get_by_role("button", name="I have seen that it is done").click()
    expect(officer.get_by_text("Checked. It is finished.")).to_be_visible()


def test_the_queue_leads_to_an_escalation_that_is_acknowledged(browser_page: OpenPage, council: Council) -> None:
    audit = finalised_audit(council, grade=Grade.INADEQUATE)
    finalised_audit(
        council, number=2, case=CaseFactory.create(keyworker=council.keyworker), grade="requires_improvement"
    )
    sweep_deadlines(on=TODAY, at=NOW)
    head = browser_page(council.head_of_service)
    head.goto("/escalations/")
    axe.check(head)
    axe.follow(head.locator("#list").get_by_role("link", name=audit.ref, exact=True))
    axe.check(head)
    head.get_by_text("More for “Supervision”").click()
    axe.check(head)
    axe.follow(head.get_by_role("button", name="Acknowledge"))
    axe.check(head)
    head.get_by_label("A word about what happens first").fill("The visits come first.")
    head.get_by_role("button", name="I have read it and have it").click()
    expect(head.get_by_text("By you: “The visits come first.”")).to_be_visible()
    head.goto(f"/escalations/{audit.ref}/immediate_actions/pass-up/")
    axe.check(head)
    head.goto(f"/escalations/{audit.ref}/immediate_actions/more-time/")
    axe.check(head)
    head.goto(f"/escalations/{audit.ref}/immediate_actions/owner/")
    axe.check(head)
    head.goto("/escalations/?show=finished")
    axe.check(head)


def test_a_concern_is_raised_and_what_follows_is_written(browser_page: OpenPage, council: Council) -> None:
    audit = finalised_audit(council, grade=Grade.GOOD)
    worker = browser_page(council.keyworker)
    worker.goto(f"/audits/{audit.ref}/concern/")
    axe.check(worker)
    axe.follow(worker.get_by_role("button", name="Raise the concern"))
    axe.check(worker)
    worker.get_by_role("link", name="Choose who you spoke to, or name the team or the person.").click()
    worker.keyboard.press("Space")
    worker.get_by_label("What are you worried about?").fill("He was alone at home last night.")
    worker.get_by_role("button", name="Raise the concern").click()
    expect(worker.get_by_text("is asked to acknowledge it today.")).to_be_visible()
    axe.check(worker)
    worker.goto("/concerns/")
    axe.check(worker)
    worker.goto(f"/audits/{audit.ref}/follow-up/")
    axe.check(worker)
    worker.get_by_label("What was talked about and decided?").fill("What the move meant to him.")
    worker.get_by_role("button", name="Record the supervision").click()
    expect(worker.get_by_text("The supervision is recorded.")).to_be_visible()
    manager = browser_page(council.manager)
    manager.goto(f"/audits/{audit.ref}/follow-up/action/")
    axe.check(manager)
