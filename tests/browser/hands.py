"""Three ways to use a page: by keys alone, by touch on a tablet, and by plain forms without any script."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

MOST_TABS = 250
FOCUSED = "element => element === document.activeElement"


class Hand:
    """One person at one window. What differs between the ways is how they reach a thing and press it."""

    scripts = True

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, button: Locator) -> None:
        """Press a button or follow a link."""
        raise NotImplementedError

    def pick(self, radio: Locator) -> None:
        """Choose a radio or tick a box."""
        raise NotImplementedError

    def write(self, box: Locator, text: str) -> None:
        """Type into a box that is empty."""
        raise NotImplementedError

    def mark(self, nth: int, word: str) -> None:
        """Mark the point at this place."""
        self.pick(self.page.locator(".qc-point").nth(nth).get_by_role("radio", name=word, exact=True))

    def arrive(self, step: str) -> None:
        """A new step is on the page: the safeguarding button is too."""
        expect(self.page.get_by_role("button", name="Raise a safeguarding concern")).to_be_visible()

    def look_again(self) -> None:
        """See what the other has done meanwhile: by itself, where there are scripts."""

    def saved(self) -> None:
        """Everything that was written is saved."""
        expect(self.page.locator("#saved")).to_have_text(re.compile(r"^Saved \d\d:\d\d$"))


class Keys(Hand):
    """By keys alone: Tab to a thing, Space or Enter to press it, and the meeting's own keys."""

    def reach(self, thing: Locator) -> None:
        """Tab until it is focused."""
        thing.wait_for()
        for _ in range(MOST_TABS):
            if thing.evaluate(FOCUSED):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{thing} cannot be reached by Tab")

    def press(self, button: Locator) -> None:
        self.reach(button)
        self.page.keyboard.press("Enter")

    def pick(self, radio: Locator) -> None:
        group = radio.evaluate("radio => radio.name")
        first = self.page.locator(f'input[name="{group}"]')
        if radio.get_attribute("type") == "checkbox":
            self.reach(radio)
            self.page.keyboard.press("Space")
            return
        for _ in range(MOST_TABS):
            if first.evaluate_all("ones => ones.includes(document.activeElement)"):
                break
            self.page.keyboard.press("Tab")
        self.page.keyboard.press("Space")
        for _ in range(4):
            if radio.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{radio} cannot be picked by keys")

    def write(self, box: Locator, text: str) -> None:
        self.reach(box)
        self.page.keyboard.type(text)

    def mark(self, nth: int, word: str) -> None:
        point = self.page.locator(".qc-point").nth(nth)
        self.page.keyboard.press("Escape")
        self.page.evaluate("document.activeElement.blur()")
        while "qc-point--now" not in (point.get_attribute("class") or ""):
            self.page.keyboard.press("j")
        self.page.keyboard.press({"Evidenced": "e", "Partly": "p", "Not evidenced": "n", "N/A": "x"}[word])
        expect(point.get_by_role("radio", name=word, exact=True)).to_be_checked()


class Touch(Hand):
    """By a finger: every target is tapped."""

    def press(self, button: Locator) -> None:
        button.tap()

    def pick(self, radio: Locator) -> None:
        self.page.wait_for_timeout(50)  # as long as the page takes to lie still: a finger takes longer
        radio.tap()
        expect(radio).to_be_checked()

    def write(self, box: Locator, text: str) -> None:
        box.tap()
        self.page.keyboard.type(text)


class Plain(Hand):
    """Without scripts: forms, sent by their buttons."""

    scripts = False

    def press(self, button: Locator) -> None:
        button.click()

    def pick(self, radio: Locator) -> None:
        radio.check()

    def write(self, box: Locator, text: str) -> None:
        box.fill(text)

    def look_again(self) -> None:
        self.page.goto(self.page.url.partition("#")[0])

    def saved(self) -> None:
        self.page.get_by_role("button", name=re.compile("^Save ")).click()
        expect(self.page.locator(".govuk-notification-banner__content")).to_contain_text("Saved")
