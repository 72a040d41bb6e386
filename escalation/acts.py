"""The acts as the page offers them: which of them this person may do on which step, and the words of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from escalation import moves, re_audits, steps
from escalation.models import Step
from escalation.paths import rung_of
from people.models import User
from qualitycounts.refusals import NotNow, Refused


@dataclass(frozen=True, slots=True)
class Act:
    """One act: its page, what its link and its button say, a quiet line under the link, and what is said when done."""

    page: str
    link: str
    button: str
    done: str
    hint: str = ""


ACTS: dict[str, Act] = {
    "acknowledge": Act("escalation-acknowledge", "Acknowledge", "I have read it and have it", "Acknowledged."),
    "sign": Act("escalation-sign", "Read and sign", "I agree and sign", "Signed."),
    "record": Act("escalation-record", "Say what was done", "This is what was done", "Recorded. Another agrees now."),
    "complete": Act(
        "escalation-complete", "Say that all of it is done", "All of it is done", "Said. The QA check comes next."
    ),
    "confirm": Act("escalation-confirm", "Say that the record is right", "I have seen it on the record", "Checked."),
    "reopen": Act(
        "escalation-reopen",
        "Send it back, with what is missing",
        "Send it back",
        "Sent back. The manager has been told.",
        "The manager gets more working days",
    ),
    "decide": Act("escalation-decide", "Decide how it ends", "This is my decision", "Decided."),
    "re_audit": Act(
        "escalation-re-audit", "Begin the re-audit", "Begin the re-audit", "The re-audit is made and has its auditor."
    ),
    "ask": Act("escalation-ask", "Ask for it", "Ask for it", "Asked. They have been told."),
    "pass_up": Act(
        "escalation-pass-up", "Pass it up now, with a reason", "Pass it up", "Passed up. The owner and the date stay."
    ),
    "extend": Act(
        "escalation-extend",
        "Give more time, with a reason",
        "Give more time",
        "It has a new date. The first stays in sight.",
        "The first date stays in sight",
    ),
    "hand_over": Act(
        "escalation-hand-over",
        "Give it to another person, with a reason",
        "Give it to them",
        "It has a new owner. Both have been told.",
        "Its date stays",
    ),
}
AT_ONCE = ("ask", "re_audit")
"""Acts that need nothing typed: their button does them."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One act on one step, with what its link says here."""

    step: Step
    slug: str
    act: Act
    text: str

    @property
    def title(self) -> str:
        """The step's title, read out beside the act."""
        return rung_of(self.step).title

    @property
    def at_once(self) -> bool:
        """Whether its button does it."""
        return self.slug in AT_ONCE


@dataclass(frozen=True, slots=True)
class Choices:
    """What one person may do: what takes a step on or back, what keeps one moving, and what is theirs but not yet."""

    forward: list[Offer]
    moving: list[Offer]
    not_yet: list[tuple[str, str]]


def choices(found: Iterable[Step], *, by: User) -> Choices:
    """Everything that the page offers this person, the soonest step first."""
    open_steps = [step for step in found if step.state == Step.State.OPEN]
    chosen = Choices([], [], [])
    for step in sorted(open_steps, key=lambda one: (one.due_on or date.max, one.position)):
        checks = {act: steps.CHECKS[act] for act in steps.CLOSES[step.slug]}
        if step.slug == "re_audit":
            checks = re_audits.CHECKS | checks
        for act, check in checks.items():
            refused = refusal(check, step, by=by)
            if refused is None:
                chosen.forward.append(offer(step, act))
            elif refused.status == NotNow.status and act == steps.CLOSES[step.slug][0]:
                chosen.not_yet.append((rung_of(step).title, refused.sentence))
        for act, check in moves.CHECKS.items():
            if refusal(check, step, by=by) is None:
                chosen.moving.append(offer(step, act))
    return chosen


def refusal(check: steps.Check, step: Step, *, by: User) -> Refused | None:
    """What the check says against it, if anything."""
    try:
        check(step, by=by)
    except Refused as refused:
        return refused
    return None


def offer(step: Step, slug: str) -> Offer:
    """The act with the words that fit the step."""
    text = ACTS[slug].link
    if slug == "ask" and step.owner is not None:
        text = f"Ask {step.owner.first_name} for it"
    elif slug == "sign":
        text = "Agree that the child is safe" if step.slug == "make_safe" else "Read and sign the immediate actions"
    elif slug == "acknowledge":
        text = "Acknowledge"
    return Offer(step, slug, ACTS[slug], text)
