"""Is an action SMART? Specific, measurable, achievable, realistic, with a timescale, and an outcome for the child.

The five questions are the strategy's (App. 2, after the meeting), which also refuses "ASAP" as a timescale. The
checker judges words, never people: it says what is missing and shows an example.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from audits.plan.evidence_words import says_nothing
from audits.plan.smart_phrases import (
    HEADED,
    can_be_opened,
    fair_at_times,
    never_fair,
    only_puts_off,
    real_words,
    vague,
)
from qualitycounts.base.dates import day_in_words, weekday_in_words
from qualitycounts.base.refusals import Refused
from standards.timescales import day_off

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


def check_smart(
    *,
    what: str,
    measure: str,
    outcome: str,
    resources: str,
    due_on: date | None,
    latest: date | None,
    owner: str,
    first: date | None = None,
) -> list[Letter]:
    """Each letter's state, in the order of the word and then the outcome for the child.

    The date is from `first`, where it is given, to `latest`.
    """
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
        timescale(due_on, latest, first),
        enough(
            "outcome",
            "Outcome",
            outcome,
            "outcome",
            "says what changes for the child",
            "Say what will be better for the child, for example “She knows who will collect her from school”.",
        ),
    ]


def check_clear(letters: Iterable[Letter], *, prefix: str = "") -> None:
    """Refused (422) where a letter is not clear: the first with its field, and every other one with its own."""
    problems = [Refused(letter.sentence, prefix + letter.field) for letter in letters if not letter.ok]
    if problems:
        first, first.others = problems[0], problems[1:]
        raise first


def specific(what: str) -> Letter:
    """Who does what to what. A vague word in it is a warning, for it may be fair ("the ongoing case")."""
    name, word, field = "specific", "Specific", "what"
    if len(real_words(what)) < FEWEST_WORDS:
        said = "Say one thing, with what is done to what: “Bring the chronology up to date from May”."
        return Letter(name, word, False, said, field=field)
    if unfair := never_fair(what):
        said = f"“{unfair[0]}” says neither what nor when. Leave it out: the date is asked for below."
        return Letter(name, word, False, said, field=field)
    if phrases := fair_at_times(what):
        said = f"“{phrases[0]}” may be fair here; check that the date says when."
        return Letter(name, word, True, said, True, field=field)
    if headed := HEADED.match(what):
        said = f"“{headed.group(0).strip()}” may be fair here; say what somebody will do that was not done before."
        return Letter(name, word, True, said, True, field=field)
    return Letter(name, word, True, "says what is done", field=field)


def measurable(measure: str) -> Letter:
    """What somebody else could open and see."""
    name, word, field = "measurable", "Measurable", "measure"
    if phrases := vague(measure):
        said = f"“{phrases[0]}” cannot be checked. Say what will be on the file, for example “{EXAMPLE}”."
        return Letter(name, word, False, said, field=field)
    if len(real_words(measure)) < FEWEST_WORDS or says_nothing(measure) or only_puts_off(measure):
        said = f"Say what someone else could open on the file and see, for example “{EXAMPLE}”."
        return Letter(name, word, False, said, field=field)
    if not can_be_opened(measure):
        said = "It may be fair; say what on the file would show it to somebody who was not there."
        return Letter(name, word, True, said, True, field=field)
    return Letter(name, word, True, "says how we will know", field=field)


def enough(slug: str, word: str, text: str, field: str, good: str, bad: str) -> Letter:
    """A box that needs a few real words, and not that one does not know."""
    words = len(real_words(text))
    if words < 2 or says_nothing(text) or (words < FEWEST_WORDS and never_fair(text)):
        return Letter(slug, word, False, bad, field=field)
    return Letter(slug, word, True, good, field=field)


def realistic(owner: str) -> Letter:
    """Exactly one named owner."""
    if not owner:
        return Letter("realistic", "Realistic", False, "Choose the one person who owns it.", field="part")
    return Letter("realistic", "Realistic", True, f"one owner, {owner}", field="part")


def timescale(due_on: date | None, latest: date | None, first: date | None = None) -> Letter:
    """A date, neither past nor later than the kind of action allows. A day on which nobody works is remarked on."""
    name, word, field = "timescale", "Timescale", "due_on"
    if due_on is None:
        return Letter(name, word, False, "Give a date. “As soon as possible” is not one.", field=field)
    if first is not None and due_on < first:
        said = f"{day_in_words(due_on)} has passed. Choose {weekday_in_words(first)} or later."
        return Letter(name, word, False, said, field=field)
    if latest is not None and due_on > latest:
        said = f"The latest date allowed is {day_in_words(latest)}. Choose that or an earlier one."
        return Letter(name, word, False, said, field=field)
    if off := day_off(due_on):
        said = f"{day_in_words(due_on)} is {off}: nobody is at work to do it. A working day before it is safer."
        return Letter(name, word, True, said, True, field=field)
    return Letter(name, word, True, day_in_words(due_on), field=field)
