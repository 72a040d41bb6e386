"""The whole of the work once, as its people do it: from the month's extract to the month's report."""

from __future__ import annotations

import json
import re
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from audits.models import Action, Audit, Case
from escalation.models import Escalation
from people.models import Notice, User
from standards.grades import Grade
from tests.browser.conftest import OpenPage
from tests.conftest import FIXTURES
from tests.factories import auditor_of, keyworker_of

pytestmark = pytest.mark.django_db(transaction=True)

EXTRACT = FIXTURES / "2026-11"
MEETING = date(2026, 12, 1)
RI = "Requires improvement"


def run(name: str, *words: str) -> dict[str, Any]:
    """What a command prints as JSON."""
    said = StringIO()
    call_command(name, *words, "--json", stdout=said)
    found: dict[str, Any] = json.loads(said.getvalue())
    return found


def test_from_the_extract_to_the_report(browser_page: OpenPage, settings: Any, tmp_path: Path) -> None:
    run("import_staff", str(EXTRACT / "staff.csv"), "--as-at", "2026-11-23", "--grant")
    qa = browser_page(User.objects.get(email="amy.begum@example.gov.uk"))
    bring_in_the_cases(qa)
    audit = draw_and_take_one(qa)
    auditor, worker = browser_page(auditor_of(audit)), browser_page(keyworker_of(audit))
    book_and_prepare(auditor, worker, audit)

    settings.TODAY = MEETING
    meet(auditor, worker, audit)
    plan(auditor, audit)
    end_and_sign(auditor, worker, audit)

    audit.refresh_from_db()
    assert (audit.state, audit.grade, audit.met_on) == ("finalised", Grade.REQUIRES_IMPROVEMENT, MEETING)
    copy_the_note(worker, audit)
    manager = browser_page(audit.responsible_manager)
    acknowledge(manager, audit)
    do_and_check(manager, qa, audit)

    settings.TODAY = date(2027, 1, 20)
    told = run("sweep")
    assert told["breaches"] > 0
    assert Notice.objects.filter(to__email="amy.begum@example.gov.uk", made__date__gte=date(2027, 1, 20)).exists()
    assert run("sweep")["breaches"] == 0
    read_the_report(qa, tmp_path)
    assert run("verify_trail")["ok"]


def bring_in_the_cases(qa: Page) -> None:
    """Looked at first, applied second."""
    qa.goto("/register/import/")
    qa.get_by_label("Cases", exact=True).check()
    qa.get_by_label("The extract").set_input_files(EXTRACT / "cases.csv")
    qa.get_by_role("button", name="Look at what it would change").click()
    expect(qa.get_by_role("heading", name="Cases as at")).to_be_visible(timeout=30_000)
    assert not Case.objects.exists()
    qa.get_by_role("button", name=re.compile("Apply")).first.click()
    expect(qa.get_by_role("heading", name=re.compile("^Applied")).first).to_be_visible(timeout=60_000)
    assert Case.objects.filter(closed_on=None).count() > 900


def draw_and_take_one(qa: Page) -> Audit:
    """December's cases, each with an auditor; the first of them is the one this journey follows."""
    qa.goto("/draws/")
    qa.get_by_label("How many cases").fill("12")
    qa.get_by_role("button", name=re.compile("^(See|Look|Show|What|Preview)")).first.click()
    qa.get_by_role("button", name="Draw 12 cases").click()
    expect(qa.get_by_role("heading", name=re.compile("December’s 12 core audits"))).to_be_visible(timeout=30_000)
    qa.get_by_role("button", name=re.compile("^Send to")).click()
    expect(qa.get_by_text("You have a minute to take it back.")).to_be_visible()
    audit = Audit.objects.exclude(auditor=None).exclude(keyworker__line_manager=None).order_by("number").first()
    assert audit is not None
    assert audit.ref.startswith("QC-2612-")
    assert run("verify_draw", "DRAW-2612")["ok"]
    return audit


