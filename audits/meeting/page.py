"""The meeting page as one of its two chairs may see it: one step open, all steps in line, read in a few queries.

What a chair may see of a grade comes from `audits.meeting.visible_grades` and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256

from audits.form_boxes import boxes_of, indicators_of, record_boxes
from audits.meeting.criteria import INDICATORS, CriteriaSection, CriterionRow, sections_of
from audits.meeting.evidence import Mirror, case_mirror, standard_mirror
from audits.meeting.lifecycle import Missing, missing_from
from audits.meeting.observers import Invitation, invitations
from audits.meeting.steps import RECORD, STEPS, Step, also, step_address
from audits.meeting.typed_fields import Field, field_of
from audits.meeting.visible_grades import Seat, VisibleGrade, seats, visible_grade
from audits.models import CASE_NUMBER, Audit, Chair, Hold, Judgement, Mark
from audits.record.clashes import Clash, concern_holds, progress, standing, unanswered
from audits.record.previous_audit import PreviousAudit, previous_audit_on
from people.models import User
from qualitycounts.base.refusals import Refused
from standards import standard_sets
from standards.models import GradeDescriptor, Indicator

SHADES = {"evidenced": "yes", "partly": "part", "not_evidenced": "no", "not_applicable": "na"}


@dataclass(frozen=True)
class MeetingPage:
    """Everything that the page of one chair shows at one step."""

    audit: Audit
    you: Seat
    other: Seat
    step: str
    sights: tuple[VisibleGrade, ...]
    also: tuple[Step, ...]
    missing: tuple[Missing, ...]
    statement: str
    sections: tuple[CriteriaSection, ...]
    fields: tuple[Field, ...]
    descriptors: tuple[GradeDescriptor, ...]
    mirror: Mirror | None
    earlier: PreviousAudit | None = None
    concerns: tuple[Hold, ...] = ()

    @property
    def is_case(self) -> bool:
        """Whether the open step grades the case as a whole."""
        return self.sight is not None and self.sight.is_case

    @property
    def place_in_words(self) -> str:
        """The case, and which of the standards the step is about."""
        case = f"Case {self.audit.case.person_id}"
        return f"{case}, standard {self.step} of 7" if self.sight and not self.is_case else case

    @property
    def notes_heading(self) -> str:
        """What the boxes of the step are headed."""
        if self.is_case:
            return "Notes on the case as a whole"
        return "Notes on this standard" if self.sight else "What the record and the family say"

    @property
    def save_button(self) -> str:
        """What the button says that saves the step without scripts."""
        return f"Save {'marks and notes' if self.fields else 'marks'}" if self.sections else "Save what is written"

    @property
    def evidence_base(self) -> str:
        """How the address begins of what clashes with a grade: a step for the case, a place on the page else."""
        return step_address(self.audit, "") if self.is_case else "#"

    @property
    def first_blank(self) -> str:
        """The address of what is not marked yet."""
        if self.is_case:
            return step_address(self.audit, INDICATORS)
        return f"#{self.mirror.first_blank}" if self.mirror else ""

    @property
    def found_by(self) -> str:
        """What a grade is weighed against: marks, or for the case all that was found."""
        return "what you found" if self.is_case else "your marks"

    @property
    def graded_standards(self) -> list[VisibleGrade]:
        """The standards, without the case as a whole."""
        return [visible for visible in self.sights if not visible.is_case]

    @property
    def is_auditor(self) -> bool:
        """Whether this is the auditor's page."""
        return self.you.chair == Chair.AUDITOR

    @property
    def sight(self) -> VisibleGrade | None:
        """The grade of this step; none on the two steps without one."""
        return next((visible for visible in self.sights if str(visible.number) == self.step), None)

    @property
    def marks(self) -> list[tuple[str, str, str, str]]:
        """The four marks a point may have: the value, its shade, its word, and what is read out after that."""
        aloud = {Mark.Value.NOT_APPLICABLE: ", does not apply"}
        return [(mark.value, SHADES[mark], str(mark.label), aloud.get(mark, "")) for mark in Mark.Value]

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Every step in its order."""
        graded = tuple(
            Step(
                str(visible.number),
                visible.title,
                visible.css,
                visible.text,
                step_address(self.audit, str(visible.number)),
            )
            for visible in self.sights
        )
        return graded[:-1] + self.fill_in + graded[-1:] + self.plan_step

    @property
    def case_sight(self) -> VisibleGrade:
        """The grade of the case as a whole, the last step before the plan."""
        return self.sights[-1]

    @property
    def fill_in(self) -> tuple[Step, ...]:
        """The child's record and the indicators, which come before the case as a whole is graded."""
        return self.also[:-1]

    @property
    def plan_step(self) -> tuple[Step, ...]:
        """The action plan, after all grades."""
        return self.also[-1:]

    @property
    def title(self) -> str:
        """What the open step is called."""
        return next(step.title for step in self.steps if step.slug == self.step)

    @cached_property
    def watchers(self) -> list[Invitation]:
        """The managers who watch, or are asked to."""
        return invitations(self.audit, self.you.pk)

    @property
    def before(self) -> Step | None:
        """The step before this one."""
        place = self.place
        return self.steps[place - 1] if place else None

    @property
    def after(self) -> Step | None:
        """The step after this one: the action plan after the last."""
        return self.steps[self.place + 1]

    @property
    def place(self) -> int:
        """Where the open step stands among all of them."""
        return [step.slug for step in self.steps].index(self.step)

    @property
    def missing_here(self) -> list[Missing]:
        """What is missing on this step."""
        return [gap for gap in self.missing if gap.step == self.step]

    @property
    def unresolved(self) -> list[VisibleGrade]:
        """The grades that the two see differently as things stand, and have not put to the QA Team."""
        return [visible for visible in self.sights if visible.state == Judgement.State.REVEALED and visible.apart]

    @property
    def points(self) -> list[CriterionRow]:
        """The points of the step that are asked of this child, whatever section they are in."""
        return [point for section in self.sections for point in section.points]

    @property
    def others(self) -> list[CriterionRow]:
        """The points of the step that are meant for other children."""
        return [point for section in self.sections for point in section.others]

    @cached_property
    def keys(self) -> dict[str, str]:
        """A digest for each part that a page swaps, so that it swaps only what has changed."""
        counts = [(visible.marked, visible.asked) for visible in self.sights]
        grade = replace(self.sight, marked=0, asked=0) if self.sight else None
        parts = {
            "steps": (
                self.steps,
                self.missing,
                counts,
                [(watcher.watch.pk, watcher.agreed) for watcher in self.watchers],
            ),
            "grade": grade,
            "concern": [hold.pk for hold in self.concerns],
            "mirror": self.mirror,
            "points": [point.key for point in self.points],
        }
        return {name: sha256(repr(part).encode()).hexdigest()[:12] for name, part in parts.items()}


