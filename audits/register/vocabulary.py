"""The words of case systems and HR lists, from `fixtures/import_words.json`: headings, codes, blanks, ready mappings.

A word that a system writes and the import does not know is added there, not here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from django.conf import settings

from standards import categories

LETTERED = re.compile(r"^[a-z]{1,2}\) *", re.IGNORECASE)
"""The letter that stands before a code of Ofsted's lists: "b) Female"."""


@cache
def import_words() -> dict[str, Any]:
    """Read the file of words, once."""
    read: dict[str, Any] = json.loads((settings.BASE_DIR / "fixtures/import_words.json").read_text(encoding="utf-8"))
    return read


def heading_key(heading: str) -> str:
    """A heading without its case, spaces, underscores and marks, to compare by: "CIN_StartDate" is "CIN Start Date"."""
    return re.sub(r"[^\w#]|_", "", heading).casefold()


def fold_code(cell: str) -> str:
    """A word of a code column to compare by: without the letter before it, in small letters and single spaces."""
    return " ".join(LETTERED.sub("", cell.strip(), count=1).casefold().split())


@cache
def blanks() -> frozenset[str]:
    """What systems write where they mean nothing, in small letters."""
    return frozenset(import_words()["blank"])


@cache
def nobody() -> frozenset[str]:
    """What stands in the worker's column where the case has none, in small letters."""
    return frozenset(import_words()["nobody"])


@cache
def still_open() -> frozenset[str]:
    """What stands in the column of the closing date where the case is open, in small letters."""
    return frozenset(import_words()["still_open"])


@cache
def ready_words() -> dict[str, str]:
    """The one of the five categories, or "closed", that each word of case systems means."""
    return {word: code for code, known in import_words()["categories"].items() for word in known}


def words_in_use(words: Mapping[str, str]) -> dict[str, str]:
    """Words of categories without those that mean one that is not in use any more."""
    by_code = categories.case_categories().by_code
    return {word: code for word, code in words.items() if code not in by_code or by_code[code].in_use}


def category_words() -> dict[str, str]:
    """The category in use, or "closed", that each known word means; what the council calls one is known, too."""
    return words_in_use({**ready_words(), **categories.case_categories().codes_by_name})


@cache
def plain_category_words() -> frozenset[str]:
    """The single words in which systems write a category; a cell of other words may hold a name."""
    return frozenset((*"abcde", *(word for known in ready_words() for word in re.findall(r"[a-z]+", known))))


@cache
def code_words(heading: str) -> dict[str, str]:
    """The code that each known word of a column means."""
    codes: dict[str, str] = import_words()["codes"].get(heading, {})
    return codes


@cache
def headings_of(kind: str) -> dict[str, str]:
    """Our heading for each heading known, by its key: our own and every system's."""
    known: dict[str, list[str]] = import_words()["headings"][kind]
    own = {heading_key(ours): ours for ours in known}
    return {heading_key(theirs): ours for ours, theirs_too in known.items() for theirs in theirs_too} | own


@cache
def never_read() -> frozenset[str]:
    """The keys of headings under which nothing is ever read: a child's name above all."""
    return frozenset(heading_key(heading) for heading in import_words()["never_read"])


@cache
def other_things() -> dict[tuple[str, str], str]:
    """For our heading and the key of one that is near to it and means another thing: why it does."""
    return {
        (ours, heading_key(theirs)): why
        for ours, reasons in import_words()["another_thing"].items()
        for why, headings in reasons.items()
        for theirs in headings
    }


@cache
def heading_words() -> frozenset[str]:
    """Every word of a heading that is known: a cell of other words may hold a name, and is not repeated."""
    known = [*import_words()["never_read"]]
    for kinds in import_words()["headings"].values():
        known += [heading for ours, theirs in kinds.items() for heading in (ours, *theirs)]
    return frozenset(word for heading in known for word in re.findall(r"\w+", heading.casefold()))
