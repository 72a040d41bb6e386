"""The steps of a meeting: what each is called, how it stands and where it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse

from audits import graded
from audits.form_boxes import RECORD, FormBox
from audits.meeting.criteria import INDICATORS
from audits.meeting.missing import Missing, is_empty
from audits.models import CASE_SLUG, Action, Audit, Judgement, Note
from qualitycounts.base.refusals import Refused
from standards.models import Indicator

PLAN = "plan"
MARKS = "marks"
"""Both sheets side by side, over all standards: a page beside the steps."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line among the steps: what it is called and how it stands."""

    slug: str
    title: str
    css: str
    text: str
    url: str = ""

    @property
    def name(self) -> str:
        """What a link to it says."""
        return f"Standard {self.slug}: {self.title}" if self.slug.isdecimal() else self.title


def steps_of(audit: Audit, indicators: Collection[Indicator]) -> tuple[str, ...]:
    """The slugs of the steps of this audit, in their order; the plan is a page beside them."""
    standards = [str(number) for number in graded.standard_numbers(audit)]
    return (*standards, RECORD, *([INDICATORS] if indicators else []), CASE_SLUG)


def check_step(audit: Audit, step: str, indicators: Collection[Indicator]) -> None:
    """Refused (422) for a step that this audit does not have; no step is none too many."""
    if step and step != MARKS and step not in steps_of(audit, indicators):
        raise Refused("There is no such step in a meeting. Choose one from the list of steps.")


def notes_on(step: str) -> str:
    """What the boxes of a step are headed: of a standard, of the case as a whole, or about the record."""
    if step == CASE_SLUG:
        return "Notes on the case as a whole"
    return "Notes on this standard" if step.isdecimal() else "What the record and the family say"


def step_address(audit: Audit, step: str, place: str = "") -> str:
    """The address of a step, or of a place on it; the plan has a page of its own, and each action of it, by number."""
    if step == PLAN:
        return reverse("audit-plan-change" if place else "audit-plan", args=[audit.ref, *([place] if place else [])])
    return f"{reverse('audit-meeting', args=[audit.ref])}?step={step}{'#' if place else ''}{place}"


def step_in_words(step: str) -> str:
    """Where somebody is whose page shows this step; "" for no step."""
    if step.isdecimal():
        return f"Standard {step}"
    return {CASE_SLUG: "The case", RECORD: "Child’s record", INDICATORS: "Indicators", PLAN: "Action plan"}.get(
        step, ""
    )


def also(
    judgements: Sequence[Judgement],
    notes: Mapping[str, Note],
    boxes: Sequence[FormBox],
    marked: int,
    asked: int,
    missing: Sequence[Missing],
) -> tuple[Step, ...]:
    """What there is to fill in beside the grades: the record, the indicators (if any are asked) and the plan."""
    needed = [box for box in boxes if box.needed]
    filled = sum(not is_empty(box, notes) for box in needed)
    live = {
        action.pk
        for judgement in judgements
        for action in judgement.actions.all()
        if action.state != Action.State.CANCELLED
    }
    wanted = sum(gap.step == PLAN for gap in missing)
    actions = f"{len(live)} action{'' if len(live) == 1 else 's'}" if live else "No action yet"
    plan = f"{actions}, {wanted} still needed" if wanted else actions if live else "No action needed yet"
    record = f"{filled} of {len(needed)} filled in"
    signs = Step(INDICATORS, "Headline indicators", shape_of_count(marked, asked), f"{marked} of {asked} marked")
    return (
        Step(RECORD, "Child’s record and feedback", shape_of_count(filled, len(needed)), record),
        *([signs] if asked else []),
        Step(PLAN, "Action plan", shape_of_count(len(live), len(live) + wanted), plan),
    )


def shape_of_count(done: int, of: int) -> str:
    """The shape of a state that counts: blank, begun or whole."""
    return "blank" if not done else "agreed" if done >= of else "proposed"
