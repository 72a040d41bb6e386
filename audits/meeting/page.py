"""The meeting page as one of its two chairs may see it: one step open, all steps in line, read in a few queries.

What a chair may see of a grade comes from `audits.meeting.visible_grades` and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from django.db.models import Exists

from audits.form_boxes import FormBox, boxes_of, indicators_of, record_boxes
from audits.meeting.both_sheets import BothSheets, digest_of, first_boxes, without_counts
from audits.meeting.criteria import INDICATORS, CriteriaSection, CriterionRow, sections_of
from audits.meeting.evidence import Mirror, mirror_of
from audits.meeting.lifecycle import Missing, missing_from
from audits.meeting.observers import Invitation, invitations
from audits.meeting.pace import NextAct
from audits.meeting.pairs import mark_choices
from audits.meeting.replaced import Replaced, field_of_row, replaced_words
from audits.meeting.sheets import sheets_of
from audits.meeting.steps import MARKS, RECORD, STEPS, Step, also, check_step, step_address
from audits.meeting.typed_fields import Field, field_of
from audits.meeting.visible_grades import NextStep, Seat, VisibleGrade, seats, visible_grade
from audits.models import Audit, Chair, Hold, Judgement, Mark, Note
from audits.record.clashes import Clash, concern_holds, progress, standing, unanswered
from audits.record.previous_audit import PreviousAudit, previous_audit_on
from people.models import User
from standards import standard_sets
from standards.models import GradeDescriptor


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
    both: BothSheets
    earlier: PreviousAudit | None = None
    concerns: tuple[Hold, ...] = ()
    replaced: tuple[Replaced, ...] = ()

    @property
    def is_case(self) -> bool:
        """Whether the open step grades the case as a whole."""
        return self.sight is not None and self.sight.is_case

    @property
    def is_marks(self) -> bool:
        """Whether the open step is the one that sets both sheets side by side, over all standards."""
        return self.step == MARKS

    @property
    def parts(self) -> list[str]:
        """The parts that the page swaps as they change, by the names of their templates."""
        own = ["grade", "mirror"] if self.sight else [] if self.is_marks else ["beside"]
        return ["concern", "replaced", "bar", "steps", *own, *self.both.parts]

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
        if self.is_marks:
            return "Notes on each standard"
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
        return mark_choices()

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
        return next((step.title for step in self.steps if step.slug == self.step), "Both your marks")

    @cached_property
    def watchers(self) -> list[Invitation]:
        """The managers who watch, or are asked to."""
        return invitations(self.audit, self.you.pk)

    @property
    def before(self) -> Step | None:
        """The step before this one."""
        return self.steps[self.place - 1] if not self.is_marks and self.place else None

    @property
    def after(self) -> Step | None:
        """The step after this one: the action plan after the last, the child's record after both sheets."""
        return self.fill_in[0] if self.is_marks else self.steps[self.place + 1]

    @property
    def place(self) -> int:
        """Where the open step stands among all of them."""
        return [step.slug for step in self.steps].index(self.step)

    @property
    def missing_here(self) -> list[Missing]:
        """What is missing on this step."""
        return [gap for gap in self.missing if gap.step == self.step]

    @property
    def to_answer(self) -> list[VisibleGrade]:
        """The grades that wait for this chair to confirm or to answer."""
        return [visible for visible in self.sights if visible.waits_for_you]

    @property
    def done(self) -> int:
        """How many of the standards are graded or set aside."""
        return sum(bool(visible.grade) or visible.is_aside for visible in self.graded_standards)

    @property
    def next_act(self) -> NextAct:
        """What is to be done on this step, one thing at a time; once it is done, the next step."""
        if self.sight and self.mirror and self.mirror.blank and self.sight.next_step == NextStep.PROPOSE:
            return NextAct(f"Mark {self.mirror.blank} more", self.first_blank)
        act = self.sight.next_act if self.sight else None
        if not self.sight and self.missing_here:
            act = NextAct(f"{len(self.missing_here)} to fill in", "#sheet")
        return act or NextAct(f"Next: {self.after.name if self.after else ''}", self.after.url if self.after else "")

    @property
    def unresolved(self) -> list[VisibleGrade]:
        """The grades that the two see differently as things stand, and have not put to the QA Team."""
        return [visible for visible in self.sights if visible.state == Judgement.State.REVEALED and visible.apart]

    @property
    def points(self) -> list[CriterionRow]:
        """The points of the step that are asked of this child, whatever section they are in; on both sheets those that
        need talk."""
        if self.is_marks:
            return self.both.listed
        return [point for section in self.sections for point in section.points]

    @property
    def others(self) -> list[CriterionRow]:
        """The points of the step that are meant for other children."""
        return [point for section in self.sections for point in section.others]

    @cached_property
    def keys(self) -> dict[str, str]:
        """A digest for each part that a page swaps, so that it swaps only what has changed."""
        counts = [(visible.marked, visible.asked) for visible in self.sights]
        grade = without_counts(self.sight) if self.sight else None
        parts = {
            "steps": (
                self.steps,
                self.missing,
                counts,
                self.both.to_talk,
                [(watcher.watch.pk, watcher.agreed) for watcher in self.watchers],
            ),
            "grade": grade,
            "concern": [hold.pk for hold in self.concerns],
            "replaced": self.replaced,
            "beside": self.missing_here,
            "bar": (self.next_act, self.done, [visible.number for visible in self.to_answer]),
            "mirror": self.mirror,
            "points": [] if self.is_marks else [point.key for point in self.points],
        }
        return {name: digest_of(part) for name, part in parts.items()} | self.both.keys


