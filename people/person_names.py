"""The name of a person as two are compared, and how near one is to another."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import lru_cache

TITLES = frozenset(("mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "dame", "rev"))
BESIDE = re.compile(r"\(.*?\)|\[.*?\]| [-–/|] .*")
"""What stands beside a name: "(Social Worker)", "- Agency"."""
NEAR = 0.8
"""How alike two names must be, of 1, for the one to be offered for the other."""
MOST_OFFERED = 5


@lru_cache(maxsize=20_000)
def name_key(name: str) -> str:
    """A name as two are compared: "JOHNSON, Zoë (Social Worker)" and "Ms Zoe Johnson" are "johnson zoe"."""
    plain = unicodedata.normalize("NFKD", BESIDE.sub("", name)).casefold().replace("’", "").replace("'", "")
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(sorted(set(re.findall(r"\w+", letters)) - TITLES))[:150]


def nearest_names(key: str, others: Iterable[str]) -> list[str]:
    """Those of some folded names that are near to one, the nearest first."""
    scores = {other: likeness(key, other) for other in others if other}
    return sorted((other for other in scores if scores[other] >= NEAR), key=lambda other: -scores[other])


def likeness(key: str, other: str) -> float:
    """How alike two folded names are, from 0 to 1. An initial fits a name that begins with it."""
    words, others = key.split(), other.split()
    if len(words) == len(others) > 1 and set(words) & set(others):
        left = sorted(set(words) - set(others)), sorted(set(others) - set(words))
        if all(a.startswith(b) or b.startswith(a) for a, b in zip(*left, strict=True)):
            return 0.95
    if len(set(words) & set(others)) >= 2:
        return 0.9
    matcher = SequenceMatcher(None, key, other)
    return matcher.ratio() if matcher.real_quick_ratio() >= NEAR <= matcher.quick_ratio() else 0.0
