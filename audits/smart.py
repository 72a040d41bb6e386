"""Is an action SMART? Specific, measurable, achievable, realistic, with a timescale, and an outcome for the child.

The five questions are the strategy's (App. 2, after the meeting), which also refuses "ASAP" as a timescale. The
checker judges words, never people: it says what is missing and shows an example.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

VAGUE = re.compile(
    r"\b(a\.?s\.?a\.?p\b\.?|as soon as(?: is)? (?:possible|practical|practicable)|soonest|ongoing|on-going|on going|"
    r"t\.?b\.?[cd]\b\.?|to be (?:confirmed|decided|agreed|determined|advised)|in due course|when(?:ever)? possible|"
    r"where possible|at some point|sometime|soon|shortly|in the near future|as (?:and )?when|as (?:required|needed|"
    r"appropriate)|continuous(?:ly)?|asap possible|immediately|urgently|n/?a)\b",
    re.IGNORECASE,
)
FAIR_IN_TEXT = {
    "ongoing",
    "on-going",
    "on going",
    "immediately",
    "urgently",
    "soon",
    "as appropriate",
    "as required",
    "as needed",
}
FEWEST_WORDS = 4
EXAMPLE = "Chronology has an entry for each event since May"


@dataclass(frozen=True, slots=True)
class Letter:
    """One question's answer: `ok`, and the sentence of why. A warning is ok, with something to weigh."""

    slug: str
    word: str
    ok: bool
    sentence: str
    warning: bool = False
    field: str = ""


def vague(text: str) -> list[str]:
    """The phrases that nobody could check or put in a diary, as written."""
    return [found.group(0) for found in VAGUE.finditer(text)]


def check(
    *, what: str, measure: str, outcome: str, resources: str, due_on: date | None, latest: date | None, owner: str
) -> list[Letter]:
    """Each letter's state, in the order of the word and then the outcome for the child."""
    return [
        specific(what),
        measurable(measure),
        enough(
            "achievable",
            "Achievable",
            resources,
            "resources",
            "says what the owner has or needs",
            "Say what the owner needs and whether they have it, for example “Half a day without duty, agreed”.",
        ),
        realistic(owner),
        timescale(due_on, latest),
        enough(
            "outcome",
            "Outcome",
            outcome,
            "outcome",
            "says what changes for the child",
            "Say what will be better for the child, for example “She knows who will collect her from school”.",
        ),
    ]


def specific(what: str) -> Letter:
    """Who does what to what. A vague word in it is a warning, for it may be fair ("the ongoing case")."""
    if len(what.split()) < FEWEST_WORDS:
        return Letter(
            "specific",
            "Specific",
            False,
            "Say one thing, with what is done to what: “Bring the chronology up to date from May”.",
            field="what",
        )
    phrases = vague(what)
    unfair = [phrase for phrase in phrases if phrase.lower() not in FAIR_IN_TEXT]
    if unfair:
        return Letter(
            "specific",
            "Specific",
            False,
            f"“{unfair[0]}” says neither what nor when. Leave it out: the date is asked for below.",
            field="what",
        )
    if phrases:
        return Letter(
            "specific",
            "Specific",
            True,
            f"“{phrases[0]}” may be fair here; check that the date says when.",
            True,
            field="what",
        )
    return Letter("specific", "Specific", True, "says what is done", field="what")


def measurable(measure: str) -> Letter:
    """What somebody else could open and see."""
    phrases = vague(measure)
    if phrases:
        return Letter(
            "measurable",
            "Measurable",
            False,
            f"“{phrases[0]}” cannot be checked. Say what will be on the file, for example “{EXAMPLE}”.",
            field="measure",
        )
    if len(measure.split()) < FEWEST_WORDS:
        return Letter(
            "measurable",
            "Measurable",
            False,
            f"Say what someone else could open on Mosaic and see, for example “{EXAMPLE}”.",
            field="measure",
        )
    return Letter("measurable", "Measurable", True, "says how we will know", field="measure")


def enough(slug: str, word: str, text: str, field: str, good: str, bad: str) -> Letter:
    """A box that needs a few real words."""
    words = len(text.split())
    if words < 2 or (words < FEWEST_WORDS and vague(text)):
        return Letter(slug, word, False, bad, field=field)
    return Letter(slug, word, True, good, field=field)


def realistic(owner: str) -> Letter:
    """Exactly one named owner."""
    if not owner:
        return Letter("realistic", "Realistic", False, "Choose the one person who owns it.", field="part")
    return Letter("realistic", "Realistic", True, f"one owner, {owner}", field="part")


def timescale(due_on: date | None, latest: date | None) -> Letter:
    """A date, not later than the kind of action allows."""
    if due_on is None:
        return Letter("timescale", "Timescale", False, "Give a date. “As soon as possible” is not one.", field="due_on")
    if latest is not None and due_on > latest:
        return Letter(
            "timescale",
            "Timescale",
            False,
            f"The latest date allowed is {latest:%A} {latest.day} {latest:%B %Y}. Choose that or an earlier one.",
            field="due_on",
        )
    return Letter("timescale", "Timescale", True, f"{due_on:%A} {due_on.day} {due_on:%B %Y}", field="due_on")
