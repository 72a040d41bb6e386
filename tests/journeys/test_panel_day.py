"""A panel's day in the browser: four members and a chair, unseen until all are in, then decided and minuted."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from audits.models import Audit, Panel
from standards.grades import Grade
from tests import factories
from tests.audits.panel.panels import SITTING, Sitters, final, give, review_of
from tests.browser import axe
from tests.browser.conftest import OpenPage
from tests.factories import PASSWORD, Council

pytestmark = [pytest.mark.browser, pytest.mark.long]


@pytest.fixture
def site(live_server: Any, council: Council) -> Any:
    """The server, with the small council in it."""
    return live_server


def test_a_panel_sits(browser_page: OpenPage, council: Council, settings: Any) -> None:
    settings.TODAY = SITTING.date()
    sitters = Sitters.make(council)
    audit, other = factories.finalised_audit(council), final(council, 2)
    officer, chair = browser_page(council.qa_officer), browser_page(council.head_of_qa)
    draw(officer)
    one = f"/panel/PANEL-2611/{audit.ref}/"
    members = [browser_page(user, javascript=user is not sitters.psw) for user in sitters.all]
    for member in members[:3]:
        grade(member, one, "Requires improvement", check=member is members[0])
    chair.goto(one)
    expect(chair.get_by_text("3 of 4")).to_be_visible()
    expect(chair.get_by_text("✓ Signed")).to_have_count(0)
    members[0].goto(one)
    expect(members[0].get_by_text("Your grades are in")).to_be_visible()
    grade(members[3], one, "Good")
    expect(members[0].get_by_text("✓ Signed").first).to_be_visible()  # by itself, within seconds
    expect(chair.get_by_text("✓ Signed").first).to_be_visible()
    axe.check(members[0])
    members[0].get_by_label("No", exact=True).first.check()
    members[0].get_by_label("What is missing for it?").fill("Nobody asked the father.")
    members[0].get_by_role("button", name="Give your answer").click()
    expect(members[0].get_by_text("“Nobody asked the father.”")).to_be_visible()
    decide(chair, one, audit)
    uphold(chair, sitters, other)
    minutes(chair, officer)
    assert Panel.objects.get().state == Panel.State.CLOSED
    auditor = browser_page(council.auditor)
    auditor.goto("/panel/mine/")
    expect(auditor.get_by_text("Warm, and too quick about the father.")).to_be_visible()
    expect(auditor.get_by_text("A plan that anyone could follow.")).to_be_visible()
    axe.check(auditor)
    read(officer)


def draw(officer: Page) -> None:
    """The sample is drawn, and the panel begins."""
    officer.goto("/panel/")
    axe.check(officer)
    officer.get_by_label("Audits finalised in").select_option("2026-11")
    officer.get_by_label("Deputy").select_option(label="Rosalind Achterberg")
    for box in officer.get_by_role("checkbox").all():
        if "Osei" in (officer.locator(f"label[for={box.get_attribute('id')}]").text_content() or ""):
            box.uncheck()
    officer.get_by_role("button", name="Draw the sample").click()
    officer.get_by_role("button", name="Begin the panel").click()
    expect(officer.get_by_text("The panel sits.")).to_be_visible()
    axe.check(officer)
    officer.get_by_role("link", name="How the sample was drawn").click()
    expect(officer.get_by_text("exactly these audits")).to_be_visible()
    axe.check(officer)


def grade(member: Page, one: str, word: str, *, check: bool = False) -> None:
    """One member reads, grades every standard that applies and the case, and answers the four questions."""
    member.goto(one)
    expect(member.get_by_text("✓ Signed")).to_have_count(0)
    if check:
        member.get_by_role("button", name="I have finished").click()
        expect(member.get_by_role("link", name=re.compile("^Give your grade for standard 1"))).to_be_visible()
        axe.check(member)
    for picked in member.get_by_role("radio", name=word, exact=True).all():
        picked.check(force=True)
    for yes in member.get_by_role("radio", name="Yes", exact=True).all():
        yes.check(force=True)
    member.get_by_label("Anything to bring to the table").fill("I missed the father.")
    member.get_by_role("button", name="I have finished").click()
    expect(member.get_by_text("Your grades are in.").first).to_be_visible()


def decide(chair: Page, one: str, audit: Audit) -> None:
    """Regraded with the action that is missing, under a fresh password; what was typed is there after it."""
    chair.locator("input[name=justified][value=no]").check()
    chair.locator("input[name=smart][value=none]").check()
    chair.locator("input[name=answers][value=none]").check()
    chair.locator("input[name=outcome][value=regraded]").check()
    chair.get_by_label("Why?").fill("The father is not in it.")
    chair.get_by_label("Why does the panel decide without everybody’s answer?").fill("The three said so at the table.")
    chair.get_by_label("To the auditor").fill("Warm, and too quick about the father.")
    chair.get_by_label("A message for everyone’s learning").fill("Ask for fathers by name.")
    expect(chair.get_by_text("Nothing is decided yet")).to_be_visible()
    chair.get_by_text("Which grade changes, and the actions that are missing").click()
    chair.get_by_label("The case as a whole", exact=True).first.select_option("requires_improvement")
    chair.get_by_label("Why does a changed grade stand?").fill("On paper all is well, and he was never asked.")
    chair.get_by_role("button", name="Add an action").click()
    chair.get_by_label("What will be done?").fill("Ask the father what he sees on weekends")
    chair.get_by_label("How will we know it is done?").fill("His answer is on Mosaic, in his words")
    chair.get_by_label("What will be better for the child?").fill("She knows both her parents are heard")
    chair.get_by_label("What does the owner need").fill("A phone call, and an hour to write")
    chair.get_by_label("Through supervision: the keyworker").check(force=True)
    chair.locator("input[name=action-0-numbers][value='case']").check()
    expect(chair.locator("#decision-saved")).to_contain_text("Nothing is decided yet")
    axe.check(chair)
    chair.get_by_role("button", name="Record the decision").click()
    chair.get_by_label("Your password", exact=True).fill(PASSWORD)
    chair.get_by_role("button", name="Confirm and go on").click()
    expect(chair.get_by_text(f"{audit.ref} is decided.")).to_be_visible()
    audit.refresh_from_db()
    assert (audit.grade, audit.first_grade) == ("requires_improvement", "good")
    assert audit.escalations.filter(state="open").count() == 1
    chair.goto(one)
    axe.check(chair)


def uphold(chair: Page, sitters: Sitters, audit: Audit) -> None:
    """The other stands as it was agreed, once all is said. The password of a moment ago still counts."""
    for user in sitters.all:
        give(review_of(audit), user, Grade.GOOD)
    chair.goto(f"/panel/PANEL-2611/{audit.ref}/")
    chair.get_by_role("button", name="Record the decision").click()
    expect(chair.locator(".govuk-error-summary")).to_contain_text("Say whether the content justifies the grade.")
    axe.check(chair)
    for name, answer in (("justified", "yes"), ("smart", "yes"), ("answers", "yes"), ("outcome", "upheld")):
        chair.locator(f"input[name={name}][value={answer}]").check()
    chair.get_by_label("To the auditor").fill("A plan that anyone could follow.")
    chair.get_by_label("Why does the panel decide without everybody’s answer?").fill("All four said so at the table.")
    chair.get_by_role("button", name="Record the decision").click()
    expect(chair.get_by_text(f"{audit.ref} is decided.")).to_be_visible()
    audit.refresh_from_db()
    assert (audit.grade, audit.first_grade, audit.escalations.count()) == ("good", "good", 0)


def minutes(chair: Page, officer: Page) -> None:
    """The summary, and the end."""
    officer.goto("/panel/PANEL-2611/minutes/")
    officer.get_by_label("The chair’s summary").fill("Plans were clear; fathers were missing.")
    officer.get_by_role("button", name="Save the summary").click()
    chair.goto("/panel/PANEL-2611/minutes/")
    axe.check(chair)
    chair.get_by_role("button", name="Close the minutes").click()
    expect(chair.get_by_text("The minutes are closed")).to_be_visible()


def read(officer: Page) -> None:
    """What stays after the day: the terms, the figures, and the exercises that keep grades alike."""
    for page, words in (("terms", "terms of reference"), ("figures", "Do panel"), ("calibration", "Calibration")):
        officer.goto(f"/panel/{page}/")
        expect(officer.get_by_role("heading", name=words).first).to_be_visible()
        axe.check(officer)
    officer.get_by_text("Open an exercise").click()
    officer.get_by_role("button", name="Open it, and tell everyone").click()
    expect(officer.get_by_role("heading", name="A boy of nine")).to_be_visible()
    axe.check(officer)
