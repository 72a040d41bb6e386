"""The paths of the ladder: who is told when one opens, its steps in order, and who is told when one of them is late.

It is the table of the lifecycle (strategy 4.7.5 and 7, App. 2; the strategy's own picture of it is lost). Each step is
a class in `kinds/`.
"""

from __future__ import annotations

from dataclasses import dataclass

from escalation.models import Escalation
from escalation.steps import times
from escalation.steps.people import Who
from escalation.steps.step_kind import KINDS, StepKind
from people import council_settings

Path = Escalation.Path


@dataclass(frozen=True, slots=True)
class Level:
    """Who is told when a step has been late for so many working days.

    `key` is what a breach keeps: a change of the setting must not tell anybody twice.
    """

    key: int
    who: Who
    setting: council_settings.Number

    @property
    def days(self) -> int:
        """Working days late, as the council set them."""
        return self.setting.value()


def levels(settings: tuple[council_settings.Number, ...], *parts: Who) -> tuple[Level, ...]:
    """The levels of a ladder, each with the part that it tells."""
    return tuple(Level(setting.default, who, setting) for setting, who in zip(settings, parts, strict=True))


LATE_LEVELS = levels(times.LATE, Who.QA_OFFICER, Who.HEAD_OF_SERVICE, Who.ASSISTANT_DIRECTOR, Who.EXECUTIVE_DIRECTOR)
LATE_LEVELS_FOR_SAFETY = levels(times.LATE_FOR_SAFETY, Who.ASSISTANT_DIRECTOR, Who.EXECUTIVE_DIRECTOR)


@dataclass(frozen=True, slots=True)
class Ladder:
    """A path: who is told when it opens, and who is told when one of its steps is late."""

    path: str
    told: tuple[Who, ...]
    late: tuple[Level, ...] = LATE_LEVELS

    @property
    def steps(self) -> list[StepKind]:
        """The kinds of its steps, in order."""
        return sorted((kind for kind in KINDS.values() if kind.path == self.path), key=lambda kind: kind.order)


PATHS: dict[str, Ladder] = {
    ladder.path: ladder
    for ladder in (
        Ladder(Path.SAFEGUARDING, told=(Who.QA_OFFICER,), late=LATE_LEVELS_FOR_SAFETY),
        Ladder(Path.INADEQUATE, told=(Who.WORKER, Who.MANAGER, Who.QA_OFFICER, Who.ASSISTANT_DIRECTOR)),
        Ladder(Path.REQUIRES_IMPROVEMENT, told=(Who.WORKER, Who.HEAD_OF_SERVICE, Who.QA_OFFICER)),
    )
}


def by_when(kind: StepKind, *, as_set: bool = False) -> str:
    """A step's date in words: by the defaults of the settings, or as the council has set them."""
    if kind.since == "panel":
        return "the next panel after the steps before it"
    since = {"opened": "opening", "met": "the meeting", "done": "the steps before it"}[kind.since]
    if not kind.months and not kind.days:
        return f"the day of {since}"
    length, unit = (kind.months, "month") if kind.months else (kind.days, "working day")
    number = length
    if isinstance(length, council_settings.Number):
        number = length.value() if as_set else length.default
    return f"{number} {unit}{'' if number == 1 else 's'} after {since}"
