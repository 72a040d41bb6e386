"""What reports are made of and what comes of them, in a real browser: accessible with data and with mistakes."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from audits.models import Note
from reporting import periods
from reporting.learning import evidence
from reporting.models import PlanItem
from reporting.plan import response
from reporting.reports import drafting
from reporting.themes import vocabulary
from tests.browser import axe
from tests.browser.conftest import OpenPage
from tests.conftest import NOW
from tests.factories import Council
from tests.reporting.builder import Builder
from tests.reporting.plan.test_response import Q2, a_quarter, answers

pytestmark = pytest.mark.browser


def test_the_pages_of_reports_and_learning(browser_page: OpenPage, council: Council, site: Any) -> None:
    officer, head, director = council.qa_officer, council.head_of_qa, council.assistant_director
    builder = Builder(council)
    builder.audits(30, first=Q2.first)
    audit = builder.audit(NOW.date().replace(month=10), grade="good")
    note = Note.objects.create(
        audit=audit, slug="s3-worried", text="The plan lists services.", saved_at=NOW, saved_by=council.auditor
    )
    theme = vocabulary.coin(name="No measure", side="worried", standard=3, by=officer, at=NOW)
    vocabulary.tag(note=note, themes=[theme], by=officer, at=NOW)
    line = {"line": "The plan lists services.", "words": "A plan lists services.", "speaker": "audit", "standard": 3}
    shared = vocabulary.pick_quotation(note=note, kind="practice", **line, by=head, at=NOW)
    vocabulary.settle_quotation(quotation=shared, clear=True, why="", by=officer, at=NOW)
    vocabulary.pick_quotation(note=note, kind="quote", **line, by=head, at=NOW)
    finding = evidence.Finding("lado", "2026-27Q2", 3, "neither", "Thresholds", "Steady.", "23")
    found = evidence.enter(finding=finding, by=officer, at=NOW)
    report = a_quarter(council)
    response.save(report=report, answers=answers(council), words="We will.", by=director, at=NOW)
    draft = drafting.start_draft(period=periods.parse("2026-27Q3"), by=officer, at=NOW)
    page = browser_page(officer)
    for address in (f"/reports/{draft.ref}/", "/evidence/?quarter=2026-27Q2", "/learning/"):
        page.goto(address)
        axe.check(page)
    for address in (
        "/reports/",
        f"/reports/{draft.ref}/recommendations/",
        f"/reports/{report.ref}/",
        f"/reports/{report.ref}/tables/",
        f"/reports/{report.ref}/rows/below-good/",
        "/themes/?month=2026-10",
        f"/themes/notes/{note.pk}/",
        "/themes/vocabulary/",
        "/themes/quotations/",
        f"/evidence/{found.pk}/",
        f"/learning/{report.ref}/",
    ):
        page.goto(address)
        assert axe.problems(page) == []
    page.goto(f"/reports/{draft.ref}/recommendations/")
    page.get_by_role("button", name="Add it").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    axe.check(page)
    page.get_by_role("link", name="Choose what it asks for.").click()
    expect(page.get_by_label("Learning", exact=True)).to_be_focused()
    theirs = browser_page(director)
    theirs.goto(f"/reports/{report.ref}/response/")
    axe.check(theirs)
    theirs.get_by_role("button", name="Send the response").click()
    expect(theirs.get_by_text("The response is sent.")).to_be_visible()
    item = PlanItem.objects.get()
    for address in ("/plan/", f"/plan/{item.ref}/", "/plan/add/", f"/plan/{item.ref}/end/", "/needs/"):
        page.goto(address)
        assert axe.problems(page) == []
    mistakes = (
        ("/plan/add/", "Put it on the plan"),
        ("/evidence/?quarter=2026-27Q2", "Enter it"),
        ("/needs/", "Write it down"),
        (f"/themes/notes/{note.pk}/", "Offer it"),
        ("/themes/vocabulary/", "Add it"),
    )
    for address, button in mistakes:
        page.goto(address)
        page.get_by_role("button", name=button, exact=True).click()
        expect(page.locator(".govuk-error-summary")).to_be_focused()
        assert axe.problems(page) == []
    axe.check(page)
