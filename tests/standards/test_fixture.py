"""The standards set as data: every point there, each one something an auditor can ask and look for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from standards.models import FactKind

PATH = Path(__file__).resolve().parents[2] / "fixtures" / "standards_v7.json"
SET: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))
STANDARDS: list[dict[str, Any]] = SET["standards"]

CATEGORIES = {"CIN", "CP", "CLA", "CL", "EH"}
TAGS = {
    "voice of the child",
    "Signs of Safety",
    "timeliness",
    "permanency",
    "diversity",
    "analysis",
    "recording",
    "planning",
    "reviews",
    "IRO",
    "partnership",
    "family network",
    "direct work",
    "advocacy",
    "management oversight",
    "decision making",
    "outcomes",
    "safety",
}
SECTIONS = {
    1: [("", 8)],
    2: [("Every child", 2), ("A good assessment", 11)],
    3: [("", 15)],
    4: [("", 14)],
    5: [("Professionals", 3), ("Voice of the child", 13), ("Parents, carers and other important adults", 7)],
    6: [("", 7)],
    7: [("Management oversight and direction", 3), ("Quality of decision making", 5)],
}
OPTIONAL = {"facts"}
KEYS = {
    "set": {
        "slug",
        "title",
        "published_on",
        "in_force_from",
        "source",
        "grades",
        "headings",
        "indicators",
        "smart",
        "standards",
    },
    "standard": {"number", "key", "title", "short_title", "statement", "applies_to", "applies_note", "sections"},
    "criterion": {"number", "title", "question", "where_to_look", "tags", "applies_to", "nested"},
    "nested": {"letter", "title", "question"},
}


def criteria_of(standard: dict[str, Any]) -> list[dict[str, Any]]:
    return [criterion for section in standard["sections"] for criterion in section["criteria"]]


def all_criteria() -> dict[str, dict[str, Any]]:
    """Every criterion by its code: "4.3"."""
    return {f"{standard['number']}.{row['number']}": row for standard in STANDARDS for row in criteria_of(standard)}


def all_nested() -> dict[str, dict[str, Any]]:
    """Every nested point by its code: "4.2.a"."""
    return {f"{code}.{row['letter']}": row for code, parent in all_criteria().items() for row in parent["nested"]}


def texts(value: object) -> Iterator[str]:
    """Every piece of text in the file."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


def test_seven_standards_hold_88_criteria_and_23_nested_points() -> None:
    assert [standard["number"] for standard in STANDARDS] == [1, 2, 3, 4, 5, 6, 7]
    assert [len(criteria_of(standard)) for standard in STANDARDS] == [8, 13, 15, 14, 23, 7, 8]
    assert len(all_criteria()) == 88
    assert len(all_nested()) == 23


def test_sections_stand_where_the_guide_has_them() -> None:
    found = {
        standard["number"]: [(section["heading"], len(section["criteria"])) for section in standard["sections"]]
        for standard in STANDARDS
    }
    assert found == SECTIONS


def test_only_two_criteria_of_standard_4_have_nested_points_lettered_in_order() -> None:
    lettered = {
        code: "".join(row["letter"] for row in parent["nested"])
        for code, parent in all_criteria().items()
        if parent["nested"]
    }
    assert lettered == {"4.2": "abcdef", "4.4": "abcdefghijklmnopq"}


def test_criteria_are_numbered_straight_through_each_standard() -> None:
    for standard in STANDARDS:
        rows = criteria_of(standard)
        assert [row["number"] for row in rows] == list(range(1, len(rows) + 1))


def test_every_record_has_exactly_its_keys() -> None:
    assert set(SET) == KEYS["set"]
    for standard in STANDARDS:
        assert set(standard) == KEYS["standard"]
    for code, criterion in all_criteria().items():
        assert set(criterion) - OPTIONAL == KEYS["criterion"], code
    for code, nested in all_nested().items():
        assert set(nested) == KEYS["nested"], code
    for key, keys in {
        "grades": {"slug", "word", "short", "descriptor"},
        "headings": {"slug", "title", "hint"},
        "indicators": {"number", "standards", "title", "question", "where_to_look"},
        "smart": {"slug", "word", "question"},
    }.items():
        assert all(set(row) - OPTIONAL == keys for row in SET[key]), key


def test_the_set_is_dated() -> None:
    assert SET["slug"] == "v7-1"
    assert date.fromisoformat(SET["published_on"]) == date(2020, 9, 1)
    assert date.fromisoformat(SET["in_force_from"]) == date(2020, 9, 2)
    assert SET["source"].count(".") == 2, "one sentence, with one version number in it"


def test_four_grades_best_first_and_good_is_the_guide_itself() -> None:
    assert [(grade["slug"], grade["word"]) for grade in SET["grades"]] == [
        ("outstanding", "Outstanding"),
        ("good", "Good"),
        ("requires_improvement", "Requires improvement"),
        ("inadequate", "Inadequate"),
    ]
    for grade in SET["grades"]:
        assert 0 < len(grade["short"]) <= 40
        assert 2 <= len(re.findall(r"\.(?:\s|$)", grade["descriptor"])) <= 3
    assert "guide itself describes Good" in SET["grades"][1]["descriptor"]


