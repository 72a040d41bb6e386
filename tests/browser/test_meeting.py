"""The live meeting in a real browser: two chairs in two windows, one screen between two, and no scripts at all."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Response, Route, expect

from audits.meeting import grading, lifecycle
from audits.models import Audit, Judgement, Mark, Note
from reporting.models import Tag
from reporting.themes import vocabulary
from standards.models import Criterion
from tests.browser import axe
from tests.browser.conftest import OpenPage
from tests.conftest import NOW
from tests.factories import PASSWORD, Council, filled_audit, open_audit

pytestmark = pytest.mark.browser

WORDS = "Visits are on time, and she is seen on her own."


@pytest.fixture
def site(streaming_site: Any) -> Any:
    """Pages and streams, as `make run` serves them."""
    return streaming_site


@pytest.fixture
def audit(site: Any, council: Council) -> Audit:
    """In its meeting today, with everything blank."""
    return open_audit(council, at=NOW)


def at_step(page: Page, audit: Audit, step: str) -> Page:
    """Open one step of the meeting."""
    page.goto(f"/audits/{audit.ref}/meeting/?step={step}")
    return page


def hear_all(page: Page) -> list[str]:
    """Every text that reaches the window from the server from now on."""
    heard: list[str] = []

    def hear(response: Response) -> None:
        if response.request.resource_type in {"document", "fetch", "xhr"} and response.status == 200:
            heard.append(response.text())

    page.on("response", hear)
    return heard


def propose(page: Page, grade: str, words: str = "") -> None:
    """Pick a grade, say why, and send it."""
    page.get_by_role("radio", name=re.compile(f"^{grade}")).first.check()
    page.get_by_label("Why, in a sentence").first.fill(words)
    page.locator("#part-grade").get_by_role("button", name=re.compile("^Propose")).first.click()


def test_two_chairs_grade_a_standard_unseen_then_reveal_and_agree(
    browser_page: OpenPage, council: Council, audit: Audit
) -> None:
    auditor, keyworker = browser_page(council.auditor), browser_page(council.keyworker)
    at_step(keyworker, audit, "2")
    heard = hear_all(keyworker)
    at_step(auditor, audit, "2")

    propose(auditor, "Inadequate", "Nothing was written down since May.")

    expect(auditor.locator("#part-grade")).to_contain_text("Proposed, hidden")
    expect(auditor.locator("#saved")).to_have_text(re.compile(r"^Saved \d\d:\d\d$"))
    expect(keyworker.locator("#part-grade .qc-prop").last).to_contain_text("Proposed, hidden")
    expect(keyworker.locator("#part-steps")).to_contain_text("Tomasz has proposed")
    keyworker.reload()
    said = "".join(heard) + keyworker.content()
    assert "Nothing was written" not in said
    assert 'qc-grade--inadequate"' not in said
    assert not re.search(r'value="inadequate"[^>]*checked', said)

    propose(keyworker, "Good", "Her voice is on every page.")
    expect(keyworker.locator("#part-grade")).to_contain_text("Nothing was written down since May.")
    expect(auditor.locator("#part-grade")).to_contain_text("Her voice is on every page.")
    expect(auditor.locator("#part-grade")).to_contain_text("two grades apart")

    auditor.get_by_role("radio", name=re.compile("^Requires improvement")).first.check()
    auditor.get_by_role("button", name="Ask Niamh to confirm Requires improvement").click()
    keyworker.get_by_role("button", name="Confirm Requires improvement").click()
    expect(keyworker.locator("#part-grade")).to_contain_text("Agreed:")
    expect(auditor.locator("#part-steps")).to_contain_text("Agreed: Requires improvement")
    one = Judgement.objects.get(audit=audit, number=2)
    assert (one.state, one.grade) == (Judgement.State.AGREED, "requires_improvement")


def test_marks_and_notes_save_themselves_and_reach_the_other_window(
    browser_page: OpenPage, council: Council, audit: Audit
) -> None:
    auditor, keyworker = browser_page(council.auditor), browser_page(council.keyworker)
    at_step(auditor, audit, "1")
    at_step(keyworker, audit, "1")
    expect(auditor.locator("#other-here")).to_have_text("here")
    expect(auditor.get_by_role("button", name="Save marks and notes")).to_be_hidden()

    auditor.locator(".qc-point").first.get_by_role("radio", name="Partly").check()
    auditor.get_by_label("What is working well?").fill(WORDS)

    expect(auditor.locator("#saved")).to_have_text(re.compile("^Saved"))
    expect(keyworker.get_by_label("What is working well?")).to_have_value(WORDS)
    expect(keyworker.locator(".qc-point").first.get_by_role("radio", name="Partly")).to_be_checked()
    expect(keyworker.locator("#part-mirror")).to_contain_text("1 partly")
    assert Note.objects.get(audit=audit, slug="s1-works-well").text == WORDS
    assert Mark.objects.get(audit=audit).value == "partly"

    vocabulary.coin(name="On time", side="well", standard=1, by=council.qa_officer, at=NOW)
    auditor.get_by_label("What are we worried about?").fill("Nobody asked him.")
    auditor.get_by_text("Put themes on these notes").click()
    expect(auditor.get_by_role("checkbox", name="On time (S1)")).to_be_visible()
    axe.check(auditor)
    auditor.get_by_role("checkbox", name="On time (S1)").check()
    expect(auditor.locator("#themes")).to_contain_text(re.compile(r"Themes saved \d\d:\d\d"))
    expect(auditor.locator("#themes")).to_contain_text("Nobody asked him.")
    assert Tag.objects.get().note.text == WORDS
    auditor.route("**/themes/1/", lambda route: route.abort())
    auditor.get_by_role("checkbox", name="On time (S1)").uncheck()
    expect(auditor.locator("#themes")).to_contain_text("Themes not saved")
    auditor.unroute("**/themes/1/")
    auditor.get_by_role("button", name="Save themes").click()
    expect(auditor.locator("#themes")).to_contain_text("Themes saved")
    assert not Tag.objects.exists()
    expect(keyworker.get_by_text("Put themes on these notes")).to_have_count(0)


@pytest.mark.parametrize("how", ["refused", "held back"])
def test_where_no_stream_comes_through_the_page_asks_by_itself(
    browser_page: OpenPage, council: Council, audit: Audit, how: str
) -> None:
    page = browser_page(council.auditor)
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if "/live/?" in one.url else None)
    page.route("**/live/events/**", lambda route: route.abort() if how == "refused" else None)
    at_step(page, audit, "1")
    lifecycle.record_note(audit, by=council.keyworker, at=NOW, slug="s1-needs", text=WORDS, version=0)
    expect(page.get_by_label("What needs to happen?")).to_have_value(WORDS)
    page.wait_for_timeout(2500)
    assert len(asked) >= 2


def test_with_a_stream_the_page_asks_only_when_it_is_told(
    browser_page: OpenPage, council: Council, audit: Audit
) -> None:
    page = at_step(browser_page(council.auditor), audit, "1")
    page.wait_for_timeout(3000)
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if "/live/?" in one.url else None)
    page.wait_for_timeout(5000)
    assert len(asked) <= 1, "it rang while nothing was new"
    lifecycle.record_note(audit, by=council.keyworker, at=NOW, slug="s1-needs", text=WORDS, version=0)
    expect(page.get_by_label("What needs to happen?")).to_have_value(WORDS)


def test_nothing_is_lost_while_the_server_cannot_be_reached(
    browser_page: OpenPage, council: Council, audit: Audit
) -> None:
    page = at_step(browser_page(council.auditor), audit, "1")

    def cut(route: Route) -> None:
        route.abort()

    page.route("**/notes/**", cut)
    box = page.get_by_label("What are we worried about?")
    box.fill(WORDS)
    box.blur()
    expect(page.locator("#saved")).to_have_text("Not saved, trying. Your words are kept.")
    assert not Note.objects.filter(audit=audit).exists()
    axe.check(page)

    page.unroute("**/notes/**")
    expect(page.locator("#saved")).to_have_text(re.compile("^Saved"))
    expect(box).to_have_value(WORDS)
    assert Note.objects.get(audit=audit).text == WORDS


def test_two_windows_write_in_one_box_and_both_versions_are_shown(
    browser_page: OpenPage, council: Council, audit: Audit
) -> None:
    page = at_step(browser_page(council.auditor), audit, "1")
    box = page.get_by_label("What needs to happen?")
    box.fill("M")
    expect(page.locator("#saved")).to_have_text(re.compile("^Saved"))
    box.press("End")
    page.route("**/notes/**", lambda route: route.abort())
    box.press_sequentially("ine.")
    version = Note.objects.get(audit=audit).version
    lifecycle.record_note(audit, by=council.keyworker, at=NOW, slug="s1-needs", text="Theirs.", version=version)
    page.unroute_all()

    choice = page.locator(".qc-choice")
    expect(choice).to_contain_text("Niamh Okonkwo saved this first")
    expect(choice.locator("blockquote")).to_have_text("Theirs.")
    expect(box).to_have_value("Mine.")
    axe.check(page)

    page.get_by_role("button", name="Only mine").click()
    expect(choice).to_have_count(0)
    expect(page.locator("#saved")).to_have_text(re.compile("^Saved"))
    assert Note.objects.get(audit=audit).text == "Mine."


def test_a_late_change_never_replaces_words_that_are_being_typed(
    browser_page: OpenPage, council: Council, audit: Audit
) -> None:
    page = at_step(browser_page(council.auditor), audit, "1")
    page.get_by_label("What is working well?").focus()
    lifecycle.record_note(audit, by=council.keyworker, at=NOW, slug="s1-works-well", text=WORDS, version=0)
    grading.propose_grade(audit, 3, by=council.keyworker, at=NOW, grade="good")
    expect(page.locator("#part-steps")).to_contain_text("Niamh has proposed")
    expect(page.get_by_label("What is working well?")).to_have_value("")
    page.get_by_label("What are we worried about?").focus()
    expect(page.get_by_label("What is working well?")).to_have_value(WORDS)


def test_signed_out_in_the_middle_one_signs_in_over_the_page_and_the_words_are_saved(
    browser_page: OpenPage, council: Council, audit: Audit
) -> None:
    page = at_step(browser_page(council.auditor), audit, "1")
    page.context.clear_cookies()
    page.get_by_label("What is working well?").fill(WORDS)
    expect(page.locator("#saved")).to_contain_text("Signed out. Your words are kept.")
    page.locator("#saved").get_by_role("button", name="Sign in").click()
    dialog = page.get_by_role("dialog")
    axe.check(page)
    dialog.get_by_label("Password").fill("wrong")
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog).to_contain_text("do not go together")
    dialog.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator("#saved")).to_have_text(re.compile(r"^Saved \d\d:\d\d$"))
    expect(page.get_by_label("What is working well?")).to_have_value(WORDS)
    assert Note.objects.get(audit=audit).text == WORDS


def test_the_keys_mark_move_and_grade_and_sleep_while_one_types(
    browser_page: OpenPage, council: Council, audit: Audit
) -> None:
    page = at_step(browser_page(council.auditor), audit, "2")
    page.locator("h1").click()
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator(".qc-point--now .qc-point__q")).to_contain_text("2. Signs of Safety")
    page.keyboard.press("k")
    page.keyboard.press("n")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#part-mirror")).to_contain_text("1 partly")
    assert Mark.objects.get(audit=audit).value == "partly"
    page.keyboard.press("2")
    expect(page.get_by_role("radio", name=re.compile("^Good")).first).to_be_checked()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    axe.check(page)
    page.keyboard.press("Escape")
    page.get_by_label("What is working well?").press_sequentially("jk?13")
    expect(page.get_by_label("What is working well?")).to_have_value("jk?13")
    expect(page.get_by_role("radio", name=re.compile("^Good")).first).to_be_checked()

    page.get_by_role("button", name="Turn keys off").click()
    expect(page.get_by_role("button", name="Turn keys on")).to_be_visible()
    page.keyboard.press("4")
    expect(page.get_by_role("radio", name=re.compile("^Inadequate")).first).not_to_be_checked()


def test_one_screen_is_passed_and_back_does_not_show_the_other_grade(
    browser_page: OpenPage, council: Council, audit: Audit
) -> None:
    page = at_step(browser_page(council.auditor), audit, "2")
    propose(page, "Inadequate", "Nothing was written down since May.")
    expect(page.locator("#part-grade")).to_contain_text("Proposed, hidden")
    page.get_by_role("button", name="Pass it to Niamh").click()
    page.get_by_label("E-mail address").fill(council.keyworker.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("h1")).to_have_text("Assessment and analysis")
    expect(page.locator("#part-grade .qc-prop").last).to_contain_text("Proposed, hidden")
    assert "Nothing was written" not in page.content()
    page.go_back()
    page.go_back()
    assert "Nothing was written" not in page.content()

    at_step(page, audit, "2")
    propose(page, "Inadequate", "I see that too.")
    expect(page.locator("#part-grade")).to_contain_text("Agreed:")


def test_a_window_of_one_chair_saves_nothing_for_the_other(
    browser_page: OpenPage, council: Council, audit: Audit
) -> None:
    page = at_step(browser_page(council.auditor), audit, "1")
    other = browser_page(council.keyworker)
    page.context.clear_cookies()
    page.context.add_cookies(other.context.cookies())  # type: ignore[arg-type]
    page.get_by_label("What is working well?").fill(WORDS)
    expect(page.locator(".qc-over")).to_contain_text("Niamh Okonkwo has signed in here")
    assert not Note.objects.filter(audit=audit).exists()
    expect(page.get_by_label("What is working well?")).to_have_value(WORDS)


def test_everything_works_without_scripts(browser_page: OpenPage, council: Council, audit: Audit) -> None:
    auditor = browser_page(council.auditor, javascript=False)
    keyworker = browser_page(council.keyworker, javascript=False)
    at_step(auditor, audit, "1")
    at_step(keyworker, audit, "1")
    auditor.locator(".qc-point").first.get_by_role("radio", name="Not evidenced").check()
    auditor.get_by_label("What is working well?").fill(WORDS)
    auditor.get_by_role("button", name="Save marks and notes").click()
    expect(auditor.get_by_text("Saved")).to_be_visible()
    expect(auditor.get_by_label("What is working well?")).to_have_value(WORDS)
    assert Criterion.objects.get(pk=Mark.objects.get(audit=audit).criterion_id).code == "1.1"
    vocabulary.coin(name="On time", side="well", standard=1, by=council.qa_officer, at=NOW)
    auditor.get_by_text("Put themes on these notes").click()
    auditor.get_by_role("link", name="Choose the themes").click()
    auditor.get_by_role("checkbox", name="On time (S1)").check()
    auditor.get_by_role("button", name="Save themes").click()
    expect(auditor.get_by_role("checkbox", name="On time (S1)")).to_be_checked()
    auditor.get_by_role("link", name="Back to the meeting").click()

    keyworker.get_by_label("What is working well?").fill("Mine.")
    keyworker.get_by_label("What needs to happen?").fill("More.")
    keyworker.get_by_role("button", name="Save marks and notes").click()
    expect(keyworker.locator(".govuk-error-summary")).to_contain_text("Someone saved this")
    expect(keyworker.locator(".qc-theirs")).to_contain_text(WORDS)
    expect(keyworker.get_by_label("What is working well?")).to_have_value("Mine.")
    assert Note.objects.get(audit=audit, slug="s1-needs").text == "More."
    axe.follow(keyworker.get_by_role("button", name="Save marks and notes"))
    assert Note.objects.get(audit=audit, slug="s1-works-well").text == "Mine."

    propose(auditor, "Good", "Strong.")
    propose(keyworker, "Good", "Yes.")
    expect(keyworker.locator("#part-grade")).to_contain_text("Tomasz has to say why")
    at_step(auditor, audit, "1")
    auditor.get_by_role("button", name="Agree").click()
    expect(auditor.locator(".govuk-error-summary")).to_contain_text("To keep Good, say why")
    auditor.get_by_label("To keep this grade, say why").fill("It is a small gap.")
    auditor.get_by_role("button", name="Agree").click()
    expect(auditor.locator("#part-grade")).to_contain_text("Agreed:")


def test_each_page_of_the_meeting_is_accessible_at_every_width(
    browser_page: OpenPage, council: Council, site: Any
) -> None:
    audit = filled_audit(council, at=NOW, standards={2: "requires_improvement"})
    for person in (council.auditor, council.keyworker):
        page = browser_page(person)
        for step in ("1", "2", "4", "case", "record", "indicators"):
            at_step(page, audit, step)
            axe.check(page)
        for rest in ("plan/", "meeting/end/", "history/", ""):
            page.goto(f"/audits/{audit.ref}/{rest}")
            axe.check(page)
