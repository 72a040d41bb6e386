"""Vague words are told by their shape: a labelled set of 200 measures, in two halves, one of which set no rule."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from audits.plan import smart
from audits.plan.evidence_words import says_nothing

MEASURES = Path(__file__).with_name("measures.csv")
ALL_WELL = {
    "what": "Bring the chronology up to date from May",
    "measure": "Chronology has an entry for each event since May",
    "outcome": "He understands what the move meant",
    "resources": "Half a day without duty",
    "owner": "Devinder Halloran",
}


def judged(half: str) -> dict[str, Counter[str]]:
    """How many measures of a half are refused, remarked on and taken, by their label."""
    counts = {"vague": Counter[str](), "fair": Counter[str]()}
    with MEASURES.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["half"] == half:
                letter = smart.measurable(row["words"])
                counts[row["label"]]["refused" if not letter.ok else "remarked" if letter.warning else "taken"] += 1
    return counts


@pytest.mark.once
def test_of_the_half_that_set_no_rule_most_vague_measures_are_refused_and_no_fair_one() -> None:
    tuned, untuned = judged("tuned"), judged("untuned")
    for half, counts in (("tuned", tuned), ("untuned", untuned)):
        vague, fair = counts["vague"], counts["fair"]
        print(  # noqa: T201 -- the figures are the point
            f"{half}: {vague['refused']} of {vague.total()} vague refused and {vague['remarked']} remarked on; "
            f"of {fair.total()} fair {fair['refused']} refused and {fair['remarked']} remarked on"
        )
    assert sum(counts.total() for half in (tuned, untuned) for counts in half.values()) == 200
    assert (tuned["vague"]["taken"], tuned["fair"]["refused"]) == (0, 0)
    assert untuned["vague"]["refused"] >= 0.8 * untuned["vague"].total()
    assert untuned["vague"]["taken"] <= 2
    assert untuned["fair"]["refused"] <= 1
    assert untuned["fair"]["remarked"] <= 4


@pytest.mark.once
@pytest.mark.parametrize("words", ["no idea", "not sure yet", "nothing nothing", "TBC", "xx yy"])
def test_that_one_does_not_know_is_no_answer_to_what_the_owner_needs(words: str) -> None:
    letters = smart.check_smart(**ALL_WELL | {"resources": words}, due_on=None, latest=None)  # type: ignore[arg-type]
    assert [letter.slug for letter in letters if not letter.ok] == ["achievable", "timescale"]


@pytest.mark.once
def test_in_what_is_done_such_a_word_is_weighed_or_refused_and_a_name_is_neither() -> None:
    assert not smart.specific("Write the chronology up A.S.A.P. please").ok
    assert smart.specific("Continue to support the family well").warning
    assert smart.specific("Ongoing work with the family at home").warning
    for fair in ("See Na alone and write it up", "File the ongoing proceedings timetable, which is with legal"):
        assert smart.specific(fair).ok
    assert says_nothing("In a timely manner")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("due_on", "ok", "sentence"),
    [
        (date(2026, 12, 1), False, "Tuesday 1 December 2026 has passed. Choose Wednesday 2 December or later."),
        (date(2026, 12, 2), True, "Wednesday 2 December 2026"),
        (date(2026, 12, 5), True, "Saturday 5 December 2026 is a Saturday: nobody is at work"),
        (date(2026, 12, 25), True, "Friday 25 December 2026 is Christmas Day: nobody is at work"),
        (date(2027, 1, 3), False, "The latest date allowed is Saturday 2 January 2027."),
    ],
)
@pytest.mark.usefixtures("council")
def test_a_date_past_or_without_work_is_remarked_on_as_one_types(due_on: date, ok: bool, sentence: str) -> None:
    letter = smart.timescale(due_on, date(2027, 1, 2), date(2026, 12, 2))
    assert (letter.ok, letter.warning) == (ok, "nobody" in sentence)
    assert sentence in letter.sentence
