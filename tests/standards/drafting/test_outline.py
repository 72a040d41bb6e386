"""A draft as a tree: parts are found, added, moved and retired, and numbers follow the order."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from django.http import Http404

from standards.drafting import outline
from tests.standards.invented import invented


@pytest.fixture
def spec() -> dict[str, Any]:
    """Five standards of two sections, each with one criterion that has one point under it."""
    return copy.deepcopy(invented(5))


@pytest.mark.parametrize(
    "place",
    [
        "standards.6",
        "standards.0",
        "standards",
        "grades.5",
        "standards.1.criteria.1",
        "slug.1",
        "set.1",
        "headings.x",
        "",
    ],
)
def test_what_is_not_there_is_not_found(spec: dict[str, Any], place: str) -> None:
    with pytest.raises(Http404):
        outline.part_or_404(spec, place)


@pytest.mark.parametrize("place", ["set", "grades.1", "headings.2"])
def test_what_every_set_has_is_neither_moved_nor_retired(spec: dict[str, Any], place: str) -> None:
    before = copy.deepcopy(spec)
    with pytest.raises(Http404):
        outline.remove_part(spec, place)
    with pytest.raises(Http404):
        outline.shift_part(spec, place, down=True)
    with pytest.raises(Http404):
        outline.insert_part(spec, "grades", {"short": "Another"})
    assert spec == before


def test_indicators_go_on_naming_the_standards_that_they_named(spec: dict[str, Any]) -> None:
    spec["indicators"][0]["standards"], spec["indicators"][1]["standards"] = [1, 3], [2]
    outline.shift_part(spec, "standards.1", down=True)
    assert [row["title"][:9] for row in spec["standards"][:2]] == ["Promise 2", "Promise 1"]
    assert [row["number"] for row in spec["standards"]] == [1, 2, 3, 4, 5]
    assert (spec["indicators"][0]["standards"], spec["indicators"][1]["standards"]) == ([2, 3], [1])
    outline.remove_part(spec, "standards.1")
    assert (spec["indicators"][0]["standards"], spec["indicators"][1]["standards"]) == ([1, 2], [])


def test_a_box_about_the_record_goes_with_its_standard_is_left_out_and_comes_back(spec: dict[str, Any]) -> None:
    wishes = next(row for row in spec["record"] if row["slug"] == "record-wishes")
    wishes["keys"] = ["promise-1", "promise-2"]
    outline.shift_part(spec, "standards.1", down=True)
    assert [row["key"] for row in spec["standards"][:2]] == ["promise-2", "promise-1"]
    outline.remove_part(spec, "standards.1")
    wishes = next(row for row in spec["record"] if row["slug"] == "record-wishes")
    assert (wishes["title"], wishes["keys"]) == ("What the child says", ["promise-1"])
    assert outline.insert_part(spec, "standards", {"short_title": "Promise 1", "title": "New"}) == "standards.5"
    assert spec["standards"][4]["key"] != "promise-1"
    place = outline.insert_part(spec, "record", {"slug": "family-safeguarding"})
    assert (place, spec["record"][-1]["keys"]) == ("record.9", [])
    for slug in ("family-safeguarding", "weather"):
        with pytest.raises(Http404):
            outline.insert_part(spec, "record", {"slug": slug})


def test_a_criterion_at_the_edge_goes_into_the_next_section_and_stays_at_the_last(spec: dict[str, Any]) -> None:
    outline.insert_part(spec, "standards.2.sections.1.criteria", {"title": "New", "question": "Is it new?"})
    place = outline.shift_part(spec, "standards.2.sections.1.criteria.2", down=True)
    assert place == "standards.2.sections.2.criteria.1"
    place = outline.shift_part(spec, place, down=True)
    assert place == "standards.2.sections.2.criteria.2"
    assert outline.shift_part(spec, place, down=True) == place
    rows = spec["standards"][1]["sections"][1]["criteria"]
    assert [(row["number"], row["title"]) for row in rows] == [(2, "Point 2"), (3, "New")]
    assert (
        outline.shift_part(spec, "standards.2.sections.2.criteria.1", down=False) == "standards.2.sections.1.criteria.2"
    )


def test_points_under_a_criterion_have_letters_in_their_order(spec: dict[str, Any]) -> None:
    under = "standards.1.sections.1.criteria.1.nested"
    for number in range(28):
        outline.insert_part(spec, under, {"title": f"Under {number}", "question": "Is it?"})
    rows = spec["standards"][0]["sections"][0]["criteria"][0]["nested"]
    assert [row["letter"] for row in rows[:3]] == ["a", "b", "c"]
    assert [row["letter"] for row in rows[25:]] == ["z", "aa", "ab", "ac"]


def test_a_smart_question_gets_a_slug_of_its_own(spec: dict[str, Any]) -> None:
    assert outline.insert_part(spec, "smart", {"word": "Specific", "question": "Is it?"}) == "smart.6"
    assert spec["smart"][5]["slug"] == "specific-2"