def build_page(audit: Audit, by: User, step: str = "", *, on: date | None = None) -> MeetingPage:
    """The desk of one chair at a step; without one, the first step that something is missing from, or both sheets for
    whoever came with marks and has not proposed for each standard. With the day it is looked at `on`, dates in the plan
    that have passed are missing, too.

    Refused (422) for a step there is not.
    """
    indicators = indicators_of(audit)
    check_step(audit, step, indicators)
    chair = audit.chair_of(by) or Chair.AUDITOR
    you, other = seats(audit, chair)
    replaced = audit.replaced_words.filter(written_by=you.pk)
    of_judgements = audit.judgements.select_related("standard", "aside_by").prefetch_related("actions", "proposals")
    judgements = list(of_judgements.annotate(any_replaced=Exists(replaced)))
    notes = {note.slug: note for note in audit.notes.all()}
    marks = list(audit.marks.all())
    rows: list[Mark | Note] = [*marks, *notes.values()]
    marked = sum(bool(mark.indicator_id and mark.value) for mark in marks)
    concerns = tuple(concern_holds(audit))
    against = standing(audit, judgements, marks, len(concerns))
    counts = progress(audit, marks)
    missing = tuple(
        missing_from(audit, judgements, notes, against=against, marked=marked, asked=len(indicators), on=on)
    )
    sights = tuple(
        weighed(
            count_step(visible_grade(judgement, chair, other), counts),
            judgement,
            against.get(judgement.number, []),
        )
        for judgement in judgements
    )
    sheets = sheets_of(audit, you, other, sights, marks)
    if not step and sheets.yours and any(sight.next_step == NextStep.PROPOSE for sight in sights[:-1]):
        step = MARKS
    step = step or next(
        (gap.step for gap in missing if gap.step in STEPS), str(judgements[0].number) if judgements else STEPS[0]
    )
    judgement = next((judgement for judgement in judgements if str(judgement.number) == step), None)
    names = {seat.pk: seat.name for seat in (you, other)}
    before = previous_audit_on(audit, step)
    then = before.marks if before else {}
    standards = tuple(
        (sight, sheets.paired(sections_of(audit, each, str(each.number), (), marks, names, then), sight, other.first))
        for sight, each in zip(sights, judgements, strict=True)
        if each.applies and not sight.is_case and step in (MARKS, str(each.number))
    )
    sections = sections_of(audit, judgement, step, indicators, marks, names, then)
    boxes: Sequence[FormBox] = record_boxes(audit) if step == RECORD else ()
    if step == MARKS:
        boxes = first_boxes(sight for sight, _ in standards)
    elif judgement is not None:
        boxes, sections = boxes_of(judgement.number), standards[0][1] if standards else sections
    return MeetingPage(
        audit=audit,
        you=you,
        other=other,
        step=step,
        sights=sights,
        also=tuple(
            replace(other_step, url=step_address(audit, other_step.slug))
            for other_step in also(judgements, notes, record_boxes(audit), marked, len(indicators), missing)
        ),
        missing=missing,
        statement=judgement.standard.statement if judgement and judgement.standard else "",
        sections=sections,
        fields=tuple(field_of(box, notes.get(box.slug), names) for box in boxes),
        descriptors=standard_sets.descriptors(audit.standard_set.pk, audit.standard_set.file_hash)
        if judgement or step == MARKS
        else (),
        mirror=mirror_of(judgement, judgements, sections, indicators, marks, len(concerns)),
        both=BothSheets(sheets, standards, step == MARKS),
        earlier=before,
        concerns=concerns,
        replaced=tuple(
            replaced_words(
                audit,
                {point.key: point.title for section in sections for point in section.points},
                {field_of_row(row): row for row in rows},
                by=you.pk,
            )
        )
        if any(judgement.any_replaced for judgement in judgements)
        else (),
    )


def count_step(sight: VisibleGrade, counts: Mapping[int, tuple[int, int]]) -> VisibleGrade:
    """A grade with how many of its points are marked, of those asked of this child."""
    marked, asked = counts.get(sight.number, (0, 0))
    return replace(sight, marked=marked, asked=asked)


def weighed(sight: VisibleGrade, judgement: Judgement, against: Sequence[Clash]) -> VisibleGrade:
    """A settled grade with what stands against it, and whether that still wants a reason."""
    asks = bool(unanswered(judgement, against))
    text = f"{sight.text}. Say why it stands" if asks else sight.text
    return replace(sight, standing=tuple(against), asks_why=asks, text=text)
