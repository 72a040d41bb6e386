"""The steps of a meeting: what each is called, how it stands and where it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse

from audits.form_boxes import FormBox
from audits.meeting.criteria import INDICATORS
from audits.meeting.lifecycle import Missing, is_empty
from audits.models import CASE_NUMBER, Action, Audit, Judgement, Note

RECORD = "record"
PLAN = "plan"
STEPS = (*(str(number) for number in range(1, CASE_NUMBER + 1)), RECORD, INDICATORS)


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
        return f"Standard {self.slug}: {self.title}" if self.slug in STEPS[: CASE_NUMBER - 1] else self.title


def step_address(audit: Audit, step: str, place: str = "") -> str:
    """The address of a step, or of a place on it; the plan has a page of its own."""
    if step == PLAN:
        return reverse("audit-plan", args=[audit.ref])
    return f"{reverse('audit-meeting', args=[audit.ref])}?step={step}{'#' if place else ''}{place}"


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
