"""After the meeting, in a real browser, as the responsible manager, the Head of Service, QA and a director do it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from audits.models import Audit
from escalation.models import Pattern
from escalation.sweep import sweep_deadlines
from people.models import Notice
from standards.grades import Grade
from tests.browser import axe
from tests.browser.conftest import OpenPage
from tests.conftest import NOW, TODAY
from tests.escalation.build import finalised_audit
from tests.factories import PASSWORD, CaseFactory, Council
from tests.people.handed import PDF

pytestmark = pytest.mark.browser


def two_inadequate(council: Council) -> list[Audit]:
    made = [finalised_audit(council, grade=Grade.INADEQUATE)]
    case = CaseFactory.create(keyworker=council.keyworker)
    return [*made, finalised_audit(council, grade=Grade.INADEQUATE, number=2, case=case)]


def test_the_manager_gives_a_file_with_the_evidence_and_copies_the_note_again(
    browser_page: OpenPage, council: Council, settings: Any, tmp_path: Path
) -> None:
    settings.FILES_DIR = tmp_path / "files"
    paper, wrong = tmp_path / "chronology.pdf", tmp_path / "photo.png"
    paper.write_bytes(PDF)
    wrong.write_bytes(b"not a picture")
    audit = finalised_audit(council, grade=Grade.INADEQUATE)
    manager = browser_page(council.manager)
    manager.goto(f"/actions/{audit.ref}-1/")
    expect(manager.get_by_text("Why that day: 5 working days after the meeting")).to_be_visible()
    manager.get_by_role("button", name="Say that it is done, with evidence").click()
    manager.get_by_label("What shows that it is done?").fill("The chronology, pages 2 to 4.")
    manager.get_by_label("A file that shows it").set_input_files(wrong)
    manager.get_by_role("button", name="It is done").click()
    expect(manager.locator(".govuk-error-summary")).to_contain_text("not a PDF, a Word document")
    expect(manager.get_by_label("What shows that it is done?")).to_have_value("The chronology, pages 2 to 4.")
    axe.check(manager)
    manager.get_by_label("A file that shows it").set_input_files(paper)
    axe.follow(manager.get_by_role("button", name="It is done"))
    axe.check(manager)
    with manager.expect_download() as coming:
        manager.get_by_role("link", name="chronology.pdf", exact=True).click()
    assert Path(coming.value.path()).read_bytes() == PDF
    axe.follow(manager.get_by_role("link", name="Take it out"))
    axe.check(manager)
    manager.goto(f"/audits/{audit.ref}/note/")
    expect(manager.get_by_text("Version 2")).to_be_visible()
    axe.check(manager)


def test_the_head_of_service_acknowledges_several_and_names_a_deputy(browser_page: OpenPage, council: Council) -> None:
    two_inadequate(council)
    sweep_deadlines(on=TODAY, at=NOW)
    head = browser_page(council.head_of_service)
    head.goto("/escalations/")
    axe.check(head)
    for box in head.get_by_role("checkbox").all():
        box.check()
    axe.follow(head.get_by_role("button", name="Acknowledge those ticked"))
    axe.check(head)
    head.get_by_role("button", name="I have read these and have them").click()
    expect(head.get_by_text("Acknowledged: QC-2611-001, QC-2611-002.")).to_be_visible()
    head.get_by_label("Waits at").select_option("immediate_actions")
    head.get_by_role("button", name="Show").click()
    expect(head.locator("#list li")).to_have_count(2)
    axe.follow(head.get_by_role("link", name="Away", exact=True))
    axe.check(head)
    axe.follow(head.get_by_role("button", name="Ask the deputy"))
    axe.check(head)
    head.get_by_label("Who is away?").select_option(label="Marguerite Osei")
    head.get_by_label("Who stands in?").select_option(label="Ffion Castellano")
    last = head.get_by_role("group", name="Last day away")
    for label, value in (("Day", "30"), ("Month", "11"), ("Year", "2026")):
        last.get_by_label(label).fill(value)
    head.get_by_role("button", name="Ask the deputy").click()
    expect(
        head.get_by_text("Ffion Castellano is asked, and stands in for Marguerite Osei once they agree.")
    ).to_be_visible()
    axe.check(head)
    head.goto(f"/patterns/{Pattern.objects.get().ref}/")
    axe.check(head)
    axe.follow(head.get_by_role("button", name="Write it down"))
    axe.check(head)
    head.get_by_label("A themed audit").check()
    head.get_by_label("Why, and what will it look at?").fill("Chronologies after a move.")
    head.get_by_label("Why is the team named?").fill("Ffion has talked with its manager, who agrees.")
    head.get_by_role("button", name="Write it down").click()
    expect(head.get_by_role("heading", name="Decided: A themed audit")).to_be_visible()
    deputy = browser_page(council.other_head_of_service)
    deputy.goto("/away/")
    axe.check(deputy)
    deputy.get_by_role("button", name="I agree").click()
    expect(deputy.get_by_text("You stand in for Marguerite Osei. They have been told.")).to_be_visible()
    deputy.goto("/escalations/")
    expect(deputy.get_by_role("link", name="QC-2611-001")).to_be_visible()


def test_qa_watches_mends_and_adds_a_bank_holiday(browser_page: OpenPage, council: Council) -> None:
    two_inadequate(council)
    Notice.objects.filter(to=council.manager).update(
        mail="dead", attempts=8, fault="SMTPRecipientsRefused: no such box"
    )
    officer = browser_page(council.qa_officer)
    officer.goto("/escalations/monitor/")
    expect(officer.get_by_text("5 working days", exact=True).first).to_be_visible()
    axe.check(officer)
    officer.goto("/patterns/")
    axe.check(officer)
    officer.goto("/notices/undelivered/")
    axe.check(officer)
    officer.get_by_role("button", name="again now").click()
    expect(officer.get_by_text("put back. They go within a minute.")).to_be_visible()
    officer.goto("/settings/bank-holidays/")
    axe.check(officer)
    axe.follow(officer.get_by_role("button", name="Add it and move open dates"))
    axe.check(officer)
    for label, value in (("Day", "18"), ("Month", "11"), ("Year", "2026")):
        officer.get_by_role("group", name="Which day?").get_by_label(label).fill(value)
    officer.get_by_label("What is it called?").fill("Day of mourning")
    officer.get_by_role("button", name="Add it and move open dates").click()
    expect(officer.get_by_text("4 open dates moved; each owner has been told.")).to_be_visible()


def test_a_director_looks_at_a_case_and_its_note_goes_on_the_file(browser_page: OpenPage, council: Council) -> None:
    finalised_audit(council)
    director = browser_page(council.assistant_director)
    director.goto("/views/")
    axe.check(director)
    axe.follow(director.get_by_role("button", name="Open a case"))
    axe.check(director)
    director.get_by_label("Your password").fill(PASSWORD)
    director.get_by_role("button", name="Confirm and go on").click()
    director.get_by_label("Spot view of a case file").check()
    axe.check(director)
    director.get_by_label("Why do you open this case?").fill("The monthly look at files.")
    director.get_by_role("button", name="Open it for today").click()
    expect(director.get_by_role("link", name="Audit QC-2611-001")).to_be_visible()
    axe.check(director)
    director.get_by_label("What was learned?").fill("She is heard at each review.")
    director.get_by_role("button", name="Write it down").click()
    expect(director.get_by_label("Ready to paste on the case file")).to_contain_text("She is heard at each review.")
    worker = browser_page(council.keyworker)
    worker.goto(director.url)
    worker.get_by_role("button", name="The note is on the file").click()
    expect(worker.get_by_text("Niamh Okonkwo put it there")).to_be_visible()
    axe.check(worker)
