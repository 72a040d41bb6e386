"""What in a text points to a person: an NHS number, a date of birth, a postcode, a telephone number, an e-mail.

It is noticed and never blocked. `static/identifiers.js` says the same in the page, by the same shapes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
NHS_NUMBER = re.compile(r"(?<![\d/.-])\d{3}[ -]?\d{3}[ -]?\d{4}(?![\d/-])")
SHAPES = {
    "an e-mail address": r"[a-z0-9][\w.+-]*@[a-z0-9-]+(?:\.[a-z0-9-]+)+",
    "a telephone number": (
        r"(?<![\w/.-])(?:\+44[ -]?(?:\(0\) ?)?|0044[ -]?|\(?0)[1-3578](?:[ ().-]{0,2}\d){8,9}(?![\d/-])"
    ),
    "a postcode": r"\b(?:[a-z]{1,2}\d[a-z\d]?) \d(?!st|nd|rd|th)[abd-hjlnp-uw-z]{2}\b",
    "a date of birth": (
        rf"\b(?:born|birth|birthday|d\.? ?o\.? ?b)\b[^\d\n]{{0,15}}"
        rf"(?:\d{{1,2}}[/. -]\d{{1,2}}[/. -]\d{{2,4}}|\d{{4}}-\d{{2}}-\d{{2}}|"
        rf"\d{{1,2}}(?:st|nd|rd|th)? (?:of )?(?:{MONTHS})[a-z]* \d{{2,4}})"
    ),
}
TOGETHER = re.compile(r"\b(?:[A-Z]{1,2}\d[A-Z\d]?)\d(?!ST|ND|RD|TH)[ABD-HJLNP-UW-Z]{2}\b")
"""A postcode without its space, which only capitals tell from other words."""


@dataclass(frozen=True, slots=True)
class Identifier:
    """One thing in a text that points to a person: what kind of thing, and the letters."""

    kind: str
    text: str


def identifiers_in(text: str) -> list[Identifier]:
    """Everything of these kinds in the text, each once, NHS numbers first."""
    hits = [Identifier("an NHS number", number) for number in NHS_NUMBER.findall(text) if is_nhs_number(number)]
    for kind, shape in SHAPES.items():
        hits += [Identifier(kind, hit.group(0)) for hit in re.finditer(shape, text, re.IGNORECASE)]
    hits += [Identifier("a postcode", code) for code in TOGETHER.findall(text)]
    return list(dict.fromkeys(hits))


def is_nhs_number(text: str) -> bool:
    """Whether its ten figures are an NHS number: the last is what modulus 11 asks for."""
    figures = [int(char) for char in text if char.isdecimal()]
    if len(figures) != 10:
        return False
    check = 11 - sum(figure * (10 - place) for place, figure in enumerate(figures[:9])) % 11
    return figures[9] == (0 if check == 11 else check)
