"""A council's own workbook, from the upload to a draw, by pages alone in a real browser."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from audits.models import Case, Draw, KeptMapping, WorkerAlias
from people.models import User
from tests.audits.register.annex_a import workbook_of
from tests.browser import axe
from tests.browser.conftest import OpenPage
from tests.conftest import TODAY
from tests.factories import Council

pytestmark = pytest.mark.browser
PEOPLE = ["Oisín Begum", "Connor Roberts", "Daniela Patel", "Kwame Lewis", "Beatrice Thomas", "Naomi Walker"]
WRITTEN = ["BEGUM, Oisín", "Connor\xa0Roberts", "Ms Daniela Patel", "LEWIS, Kwame (Social Worker)", "Thomas, B", ""]
"""The same people as the workbook writes them: the fifth by an initial, the sixth not at all."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def staff_list() -> bytes:
    """The staff list as HR gives it, with another heading for each column."""
    rows = [
        f"{name},person{number}@example.gov.uk,Social Worker,Family Safeguarding,Team {number % 3 + 1}"
        for number, name in enumerate(PEOPLE)
    ]
    rows += [
        f"Auditor {number},auditor{number}@example.gov.uk,Independent Reviewing Officer,Quality Assurance,Review"
        for number in range(4)
    ]
    return "\n".join(["Full Name,Mail,Position Title,Department,Org Unit", *rows]).encode()


def hand_over(page: Page, kind: str, name: str, data: bytes) -> None:
    """Choose a file on the import page and send it."""
    page.goto("/register/import/")
    page.get_by_label(kind, exact=True).check()
    mime = XLSX if name.endswith("xlsx") else "text/csv"
    page.get_by_label("The extract").set_input_files({"name": name, "mimeType": mime, "buffer": data})
    page.get_by_role("button", name="Look at what it would change").click()


def test_an_annex_a_workbook_of_300_children_comes_to_a_draw_by_pages_alone(
    browser_page: OpenPage, council: Council, site: Any
) -> None:
    page = browser_page(council.qa_officer)
    hand_over(page, "Staff", "hr.csv", staff_list())
    expect(page.get_by_role("heading", name="Which column is which?")).to_be_visible()
    axe.check(page)
    page.get_by_label("Keep this mapping as").fill("HR list")
    page.get_by_role("button", name="Keep it and go on").click()
    page.get_by_role("button", name="Apply to the register").click()
    expect(page.get_by_text("10 added")).to_be_visible()

    workers = [(f"Team {number % 3 + 1}", name) for number, name in enumerate(WRITTEN)]
    data = workbook_of(300, workers, TODAY)
    hand_over(page, "Cases", "Annex A.xlsx", data)
    expect(page.get_by_text("This looks like Ofsted Annex A")).to_be_visible()
    axe.check(page)
    page.get_by_role("button", name="Show what stands in the headings chosen").click()
    expect(page.get_by_role("heading", name="Which column is which?")).to_be_visible()
    expect(page.get_by_label("Keep this mapping as")).to_have_value("Our Ofsted Annex A")
    page.get_by_label("Keep this mapping as").fill(" ")
    page.get_by_role("button", name="Keep it and go on").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("Give the mapping a name.")
    axe.check(page)
    page.get_by_label("Keep this mapping as").fill("Annex A, monthly")
    page.get_by_role("button", name="Keep it and go on").click()

    expect(page.get_by_role("heading", name="Who is meant?")).to_be_visible()
    axe.check(page)
    page.get_by_label("Thomas, B is").select_option(label="Beatrice Thomas, person4@example.gov.uk")
    page.get_by_role("button", name="Keep these and go on").click()
    expect(page.get_by_role("heading", name="Cases as at")).to_be_visible()
    axe.check(page)
    page.get_by_role("button", name="Apply to the register").click()
    expect(page.get_by_text("300 added")).to_be_visible()

    held = Case.objects.filter(person_id__startswith="9100")
    counts = [held.filter(category=category).count() for category in ("EH", "CL", "CLA", "CP", "CIN")]
    assert counts == [38, 38, 38, 38, 148]
    assert held.exclude(closed_on=None).count() == 15
    beatrice = User.objects.get(email="person4@example.gov.uk")
    assert held.filter(keyworker=beatrice).count() > 30
    assert WorkerAlias.objects.get().user == beatrice
    hand_over(page, "Cases", "Annex A.xlsx", data)
    expect(page.get_by_text("nothing to apply")).to_be_visible()
    assert set(KeptMapping.objects.values_list("name", flat=True)) == {"HR list", "Annex A, monthly"}

    page.goto("/draws/")
    page.get_by_label("How many cases").fill("8")
    page.get_by_role("button", name="Show the numbers first").click()
    page.get_by_role("button", name="Draw 8 cases").click()
    expect(page.get_by_role("heading", name="DRAW-")).to_be_visible()
    assert Draw.objects.get().chosen == 8
