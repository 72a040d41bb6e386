"""The editor of the standards in a real browser, at a desk and at 768 pixels: by hand from a copy to a published set,
with what axe has to say of each page empty, wrong and full."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from standards.models import SetDraft, StandardSet
from tests.browser import axe
from tests.browser.conftest import OpenPage
from tests.factories import PASSWORD, Council
from tests.standards.drafting.writing import added, begun, dated, retired

pytestmark = pytest.mark.browser
SIZES = ({"width": 1280, "height": 900}, {"width": 768, "height": 1024})


def test_a_draft_is_written_and_published_by_two(browser_page: OpenPage, council: Council, site: object) -> None:
    page = browser_page(council.head_of_qa)
    page.goto("/standards/")
    page.get_by_role("link", name="Write, compare and publish a set").click()
    page.get_by_role("button", name="Begin a draft").click()
    expect(page.get_by_text("To put right before it can be published")).to_be_visible()
    page.get_by_role("link", name="Title, short name and the day it begins").click()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("Enter the day it comes into force.")
    axe.check(page)
    page.get_by_label("Title", exact=True).fill("Our standards")
    for label, text in (("Day", "1"), ("Month", "4"), ("Year", "2027")):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Review and statutory duties").click()
    page.get_by_role("link", name="Add a criterion").last.click()
    page.get_by_label("Title", exact=True).fill("The review record")
    page.get_by_label("The question").fill("Was the record of the review sent out in time?")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("4.15.")).to_be_visible()
    page.get_by_role("button", name=re.compile(r"^Up ?: 4\.15 The review record\b")).click()
    expect(page.get_by_role("button", name=re.compile(r"^Up ?: 4\.14 The review record\b"))).to_be_visible()
    page.get_by_role("button", name=re.compile(r"^Take out ?: 4\.1\b")).click()
    expect(page.get_by_text("Taken out of this draft.")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile(r"^Up ?: 4\.13 The review record\b"))).to_be_visible()
    draft = SetDraft.objects.get()
    page.goto(f"/standards/drafts/{draft.pk}/")
    page.get_by_role("button", name="Send it to be published").click()
    expect(page.get_by_text("Waits for somebody to publish it")).to_be_visible()
    officer = browser_page(council.qa_officer)
    officer.goto(f"/standards/drafts/{draft.pk}/compare/")
    expect(officer.get_by_text("Criterion 4.13 The review record")).to_be_visible()
    expect(officer.get_by_text("Criterion 4.1 IRO")).to_be_visible()
    officer.goto("/")
    officer.get_by_role("button", name="Read it").click()
    axe.follow(officer.get_by_role("button", name="Publish it"))
    if officer.get_by_label("Your password").count():
        officer.get_by_label("Your password").fill(PASSWORD)
        officer.get_by_role("button", name="Confirm").click()
    expect(officer.get_by_text("Audits that begin from 1 April 2027 on go by it.")).to_be_visible()
    axe.check(officer)
    assert StandardSet.objects.get(draft=draft).title == "Our standards"


@pytest.mark.parametrize("size", SIZES, ids=["desk", "768"])
def test_axe_has_nothing_to_say_and_nothing_is_wider_than_the_page(
    browser_page: OpenPage, council: Council, site: object, size: dict[str, int]
) -> None:
    draft = dated(council, begun(council, StandardSet.objects.get()), "2027-04-01")
    added(council, draft, "standards.1.sections.1.criteria", title="Pets", question="Who minds the dog?")
    retired(council, draft, "indicators.2")
    page = browser_page(council.head_of_qa)
    page.set_viewport_size(size)  # type: ignore[arg-type]
    for address in (
        *("", f"{draft.pk}/", f"{draft.pk}/at/set/", f"{draft.pk}/at/standards.4/", f"{draft.pk}/at/indicators.1/"),
        *(f"{draft.pk}/at/standards.4.sections.1.criteria.1/", f"{draft.pk}/add/smart/", f"{draft.pk}/compare/"),
        *(f"{draft.pk}/meeting/", f"{draft.pk}/meeting/?step=case", f"{draft.pk}/pack/"),
    ):
        page.goto(f"/standards/drafts/{address}")
        axe.check(page)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), address
