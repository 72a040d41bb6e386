"""A standards set is refused whole, with every fault named, when audits could not be graded with it."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from qualitycounts.base.refusals import Refused
from standards import standard_sets
from standards.models import StandardSet
from standards.usual_boxes import usual_record

V7 = json.loads((Path(__file__).parents[2] / "fixtures/standards_v7.json").read_text(encoding="utf-8"))


def five() -> dict[str, Any]:
    """A set of five standards that comes after v7."""
    spec = copy.deepcopy(V7)
    spec |= {"slug": "five", "title": "Five standards", "in_force_from": "2027-01-01"}
    spec["standards"] = spec["standards"][:5]
    for indicator in spec["indicators"]:
        indicator["standards"] = [number for number in indicator["standards"] if number <= 5]
    return spec


def load(spec: Any) -> StandardSet:
    """Load it as a file."""
    return standard_sets.load(json.dumps(spec).encode())[0]


@pytest.mark.django_db
def test_fewer_than_seven_standards_are_taken() -> None:
    assert load(five()).standards.count() == 5


def twenty_one(spec: dict[str, Any]) -> None:
    spec["standards"] = [spec["standards"][0] | {"number": number} for number in range(1, 22)]


FAULTS: dict[str, Callable[[dict[str, Any]], object]] = {
    "A set has 1 to 20 standards, and this one has 21": twenty_one,
    "and this one has 0": lambda spec: spec.update(standards=[]),
    "The standards must be numbered 1, 2, 3": lambda spec: spec["standards"][1].update(number=1),
    "The grades must be these four in this order: outstanding, good": lambda spec: spec["grades"].reverse(),
    "these four": lambda spec: spec.update(grades=[{"slug": "strong"}, {"slug": "developing"}]),
    "The grade good: its word must have 1 to 30 characters, and no colon": lambda spec: spec["grades"][1].update(
        word="Good: enough"
    ),
    "The grade good cannot be called “inadequate”": lambda spec: spec["grades"][1].update(word="inadequate"),
    "There are two of grades called “Strong”": lambda spec: [row.update(word="Strong") for row in spec["grades"][:2]],
    "Box 1 about the record speaks of a standard that the set does not have: impact": lambda spec: spec.update(
        record=[usual_record()[0] | {"keys": ["plan", "impact"]}]
    ),
    "Box 1 about the record must be one of record-wishes": lambda spec: spec.update(
        record=[usual_record()[0] | {"slug": "weather"}]
    ),
    "There are two of box about the record “feedback”": lambda spec: spec.update(
        record=[row for row in usual_record() if row["slug"] == "feedback"] * 2
    ),
    "There are two of standards with the key “plan”": lambda spec: spec["standards"][0].update(key="plan"),
    "Standard 1: its key must be up to 40 letters, numbers and hyphens": lambda spec: spec["standards"][0].update(
        key="a plan"
    ),
    "Standard 2 applies to a category that is not known. The codes are CIN": lambda spec: spec["standards"][1].update(
        applies_to=["CIN", "ZZZ"]
    ),
    "Standard 3 applies to no category": lambda spec: spec["standards"][2].update(applies_to=[]),
    "Standard 1: “title” has 300 characters, and 120 are the most": lambda spec: spec["standards"][0].update(
        title="T" * 300
    ),
    "The set: “title” has 201 characters": lambda spec: spec.update(title="T" * 201),
    "Standard 4 has no sections": lambda spec: spec["standards"][3].update(sections=[]),
    "There are two of criterion of standard 1 “1”": lambda spec: spec["standards"][0]["sections"][0]["criteria"].append(
        spec["standards"][0]["sections"][0]["criteria"][0]
    ),
    "Criterion 1.1 applies to a category that is not known": lambda spec: spec["standards"][0]["sections"][0][
        "criteria"
    ][0].update(applies_to=["ABC"]),
    "“in_force_from” must be a date like 2026-09-01": lambda spec: spec.update(in_force_from="1 January"),
    "comes into force on 2020-09-02 already": lambda spec: spec.update(in_force_from="2020-09-02"),
    "Headline indicator 1 names a standard that the set does not have": lambda spec: spec["indicators"][0].update(
        standards=[6]
    ),
    "Criterion 1.1 names the fact “last_holiday”, which is not known. The facts are last_supervision": lambda spec: (
        spec["standards"][0]["sections"][0]["criteria"][0].update(facts=["last_visit", "last_holiday"])
    ),
    "Criterion 1.1: “facts” must be a list": lambda spec: spec["standards"][0]["sections"][0]["criteria"][0].update(
        facts="last_visit"
    ),
    "Headline indicator 1 names a fact twice": lambda spec: spec["indicators"][0].update(
        facts=["last_visit", "last_visit"]
    ),
    "There are two of headline indicator “2”": lambda spec: spec["indicators"][0].update(number=2),
    "There are two of standards with the title": lambda spec: spec["standards"][1].update(
        title=spec["standards"][0]["title"]
    ),
    "The set has “colour”, which is not read": lambda spec: spec.update(colour="blue"),
    "Standard 1 has “weight”, which is not read": lambda spec: spec["standards"][0].update(weight=2),
    "Criterion 1.1.a has “nested”, which is not read": lambda spec: spec["standards"][0]["sections"][0]["criteria"][
        0
    ].update(nested=[{"letter": "a", "title": "A", "question": "A?", "nested": []}]),
    "Standard 1: a section has no “heading”": lambda spec: spec["standards"][0]["sections"][0].pop("heading"),
    "The headings must be these in this order, the last if you like: works_well": lambda spec: spec["headings"].pop(),
    "Heading 2 has no “title”": lambda spec: spec["headings"][1].update(title=" "),
    "SMART question 1 has no “question”": lambda spec: spec["smart"][0].pop("question"),
}


@pytest.mark.parametrize("says", FAULTS)
def test_a_set_with_a_fault_is_refused_and_nothing_of_it_is_kept(v7: StandardSet, says: str) -> None:
    spec = five()
    FAULTS[says](spec)
    with pytest.raises(Refused) as refusal:
        load(spec)
    assert says in refusal.value.sentence
    assert StandardSet.objects.count() == 1


def test_every_fault_is_named_at_once_and_the_command_ends_with_1(v7: StandardSet, tmp_path: Path) -> None:
    spec = five()
    for fault in ("Standard 3 applies to no category", "SMART question 1 has no “question”"):
        FAULTS[fault](spec)
    file = tmp_path / "five.json"
    file.write_text(json.dumps(spec), encoding="utf-8")
    with pytest.raises(CommandError, match=r"SMART question 1 has no .*Standard 3 applies to no category") as refusal:
        call_command("load_standards", str(file))
    assert refusal.value.returncode == 1


def test_the_same_file_again_changes_nothing(v7: StandardSet) -> None:
    assert standard_sets.load((Path(__file__).parents[2] / "fixtures/standards_v7.json").read_bytes()) == (v7, False)


@pytest.mark.parametrize("data", [b"[]", b'"v8"', b'{"slug": "v8"}', b"{}", b"\xff"])
@pytest.mark.django_db
def test_what_is_no_standards_file_is_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(Refused):
        standard_sets.load(data)
