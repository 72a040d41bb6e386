"""A tool for a theme in a real browser: written, published by a second person, planned with, answered and concluded
from, with what axe has to say of each page."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from audits.draw import draws
from audits.models import Activity, Audit, ToolAnswer
from tests.browser import axe
from tests.browser.conftest import OpenPage, comes_to
from tests.conftest import NOW
from tests.factories import PASSWORD, Council, auditor_of

pytestmark = pytest.mark.browser


def looked_at(page: Page) -> None:
    """What axe says, and whether all of it is within the page at a desk and at 768 pixels."""
    axe.check(page)
    for width in (768, 1280):
        page.set_viewport_size({"width": width, "height": 1000})
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), page.url


def test_a_tool_from_its_draft_to_the_conclusion(browser_page: OpenPage, council: Council, site: object) -> None:
    head = browser_page(council.head_of_qa)
    head.goto("/standards/")
    head.get_by_role("link", name="Write and publish a tool").click()
    head.get_by_role("button", name="Begin a draft").click()
    expect(head.locator(".govuk-error-summary")).to_contain_text("Say what the tool asks about.")
    looked_at(head)
    head.get_by_label("What it asks about").fill("Neglect")
    head.get_by_text("Begin with criteria of the guide").click()
    head.locator("label", has_text=re.compile(r"^\s*5\.1 ")).click()
    head.get_by_role("button", name="Begin a draft").click()
    head.get_by_role("link", name="Add a question").click()
    head.get_by_label("Title", exact=True).fill("How soon")
    head.get_by_label("The question").fill("How soon was neglect named?")
    head.get_by_label("A scale of its own").check()
    head.get_by_label("The steps of its scale").fill("At once\nLate\nNever")
    head.get_by_role("button", name="Save").click()
    expect(head.locator("#questions\\.2")).to_contain_text("How soon was neglect named?")
    head.get_by_role("button", name="Send it to be published").click()

    officer = browser_page(council.qa_officer)
    officer.goto("/")
    officer.get_by_role("button", name="Read it").click()
    axe.follow(officer.get_by_role("button", name="Publish it"))
    if officer.get_by_label("Your password").count():
        officer.get_by_label("Your password").fill(PASSWORD)
        officer.get_by_role("button", name="Confirm").click()
    expect(officer.get_by_text("Activities can be planned with it")).to_be_visible()
    officer.goto("/programme/new/?kind=themed")
    officer.get_by_label("What it is about").fill("Neglect")
    officer.get_by_label("How many audits or observations").fill("1")
    officer.get_by_label("Its own tool").select_option("Neglect")
    axe.follow(officer.get_by_role("button", name="Put it on the programme"))
    activity = Activity.objects.get()
    draws.run_for(activity, size=1, by=council.qa_officer, at=NOW)
    audit = Audit.objects.get()

    auditor = browser_page(auditor_of(audit))
    auditor.goto(f"/audits/{audit.ref}/")
    auditor.get_by_role("link", name="Answer its own questions: Neglect").click()
    auditor.get_by_label("What shows it, for question 2").fill("The school, in week three.")
    expect(auditor.get_by_text("Not finished yet")).to_be_visible()
    comes_to(["The school, in week three."], lambda: [each.words for each in ToolAnswer.objects.filter(number=2)])
    auditor.get_by_role("button", name="I have finished").click()
    expect(auditor.locator(".govuk-error-summary")).to_contain_text("Choose an answer to question 1")
    expect(auditor.get_by_label("What shows it, for question 2")).to_have_value("The school, in week three.")
    looked_at(auditor)
    auditor.get_by_label("Evidenced", exact=True).check()
    auditor.get_by_label("Late", exact=True).check()
    auditor.get_by_role("button", name="I have finished").click()
    expect(auditor.get_by_text("Finished. These answers count.")).to_be_visible()
    looked_at(auditor)

    officer.goto(f"/programme/{activity.pk}/")
    expect(officer.get_by_text("1 of 1 answered")).to_be_visible()
    looked_at(officer)
    officer.get_by_role("link", name="Neglect", exact=True).click()
    looked_at(officer)
    officer.get_by_role("link", name=audit.ref).click()
    expect(officer.get_by_role("button", name="Take them up again")).to_be_visible()
    looked_at(officer)
    officer.goto(f"/programme/{activity.pk}/conclusion/")
    expect(officer.get_by_text("Too few answered to show what was said to:")).to_be_visible()
    expect(officer.get_by_text("The school, in week three.")).to_be_visible()
    looked_at(officer)
    officer.get_by_label("The conclusion").fill("Neglect is named late, and by the school.")
    officer.get_by_role("button", name="Keep the conclusion").click()
    expect(officer.get_by_text("Neglect is named late, and by the school.")).to_be_visible()