def book_and_prepare(auditor: Page, worker: Page, audit: Audit) -> None:
    """The auditor books; the keyworker reads the pack and says that the file is ready."""
    auditor.goto(f"/audits/{audit.ref}/")
    auditor.get_by_role("button", name="Book the meeting").click()
    for label, text in (("Day", "1"), ("Month", "12"), ("Year", "2026")):
        auditor.get_by_label(label, exact=True).fill(text)
    auditor.get_by_label("Time it begins").fill("09:30")
    auditor.get_by_label("Where you will meet").fill("Room 4")
    auditor.get_by_role("button", name="Book the meeting").click()
    expect(auditor.get_by_text("Booked for Tuesday 1 December 2026 at 09:30.")).to_be_visible()

    worker.goto(f"/audits/{audit.ref}/prepare/")
    worker.get_by_role("button", name="The file is checked and up to date").click()
    expect(worker.get_by_text("said on")).to_be_visible()


def step(page: Page, audit: Audit, slug: int | str) -> None:
    """Open one step of the meeting."""
    page.goto(f"/audits/{audit.ref}/meeting/?step={slug}")


def propose(page: Page, grade: str) -> None:
    """Pick a grade and send it."""
    page.get_by_role("radio", name=re.compile(f"^{grade}")).first.check()
    page.locator("#part-grade").get_by_role("button", name=re.compile("^Propose")).first.click()


def saved(page: Page) -> None:
    """The server has it."""
    expect(page.locator("#saved")).to_have_text(re.compile(r"^Saved \d\d:\d\d$"))


def meet(auditor: Page, worker: Page, audit: Audit) -> None:
    """Two windows: each standard noted and graded by both, then the indicators and the record."""
    auditor.goto(f"/audits/{audit.ref}/meeting/")
    auditor.get_by_role("button", name="Open the meeting").click()
    for number in ("1", "2", "3", "4", "5", "6", "7", "case"):
        step(auditor, audit, number)
        if auditor.locator("#part-grade").get_by_text("Does not apply", exact=True).count():
            continue
        mark_points(auditor, "Partly" if number == "2" else "Evidenced")
        step(worker, audit, number)
        worker.get_by_label("What is working well?").fill("She is seen on her own, and the visits are on time.")
        saved(worker)
        grade_together(auditor, worker, number)
    step(auditor, audit, "indicators")
    for point in auditor.locator(".qc-point").all():
        point.get_by_role("radio", name="Evidenced", exact=True).check()
    saved(auditor)
    step(worker, audit, "record")
    for group in worker.get_by_role("radiogroup").all():
        group.get_by_role("radio").first.check()
    worker.get_by_label("What difference has this made for this child?").fill("I know who will come, and when.")
    saved(worker)
    expect(worker.locator("#part-steps")).to_contain_text("9 of 9 filled in")
    expect(worker.locator("#part-steps")).to_contain_text("7 of 7 marked")


def mark_points(page: Page, mark: str) -> None:
    """One mark for every point of the step."""
    for point in page.locator(".qc-point").all():
        point.get_by_role("radio", name=mark, exact=True).check()
    if page.locator(".qc-point").count():
        saved(page)


def grade_together(auditor: Page, worker: Page, number: str) -> None:
    """The second standard and the case come to Requires improvement, the second after some talk."""
    low = number in ("2", "case")
    propose(worker, "Good" if number == "2" else RI if low else "Good")
    expect(auditor.locator("#part-grade .qc-prop").last).to_contain_text("Proposed, hidden")
    propose(auditor, RI if low else "Good")
    if number == "2":
        expect(worker.locator("#part-grade")).to_contain_text("You are one grade apart.")
        auditor.get_by_role("radio", name=re.compile(f"^{RI}")).first.check()
        auditor.get_by_role("button", name=re.compile("^Ask .* to confirm")).click()
        worker.get_by_role("button", name=f"Confirm {RI}").click()
    expect(worker.locator("#part-grade")).to_contain_text("Agreed:")


