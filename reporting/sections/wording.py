"""Turns of phrase that several sections share."""

from __future__ import annotations

from collections.abc import Sequence


def joined(words: Sequence[str]) -> str:
    """One, two and three."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def noun_of(number: int, nouns: str) -> str:
    """What so many are: audits, and of one audit; actions due, and of one action due."""
    first, space, rest = nouns.partition(" ")
    return f"{first.removesuffix('s')}{space}{rest}" if number == 1 and first in ("audits", "actions") else nouns


def lines_of(words: str) -> list[str]:
    """What was typed, a point a line; a dash or bullet at its start is the reader's list mark, not part of it."""
    return [line.strip().lstrip("-•* ").strip() for line in words.splitlines() if line.strip(" -•*")]
