"""The council's own questions: a few to begin with, kept by the Head of QA, and their words stay once asked."""

from __future__ import annotations

from typing import Any

import pytest

from audits.family import questions
from audits.models import FamilyQuestion
from people.models import TrailEntry
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused
from tests.audits.family.families import agreed, answered
from tests.conftest import NOW
from tests.factories import Council, booked_audit

NEW: dict[str, Any] = {
    "text": "Do you know how to reach us?",
    "scale": ["Yes", " ", "No"],
    "standards": ["plan", "history"],
}


def test_a_few_short_ones_are_there_before_anybody_keeps_any(council: Council) -> None:
    assert [question.text for question in questions.questions_in_force()] == [row[0] for row in questions.DEFAULTS]
    assert not FamilyQuestion.objects.exists()
    agreed(booked_audit(council), council)
    agreed(booked_audit(council, number=2), council)
    assert FamilyQuestion.objects.count() == len(questions.DEFAULTS)


def test_the_head_of_qa_adds_changes_and_retires_one(council: Council) -> None:
    head = council.head_of_qa
    with pytest.raises(NotAllowed, match="The Head of QA keeps the questions"):
        questions.add_question(**NEW, by=council.qa_officer, at=NOW)
    added = questions.add_question(**NEW, by=head, at=NOW)
    assert (added.scale, added.standards, added.position) == (["Yes", "No"], ["history", "plan"], 6)
    questions.change_question(pk=added.pk, **(NEW | {"text": "Can you reach us?"}), by=head, at=NOW)
    questions.retire_question(pk=added.pk, by=head, at=NOW)
    assert len(questions.questions_in_force()) == len(questions.DEFAULTS)
    with pytest.raises(NotNow, match="not asked any more"):
        questions.retire_question(pk=added.pk, by=head, at=NOW)
    acts = TrailEntry.objects.filter(act__startswith="family_question").values_list("act", flat=True)
    assert sorted(acts) == ["family_question.added", "family_question.changed", "family_question.retired"]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"text": " ? "}, "Write the question"),
        ({"text": "x" * 201}, "201 characters"),
        ({"text": "What has helped the most?"}, "asked already"),
        ({"scale": ["Yes"]}, "two to six answers"),
        ({"scale": list("abcdefg")}, "two to six answers"),
        ({"scale": ["Yes", "yes "]}, "Two of the answers are the same"),
        ({"scale": ["Yes", "x" * 41]}, "40 characters"),
        ({"standards": [12]}, "Choose standards"),
    ],
)
def test_what_is_no_question_is_refused_with_what_to_do(council: Council, more: dict[str, object], says: str) -> None:
    with pytest.raises(Refused, match=says):
        questions.add_question(**(NEW | more), by=council.head_of_qa, at=NOW)


def test_there_are_never_more_than_ten_and_never_none(council: Council) -> None:
    head = council.head_of_qa
    for number in range(5):
        questions.add_question(text=f"Question {number}?", scale=[], standards=[], by=head, at=NOW)
    with pytest.raises(NotNow, match="Retire one first"):
        questions.add_question(**NEW, by=head, at=NOW)
    *others, last = questions.questions_in_force()
    for question in others:
        questions.retire_question(pk=question.pk, by=head, at=NOW)
    with pytest.raises(NotNow, match="the only question"):
        questions.retire_question(pk=last.pk, by=head, at=NOW)


def test_once_asked_the_words_and_the_scale_stay_and_the_standards_may_change(council: Council) -> None:
    answered(booked_audit(council), council)
    question = questions.questions_in_force()[0]
    same = {"text": question.text, "scale": question.scale, "standards": ["assessment"]}
    assert questions.change_question(pk=question.pk, **same, by=council.head_of_qa, at=NOW).standards == ["assessment"]
    for more in ({"text": "Does anybody listen?"}, {"scale": ["Yes", "No"]}):
        with pytest.raises(NotNow, match="Retire it and add another"):
            questions.change_question(pk=question.pk, **(same | more), by=council.head_of_qa, at=NOW)