def plan(auditor: Page, audit: Audit) -> None:
    """An action for both low grades. "ASAP" is refused, and what was typed stays."""
    auditor.goto(f"/audits/{audit.ref}/meeting/end/")
    expect(auditor.get_by_role("link", name=re.compile(f"graded {RI} and has no action yet"))).to_have_count(2)
    auditor.goto(f"/audits/{audit.ref}/plan/")
    auditor.get_by_label("What will be done?").fill("Bring the chronology up to date from May to today")
    auditor.get_by_label("How will we know it is done?").fill("ASAP")
    auditor.get_by_label("What will be better for the child?").fill("Her carers understand what the move meant")
    auditor.get_by_label("What does the owner need").fill("Half a day without duty, agreed")
    auditor.get_by_label(re.compile("^Immediate:")).check()
    auditor.get_by_role("button", name="Add this action").click()
    expect(auditor.locator(".govuk-error-summary")).to_contain_text("“ASAP” cannot be checked.")
    auditor.get_by_label("How will we know it is done?").fill("The chronology has an entry for each event since May")
    auditor.get_by_role("button", name="Add this action").click()
    expect(auditor.get_by_role("table", name="The plan so far")).to_contain_text("Tue 8 Dec 2026")


def end_and_sign(auditor: Page, worker: Page, audit: Audit) -> None:
    """Nothing is missing, so it ends; both sign what stands there, and it is final."""
    auditor.goto(f"/audits/{audit.ref}/meeting/end/")
    auditor.get_by_role("button", name="End the meeting").click()
    expect(auditor.get_by_text("what stands here has exactly this sha256")).to_be_visible()
    auditor.get_by_role("button", name=re.compile("^Sign as")).click()
    worker.goto(f"/audits/{audit.ref}/sign/")
    worker.get_by_label("I agree with what is written").check()
    worker.get_by_role("button", name=re.compile("^Sign as")).click()
    expect(worker.get_by_text("Finalised").first).to_be_visible()


def copy_the_note(worker: Page, audit: Audit) -> None:
    """The entry for the child's file."""
    worker.goto(f"/audits/{audit.ref}/note/")
    expect(worker.get_by_role("heading", level=1)).to_have_text("Audit Action Plan – December")
    expect(worker.get_by_label("The note")).to_have_value(re.compile("graded Requires improvement"))


def acknowledge(manager: Page, audit: Audit) -> None:
    """The grade opened an escalation in the same moment; its manager acknowledges it by name."""
    escalation = Escalation.objects.get(audit=audit)
    manager.goto(f"/escalations/{escalation.ref}/")
    manager.get_by_role("button", name="Acknowledge").click()
    for box in manager.get_by_role("textbox").all():
        box.fill("Read with the team; the chronology is being mended this week.")
    manager.get_by_role("button", name="I have read it and have it").click()
    expect(manager.get_by_text("Acknowledged.").first).to_be_visible()


def do_and_check(manager: Page, qa: Page, audit: Audit) -> None:
    """The manager does the immediate action with evidence; the QA Officer checks it."""
    action = Action.objects.get(audit=audit)
    manager.goto(f"/actions/{action.ref}/")
    manager.get_by_role("button", name="Say that it is done").click()
    manager.get_by_label("What shows that it is done?").fill(
        "Chronology, entries of May to November, on Mosaic since 2 December."
    )
    manager.locator("main form .govuk-button").first.click()
    qa.goto(f"/actions/{action.ref}/")
    qa.locator("aside form .govuk-button").first.click()
    action.refresh_from_db()
    assert action.state == Action.State.VERIFIED
    assert action.verified_by != action.done_by


def read_the_report(qa: Page, folder: Path) -> None:
    """December's report counts the audit, and its file is the one whose hash is shown."""
    file = folder / "december.pdf"
    made = run("report", "2026-12", "--out", str(file))
    assert (made["audits"], made["grades"]["requires_improvement"]) == (1, 1)
    assert file.read_bytes().startswith(b"%PDF-1.7")
    qa.goto("/reports/")
    expect(qa.get_by_text("Ready to issue").first).to_be_visible()
