"""Tools for a theme: a few questions of the council's own, as data. What a question is answered by, who answers it, and
what keeps a tool from being published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, TextChoices

from standards.models import Tool

MOST_QUESTIONS = 20
FEWEST_STEPS, MOST_STEPS = 2, 7
"""Of a scale."""
NOT_APPLICABLE = "Does not apply"


class Answer(TextChoices):
    """How a question is answered."""

    MARK = "mark", "A mark: evidenced, partly or not evidenced"
    SCALE = "scale", "A scale of its own"
    YES_NO = "yes_no", "Yes or no"
    TEXT = "text", "Words alone"


class Asked(TextChoices):
    """Who answers a question of a multi-agency audit; in every other activity it is the auditor or observer."""

    EVERYONE = "everyone", "The auditor and each agency"
    AUDITOR = "auditor", "The auditor alone"
    AGENCIES = "agencies", "Each agency alone"


STEPS: Mapping[str, tuple[str, ...]] = {
    Answer.MARK: ("Evidenced", "Partly", "Not evidenced"),
    Answer.YES_NO: ("Yes", "No"),
}
"""What is chosen from, where the question does not bring its own scale."""


@dataclass(frozen=True, slots=True)
class ToolQuestion:
    """One question of a published tool. `choices`: what is chosen from, in order; none where it is words alone."""

    number: int
    title: str
    question: str
    where_to_look: str
    choices: tuple[str, ...]
    asked: str

    def is_asked_of(self, agency: str) -> bool:
        """Whether an agency answers it; "" for the auditor or observer."""
        return self.asked != (Asked.AUDITOR if agency else Asked.AGENCIES)


def questions_of(tool: Tool, agency: str | None = None) -> list[ToolQuestion]:
    """The questions of a tool in order: all of them, those of an agency, or for "" those of the auditor or observer."""
    questions = [
        ToolQuestion(
            row["number"], row["title"], row["question"], row["where_to_look"], choices_of(row), asked=row["asked"]
        )
        for row in tool.questions
    ]
    return [each for each in questions if agency is None or each.is_asked_of(agency)]


def choices_of(row: Mapping[str, Any]) -> tuple[str, ...]:
    """What is chosen from; every question but one in words alone may also not apply."""
    steps = row["scale"] if row["answer"] == Answer.SCALE else STEPS.get(row["answer"], ())
    return (*steps, NOT_APPLICABLE) if steps else ()


def published_tools() -> QuerySet[Tool]:
    """Every published tool, the latest first."""
    return Tool.objects.all()


def tool_faults(spec: Mapping[str, Any]) -> list[str]:
    """All that keeps a tool from being published, every fault in a sentence."""
    rows = spec["questions"]
    faults = [] if spec["title"] else ["It has no title."]
    if not 1 <= len(rows) <= MOST_QUESTIONS:
        faults.append(f"It has {len(rows) or 'no'} questions. A tool has 1 to {MOST_QUESTIONS}.")
    for row in rows:
        scale, name = row["scale"], f"Question {row['number']}"
        if row["answer"] == Answer.SCALE and not FEWEST_STEPS <= len(scale) <= MOST_STEPS:
            faults.append(f"{name} has a scale of {len(scale)} steps. Give it {FEWEST_STEPS} to {MOST_STEPS}.")
        if row["answer"] != Answer.SCALE and scale:
            faults.append(f"{name} has steps of a scale, and is not answered by one. Take them out, or choose a scale.")
        if NOT_APPLICABLE in scale:
            faults.append(f"{name}: take “{NOT_APPLICABLE}” out of its scale. Every scale ends with it by itself.")
    return faults
