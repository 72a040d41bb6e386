"""What each of the two marked of one criterion before the meeting, side by side: whether it needs talk, and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from audits.models import Mark

SHADES = {"evidenced": "yes", "partly": "part", "not_evidenced": "no", "not_applicable": "na"}
"""The shade of each mark."""
NEEDS_TALK = {"", Mark.Value.NOT_EVIDENCED.value}
"""What is talked about even where both say the same."""


@dataclass(frozen=True, slots=True)
class Said:
    """One chair's own mark of a criterion, and the page or date. `note` is private, and only ever one's own."""

    value: str = ""
    seen: str = ""
    note: str = ""

    @property
    def word(self) -> str:
        """The mark in a word."""
        return str(Mark.Value(self.value).label) if self.value else "No mark"

    @property
    def shade(self) -> str:
        """The shade of the mark."""
        return SHADES.get(self.value, "blank")


NOTHING = Said()
Sheet = Mapping[int, Said]
"""What one chair marked, by criterion."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Both own marks of one criterion. `shared` is the mark that can be taken without talk, "" where there is none."""

    yours: Said
    theirs: Said
    other: str
    shared: str

    @property
    def reason(self) -> str:
        """Why it needs talk."""
        if self.yours.value == self.theirs.value:
            return "You both left it blank" if not self.yours.value else self.yours.word
        if self.yours.value and self.theirs.value:
            return "You differ"
        return f"{self.other} left it blank" if self.yours.value else "You left it blank"

    @property
    def pages(self) -> str:
        """Where it was seen, by either."""
        return pages_of(self.yours, self.theirs)


def pages_of(*said: Said) -> str:
    """Where it was seen, each page once."""
    return "; ".join(dict.fromkeys(each.seen for each in said if each.seen))


def shared_marks(yours: Sheet, theirs: Sheet, criteria: Collection[int]) -> dict[int, str]:
    """By criterion of one standard the mark that needs no talk: both made it, or one did and the other came without.

    Not evidenced, and what either left blank, always needs talk.
    """
    came = [sheet for sheet in (yours, theirs) if any(sheet.get(pk, NOTHING).value for pk in criteria)]
    values = {pk: {sheet.get(pk, NOTHING).value for sheet in came} for pk in criteria}
    return {pk: next(iter(said)) for pk, said in values.items() if len(said) == 1 and not said & NEEDS_TALK}


def left_aside(yours: Sheet, theirs: Sheet, criterion: int, nested: Collection[int]) -> bool:
    """Whether neither marked a point that stands under another: the one above says it, so nothing is to talk about."""
    return criterion in nested and not any(sheet.get(criterion, NOTHING).value for sheet in (yours, theirs))
