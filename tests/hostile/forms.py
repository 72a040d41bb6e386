"""The forms that pages offer, read from the pages themselves and filled in as a person might."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.urls import Resolver404, resolve

from tests.conftest import TODAY
from tests.factories import PASSWORD
from tests.hostile.pages import Got

CANARY = "Zinniacanary"
MARK = "zinnia"
WORDS = f"We went through it with her <i {MARK}>'\" on Monday, and {CANARY} was there."
"""What is written into each box: a page that showed it as it is would have a mark of that name."""
DATES = (TODAY + timedelta(days=10), TODAY - timedelta(days=1))


@dataclass
class Control:
    """One box of a form: its values are those that it offers; `chosen` is what it holds."""

    name: str
    kind: str
    values: list[str] = field(default_factory=list)
    chosen: list[str] = field(default_factory=list)
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass
class Form:
    """A form of a page, for a role."""

    role: str
    door: str
    action: str
    controls: dict[str, Control] = field(default_factory=dict)

    def filled(self, on: date, words: str = WORDS) -> dict[str, list[str]]:
        """What a person would send: every box that can be filled, filled."""
        data = {name: filled_in(control, on, words) for name, control in self.controls.items()}
        return {name: values for name, values in data.items() if values}

    def as_it_is(self) -> dict[str, list[str]]:
        """What the page holds."""
        return {name: control.chosen for name, control in self.controls.items() if control.chosen}


def filled_in(control: Control, on: date, words: str) -> list[str]:
    """What one box is sent with."""
    kind, name = control.kind, control.name
    if kind in ("hidden", "submit"):
        return (control.chosen or control.values)[:1]
    if kind in ("select", "radio"):
        return [each for each in control.chosen if each][:1] or [each for each in control.values if each][:1]
    if kind == "checkbox":
        return control.chosen or control.values[:1]
    if kind == "file":
        return []
    pieces = {"_0": on.day, "_1": on.month, "_2": on.year, "_day": on.day, "_month": on.month, "_year": on.year}
    for end, piece in pieces.items():
        if name.endswith(end):
            return [str(piece)]
    fixed = {
        "password": PASSWORD,
        "date": on.isoformat(),
        "time": "10:00",
        "number": control.attributes.get("min", "1"),
        "email": "new.person@example.gov.uk",
    }
    if name == "time" or name.endswith("_time"):
        return ["10:00"]
    most = int(control.attributes.get("maxlength") or 10_000)
    return [fixed.get(kind) or next(filter(None, control.chosen), "") or words[-most:]]


class Reader(HTMLParser):
    """Reads the forms of a page, and what sends by itself (`hx-post`)."""

    def __init__(self, page: Got) -> None:
        super().__init__()
        self.page, self.forms = page, []  # type: ignore[var-annotated]
        self.form: Form | None = None
        self.select: Control | None = None
        self.area: Control | None = None
        self.base, self.is_raw = "", False
        self.feed(page.body)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a form, or add a box to the one that is open."""
        has = {name: value or "" for name, value in attrs}
        self.base = has.get("data-base", self.base)
        self.is_raw |= MARK in has
        if "data-field" in has and self.base:
            self.add_field(has["data-field"])
        if tag == "form" and has.get("method", "").lower() == "post":
            self.open(has.get("action") or self.page.url)
        if "hx-post" in has:
            self.open_beside(has["hx-post"])
        if self.form is None:
            return
        if "formaction" in has:
            self.open_beside(has["formaction"])
        elif tag in ("input", "button", "textarea", "select") and has.get("name") and "disabled" not in has:
            self.add(tag, has)
        elif tag == "option" and self.select is not None:
            self.select.values.append(has.get("value", ""))
            if "selected" in has:
                self.select.chosen.append(has.get("value", ""))

    def open_beside(self, action: str) -> None:
        """Begin a form that sends the boxes of the one that is open to another address."""
        kept = self.form
        if kept is None or action != kept.action:
            self.open(action, kept.controls if kept else {})
        self.form = kept

    def add_field(self, key: str) -> None:
        """A box of a meeting that is saved by itself, as static/meeting/field.js sends it."""
        kind = {"c": "mark", "i": "indicator"}.get(key[0]) if key[1:].isdigit() else None
        names = ("value", "seen") if kind else ("choice", "text")
        words = Control(names[1], "text")
        choice = Control(names[0], "radio", ["evidenced"] if kind else [])
        version = Control("version", "hidden", ["0"])
        kept, self.form = self.form, None
        self.open(
            f"{self.base}{kind}/{key[1:]}/" if kind else f"{self.base}notes/{key}/",
            {each.name: each for each in (words, choice, version)},
        )
        self.form = kept

    def open(self, action: str, controls: dict[str, Control] | None = None) -> None:
        """Begin a form."""
        url = urljoin(self.page.url, action)
        try:
            door = resolve(urlsplit(url).path).url_name or ""
        except Resolver404:
            return
        self.form = Form(self.page.role, door, url, {} if controls is None else controls)
        self.forms.append(self.form)

    def add(self, tag: str, has: dict[str, str]) -> None:
        """Put a box into the open form."""
        assert self.form is not None
        kind = {"input": has.get("type", "text"), "button": "submit"}.get(tag, tag)
        control = self.form.controls.setdefault(has["name"], Control(has["name"], kind, attributes=has))
        if tag == "select":
            self.select = control
        elif tag == "textarea":
            self.area = control
        elif kind in ("radio", "checkbox"):
            control.values.append(has.get("value", "on"))
            control.chosen += [has.get("value", "on")] if "checked" in has else []
        else:
            control.chosen.append(has.get("value", ""))

    def handle_data(self, data: str) -> None:
        """What stands in a large box."""
        if self.area is not None:
            self.area.chosen = ["".join(self.area.chosen) + data]

    def handle_endtag(self, tag: str) -> None:
        """Close what is open."""
        if tag == "form":
            self.form = None
        elif tag == "select":
            self.select = None
        elif tag == "textarea":
            if self.area is not None:
                self.area.chosen = [each.strip() for each in self.area.chosen]
            self.area = None


def forms_on(pages: Iterable[Got]) -> Iterator[Form]:
    """Every form that the pages offer, once for each address and role and set of boxes."""
    seen: set[Any] = set()
    for page in pages:
        if page.status == 200 and page.shown:
            for form in Reader(page).forms:
                key = (form.role, form.action, tuple(sorted(form.controls)))
                if key not in seen:
                    seen.add(key)
                    yield form
