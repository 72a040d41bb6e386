"""The meeting page as one of its two chairs may see it: one step open, all steps in line, read in a few queries.

What a chair may see of a grade comes from `audits.meeting.visible_grades` and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse

from audits.graded import numbers_of_set
from audits.meeting.both_sheets import BothSheets, digest_of, without_counts
from audits.meeting.criteria import INDICATORS, CriteriaSection, CriterionRow
from audits.meeting.evidence import Mirror
from audits.meeting.missing import MissedIndicator, Missing
from audits.meeting.observers import Invitation
from audits.meeting.pace import NextAct, NextStep
from audits.meeting.replaced import Replaced
from audits.meeting.seats import Seat
from audits.meeting.steps import MARKS, Step, notes_on, step_address
from audits.meeting.typed_fields import Field
from audits.meeting.visible_grades import VisibleGrade
from audits.models import Audit, Chair, Hold, Judgement
from audits.record.previous_audit import PreviousAudit
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
    missed: tuple[MissedIndicator, ...]
    statement: str
    sections: tuple[CriteriaSection, ...]
    fields: tuple[Field, ...]
    descriptors: tuple[GradeDescriptor, ...]
    mirror: Mirror | None
    both: BothSheets
    earlier: PreviousAudit | None = None
    concerns: tuple[Hold, ...] = ()
    replaced: tuple[Replaced, ...] = ()
    watchers: tuple[Invitation, ...] = ()
    family_named: bool = False

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
        own = ["grade", "gradebar", "mirror"] if self.sight else [] if self.is_marks else ["beside"]
        return ["concern", "replaced", "bar", "steps", *own, *self.both.parts]

    @property
    def place_in_words(self) -> str:
        """The case, and which of the standards the step is about."""
        case = f"Case {self.audit.case.person_id}"
        if not self.sight or self.is_case:
            return case
        return f"{case}, standard {self.step} of {len(numbers_of_set(self.audit))}"

    @property
    def notes_heading(self) -> str:
        """What the boxes of the step are headed."""
        return "Notes on each standard" if self.is_marks else notes_on(self.step)

    @property
    def save_button(self) -> str:
        """What the button says that saves the step without scripts."""
        return f"Save {'marks and notes' if self.fields else 'marks'}" if self.sections else "Save what is written"

    @cached_property
    def address(self) -> str:
        """The address of the meeting's page, without a step."""
        return reverse("audit-meeting", args=[self.audit.ref])

    @cached_property
    def question_address(self) -> str:
        """How the address begins at which a question of other children is brought in: its key and a slash follow."""
        return reverse("audit-question", args=[self.audit.ref, 0]).removesuffix("0/")

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
        """What a grade is weighed against: marks, for the case all that was found, and what the third chair said."""
        if self.sight and self.sight.third and self.sight.third.shown:
            return "what stands here"
        return "what you found" if self.is_case else "your marks"

    @property
    def graded_standards(self) -> list[VisibleGrade]:
        """The standards, without the case as a whole."""
        return [visible for visible in self.sights if not visible.is_case]

    @property
    def is_auditor(self) -> bool:
        """Whether this is the auditor's page."""
        return self.you.chair == Chair.AUDITOR

    @cached_property
    def sight(self) -> VisibleGrade | None:
        """The grade of this step; none on the two steps without one."""
        return next((visible for visible in self.sights if visible.slug == self.step), None)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Every step in its order."""
        graded = tuple(
            Step(
                visible.slug,
                visible.title,
                visible.css,
                visible.text,
                f"{self.address}?step={visible.slug}",
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

    @property
    def title_in_tab(self) -> str:
        """The same for the browser's tab, after the count of what is to be confirmed."""
        return f"({len(self.to_answer)}) {self.title}" if self.to_answer else self.title

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
    def step_in_count(self) -> str:
        """Which of the steps this is."""
        return self.title if self.is_marks else f"Step {self.place + 1} of {len(self.steps)}"

    @property
    def standing_in_words(self) -> str:
        """How far the two are, in one line: the standards done, what this chair has to confirm, what is missing."""
        confirm = f"{len(self.to_answer)} yours to confirm, " if self.to_answer else ""
        missing = f"{len(self.missing)} missing" if self.missing else "nothing missing"
        return f"{self.done} of {len(self.graded_standards)} done, {confirm}{missing}"

    @property
    def missing_here(self) -> list[Missing]:
        """What is missing on this step."""
        return [gap for gap in self.missing if gap.step == self.step]

    @cached_property
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
        act = self.sight.next_act if self.sight else self.both.next_act
        if to_fill := 0 if self.sight else sum(gap.blocks for gap in self.missing_here):
            act = NextAct(f"{to_fill} to fill in", "#sheet")
        name, url = (self.after.name.partition(":")[0], self.after.url) if self.after else ("", "")
        return act or NextAct(f"Next: {name}", url)

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
            "gradebar": (self.sight.css, self.sight.text) if self.sight else None,
            "concern": [hold.pk for hold in self.concerns],
            "replaced": self.replaced,
            "beside": self.missing_here,
            "bar": (self.next_act, self.done, [visible.number for visible in self.to_answer]),
            "mirror": self.mirror,
            "points": [] if self.is_marks else [point.key for point in self.points],
        }
        return {name: digest_of(part) for name, part in parts.items()} | self.both.keys
