"""Pages are sent without their templates' indentation, and no word of theirs is lost or run into another."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template import Context, Engine, Origin

from tests.shape import ROOT

PAGES = ROOT / "templates"
LOADER = "qualitycounts.base.template_loader.Loader"


def rendered(folder: Path, name: str, source: str, **values: object) -> str:
    (folder / name).write_text(source)
    engine = Engine(dirs=[str(folder)], loaders=[LOADER])
    return engine.get_template(name).render(Context(values))


def test_indentation_is_not_sent_and_words_stay_apart(tmp_path: Path) -> None:
    source = "<p>\n    One\n    {% if more %}\n      <b>two</b>\n    {% endif %}\n    three {{ four }}.\n</p>\n"
    assert rendered(tmp_path, "page.html", source, more=True, four="4") == "<p>\nOne\n<b>two</b>\nthree 4.\n</p>\n"
    assert rendered(tmp_path, "page.html", source, more=False, four="4") == "<p>\nOne\nthree 4.\n</p>\n"


@pytest.mark.parametrize("name", sorted(str(page.relative_to(PAGES)) for page in PAGES.rglob("*.html")))
def test_no_template_loses_a_space(name: str) -> None:
    (loader,) = Engine(dirs=[str(PAGES)], loaders=[LOADER]).template_loaders
    sent = loader.get_contents(Origin(name=str(PAGES / name), loader=loader))
    assert without_control(sent) == without_control((PAGES / name).read_text())


def without_control(source: str) -> str:
    """A template as its words follow each other, with one space wherever there is any."""
    return re.sub(r"\s+", " ", re.sub(r"\{%-? *(if|elif|else|endif|for|empty|endfor|with|endwith)\b.*?%\}", "", source))


def test_a_word_that_a_tag_writes_on_a_line_of_its_own_keeps_its_space(tmp_path: Path) -> None:
    assert rendered(tmp_path, "page.html", "within\n  {% firstof days %}\n  or so", days="2 days") == (
        "within\n2 days\nor so"
    )


@pytest.mark.parametrize("words", ["one\n    two", "  ", "\n\n  {% if x %}\n"])
def test_what_a_person_wrote_is_sent_as_it_is(tmp_path: Path, words: str) -> None:
    assert rendered(tmp_path, "page.html", "<textarea>\n{{ words }}</textarea>", words=words) == (
        f"<textarea>\n{words}</textarea>"
    )


@pytest.mark.parametrize(
    ("name", "source"), [("mail.txt", "One\n    two\n"), ("code.html", "<pre>one\n    two</pre>\n")]
)
def test_mails_and_preformatted_text_are_left_as_they_are(tmp_path: Path, name: str, source: str) -> None:
    assert rendered(tmp_path, name, source) == source
