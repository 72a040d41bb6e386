"""The acts as the page offers them: which of them this person may do on which step, and the words of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from escalation.models import Step
from escalation.steps.acts import ASK, MOVING
from escalation.steps.rights import read_rights
from escalation.steps.step_kind import Act, Check, kind_of
from escalation.steps.waits_for import whom
from people import access
from people.models import User
from qualitycounts.base.refusals import NotNow, Refused


@dataclass(frozen=True, slots=True)
class Offer:
    """One act on one step, with what its link says here."""

    step: Step
    act: Act
    text: str

    @property
    def title(self) -> str:
        """The step's title, read out beside the act."""
        return kind_of(self.step).title

    @property
    def url(self) -> str:
        """Where it is done."""
        return reverse(self.act.page, args=[self.step.escalation.ref, self.step.slug])

    @property
    def at_once(self) -> bool:
        """Whether its button does it."""
        return self.act.at_once


@dataclass(frozen=True, slots=True)
class Choices:
    """What one person may do: what takes a step on or back, what keeps one moving, and what is theirs but not yet."""

    forward: list[Offer]
    moving: list[Offer]
    not_yet: list[tuple[str, str]]


def choices(steps: Iterable[Step], *, by: User) -> Choices:
    """Everything that the page offers this person, the soonest step first."""
    open_steps = [step for step in steps if step.state == Step.State.OPEN]
    read_rights(open_steps, by=by)
    chosen = Choices([], [], [])
    for step in sorted(open_steps, key=lambda step: (step.due_on or date.max, step.position)):
        kind = kind_of(step)
        for act in kind.acts:
            refused = refusal(act.check, step, by=by)
            if refused is None:
                chosen.forward.append(offer(step, act))
            elif refused.status == NotNow.status and not act.at_once:
                chosen.not_yet.append((kind.title, refused.sentence))
        chosen.moving.extend(offer(step, act) for act in MOVING if refusal(act.check, step, by=by) is None)
    return chosen


def refusal(check: Check, step: Step, *, by: User) -> Refused | None:
    """What the check says against it, if anything."""
    try:
        check(step, by=by)
    except Refused as refused:
        return refused
    return None


def offer(step: Step, act: Act) -> Offer:
    """The act with the words that fit the step."""
    text = act.link
    if act is ASK:
        text = f"Ask {' and '.join(person.first_name for person in whom(step, on=access.doorway_day()).people)} for it"
    return Offer(step, act, text)