def build_page(audit: Audit, by: User, step: str = "") -> MeetingPage:
    """The desk of one chair at a step; without one, the first step that something is missing from.

    Refused (422) for a step there is not.
    """
    indicators = indicators_of(audit)
    check_step(audit, step, indicators)
    chair = audit.chair_of(by) or Chair.AUDITOR
    you, other = seats(audit, chair)
    judgements = list(audit.judgements.select_related("standard", "aside_by").prefetch_related("actions", "proposals"))
    notes = {note.slug: note for note in audit.notes.all()}
    marks = list(audit.marks.all())
    marked = sum(bool(mark.indicator_id and mark.value) for mark in marks)
    concerns = tuple(concern_holds(audit))
    against = standing(audit, judgements, marks, len(concerns))
    missing = tuple(missing_from(audit, judgements, notes, against=against, marked=marked, asked=len(indicators)))
    step = step or next(
        (gap.step for gap in missing if gap.step in STEPS), str(judgements[0].number) if judgements else STEPS[0]
    )
    judgement = next((judgement for judgement in judgements if str(judgement.number) == step), None)
    names = {seat.pk: seat.name for seat in (you, other)}
    before = previous_audit_on(audit, step)
    sections = sections_of(audit, judgement, step, indicators, marks, names, before.marks if before else {})
    counts = progress(audit, marks)
    boxes = boxes_of(judgement.number) if judgement else record_boxes(audit) if step == RECORD else ()
    return MeetingPage(
        audit=audit,
        you=you,
        other=other,
        step=step,
        sights=tuple(
            weighed(
                count_step(visible_grade(each_judgement, chair, other), counts),
                each_judgement,
                against.get(each_judgement.number, []),
            )
            for each_judgement in judgements
        ),
        also=tuple(
            replace(other_step, url=step_address(audit, other_step.slug))
            for other_step in also(judgements, notes, record_boxes(audit), marked, len(indicators), missing)
        ),
        missing=missing,
        statement=judgement.standard.statement if judgement and judgement.standard else "",
        sections=sections,
        fields=tuple(field_of(box, notes.get(box.slug), names) for box in boxes),
        descriptors=standard_sets.descriptors(audit.standard_set.pk, audit.standard_set.file_hash) if judgement else (),
        mirror=mirror_of(audit, judgement, judgements, sections, indicators, marks, len(concerns)),
        earlier=before,
        concerns=concerns,
    )


def check_step(audit: Audit, step: str, indicators: Sequence[Indicator]) -> None:
    """Refused (422) for a step that this audit does not have; no step is none too many."""
    there = step in STEPS and (not step.isdecimal() or audit.looks_at(int(step))) and (step != INDICATORS or indicators)
    if step and not there:
        raise Refused("There is no such step in a meeting. Choose one from the list of steps.")


def count_step(sight: VisibleGrade, counts: Mapping[int, tuple[int, int]]) -> VisibleGrade:
    """A grade with how many of its points are marked, of those asked of this child."""
    marked, asked = counts.get(sight.number, (0, 0))
    return replace(sight, marked=marked, asked=asked)


def weighed(sight: VisibleGrade, judgement: Judgement, against: Sequence[Clash]) -> VisibleGrade:
    """A settled grade with what stands against it, and whether that still wants a reason."""
    asks = bool(unanswered(judgement, against))
    text = f"{sight.text}. Say why it stands" if asks else sight.text
    return replace(sight, standing=tuple(against), asks_why=asks, text=text)


def mirror_of(
    audit: Audit,
    judgement: Judgement | None,
    judgements: Sequence[Judgement],
    sections: Iterable[CriteriaSection],
    indicators: Sequence[Indicator],
    marks: Sequence[Mark],
    concerns: int,
) -> Mirror | None:
    """The marks of the step beside each grade: a standard's own, or for the case its headline indicators."""
    if judgement is None:
        return None
    if judgement.number != CASE_NUMBER:
        there = [point for section in sections for point in section.points]
        return standard_mirror([(point.key, f"{point.number}. {point.title}", point.value) for point in there])
    values = {mark.indicator_id: mark.value for mark in marks if mark.indicator_id}
    return case_mirror(
        [("", indicator.title, values.get(indicator.pk, "")) for indicator in indicators],
        standards=[other for other in judgements if other.number != CASE_NUMBER],
        concerns=concerns,
    )