def test_headings_indicators_and_smart_questions_are_all_there() -> None:
    assert [heading["slug"] for heading in SET["headings"]] == ["works_well", "worried", "needs_to_happen"]
    assert all(heading["title"].endswith("?") and heading["hint"] for heading in SET["headings"])
    assert [indicator["number"] for indicator in SET["indicators"]] == [1, 2, 3, 4, 5, 6, 7]
    assert all(row["question"].endswith("?") and row["where_to_look"] for row in SET["indicators"])
    assert {number for row in SET["indicators"] for number in row["standards"]} == {1, 3, 5, 6, 7}
    assert [row["slug"] for row in SET["smart"]] == ["specific", "measurable", "achievable", "realistic", "timescales"]
    assert all(row["word"] == row["slug"].capitalize() and row["question"].endswith("?") for row in SET["smart"])


def test_titles_fit_the_steps_of_the_meeting() -> None:
    for standard in STANDARDS:
        assert 0 < len(standard["short_title"]) <= 32
        assert 0 < len(standard["title"]) <= 60
        assert standard["statement"].endswith(".")
        assert standard["statement"].count(".") == 1, "one sentence"


@pytest.mark.parametrize("code", list(all_criteria()))
def test_a_criterion_can_be_asked_and_looked_for(code: str) -> None:
    criterion = all_criteria()[code]
    assert len(criterion["title"].split()) <= 5
    assert len(criterion["title"]) <= 32
    assert criterion["question"].endswith("?")
    assert len(criterion["question"]) <= 300
    assert criterion["where_to_look"].startswith("Mosaic, ")
    assert criterion["where_to_look"].endswith(".")
    assert criterion["tags"]
    assert len(criterion["tags"]) == len(set(criterion["tags"]))
    assert set(criterion["tags"]) <= TAGS
    assert set(criterion["applies_to"]) < CATEGORIES


@pytest.mark.parametrize("code", list(all_nested()))
def test_a_nested_point_can_be_asked(code: str) -> None:
    nested = all_nested()[code]
    assert len(nested["title"].split()) <= 5
    assert len(nested["title"]) <= 32
    assert nested["question"].endswith("?")
    assert len(nested["question"]) <= 200


def test_no_two_points_share_a_title_in_a_standard_or_a_question_anywhere() -> None:
    for standard in STANDARDS:
        titles = [row["title"] for row in criteria_of(standard)]
        assert len(titles) == len(set(titles))
    questions = [row["question"] for row in [*all_criteria().values(), *all_nested().values()]]
    assert len(questions) == len(set(questions)) == 111


def test_every_tag_is_used() -> None:
    assert {tag for row in all_criteria().values() for tag in row["tags"]} == TAGS


def test_every_standard_is_for_every_child() -> None:
    for standard in STANDARDS:
        assert set(standard["applies_to"]) == CATEGORIES
        assert standard["applies_note"] == ""


def test_every_kind_of_plan_is_reviewed_on_time_and_looked_after_reviews_and_conferences_have_their_own_children() -> (
    None
):
    fits = {code: row["applies_to"] for code, row in all_criteria().items() if code.startswith("4.")}
    assert [code for code, only in fits.items() if only == ["CLA"]] == [f"4.{number}" for number in range(1, 9)]
    assert [code for code, only in fits.items() if only == ["CP"]] == ["4.10"]
    assert [code for code, only in fits.items() if not only] == ["4.11", "4.12", "4.13", "4.14"]
    assert set(fits["4.1"]) | set(fits["4.9"]) == CATEGORIES
    assert not set(fits["4.1"]) & set(fits["4.9"])


@pytest.mark.parametrize(
    ("code", "fact"),
    [
        ("2.1", "the last 12 months"),
        ("4.2.a", "before 18"),
        ("4.2.b", "independent or semi-independent living"),
        ("4.2.c", "in custody"),
        ("4.2.d", "the child’s education"),
        ("4.2.e", "Key Stage 4"),
        ("4.2.f", "settled"),
        ("4.3", "15 days"),
        ("4.3", "two weeks"),
        ("4.9", "within 3 months of the initial conference"),
        ("4.9", "within 6 months of the one before"),
        ("4.9", "pathway plan within 6 months"),
        ("2.4", "answer to the child’s own needs"),
        ("3.10", "stay as they are and harm or its risk goes on or grows"),
        ("6.3", "in some cases, targeted services less needed or not needed"),
        ("4.9", "Working Together to Safeguard Children, current edition"),
        ("4.12", "every review"),
        ("7.6", "Public Law Outline"),
    ],
)
def test_the_facts_of_the_strategy_are_where_they_belong(code: str, fact: str) -> None:
    assert fact in (all_criteria() | all_nested())[code]["question"]


def test_points_that_ran_together_on_the_page_stand_apart() -> None:
    rows = all_criteria()
    assert [rows[f"2.{number}"]["title"] for number in range(10, 14)] == [
        "Analysis",
        "Reasons for decisions",
        "Clear to the family",
        "Leads to help",
    ]
    assert rows["4.4"]["nested"][-1]["title"] == "Adoption"
    assert rows["4.5"]["title"] == "Child at the centre"
    assert rows["7.1"]["title"] == "Oversight on time"


def test_the_guidance_is_named_without_an_edition_that_goes_out_of_date() -> None:
    everything = " ".join(texts(SET))
    assert "2015" not in everything
    assert "ASAP" in SET["smart"][4]["question"]


def test_words_are_typed_the_way_the_pages_show_them() -> None:
    for text in texts(SET):
        assert text == text.strip()
        assert "  " not in text
        assert "'" not in text, "apostrophes are typographic"
        assert '"' not in text, "quotation marks are typographic"


def test_each_kind_of_date_stands_beside_some_question() -> None:
    kinds = {kind for row in [*all_criteria().values(), *SET["indicators"]] for kind in row.get("facts", [])}
    assert kinds == set(FactKind.values)
