"""Both sheets side by side as the meeting's page shows them: what to propose, to agree, to talk about and to take.

On the page of one standard it is that standard's part; on the page of both sheets it goes over all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256

from audits.form_boxes import FormBox, boxes_in
from audits.meeting.criteria import CriteriaSection, CriterionRow
from audits.meeting.pace import NextAct, NextStep
from audits.meeting.sheets import MOST_LISTED, OpenStandard, OwnCounts, Sheets
from audits.meeting.visible_grades import VisibleGrade
from audits.models import Audit

SETTLED = (NextStep.AGREED, NextStep.RULED)


@dataclass(frozen=True, slots=True)
class TalkPart:
    """The criteria to talk about in one standard; nothing while it is closed."""

    number: int
    key: str
    opened: OpenStandard | None


@dataclass(frozen=True, slots=True)
class ToPropose:
    """A standard that you have not proposed for: your own marks of it, and what was typed where it came back."""

    sight: VisibleGrade
    own: OwnCounts
    grade: str
    words: str


@dataclass(frozen=True)
class BothSheets:
    """The standards of the open step, with the criteria of each; `over_all`: it is the page of both sheets.

    `typed` is what was sent where a proposal was refused.
    """

    sheets: Sheets
    standards: tuple[tuple[VisibleGrade, tuple[CriteriaSection, ...]], ...]
    over_all: bool
    typed: Mapping[str, str] = field(default_factory=dict)

    @property
    def to_talk(self) -> int | None:
        """How many criteria of the whole audit need talk, if that may be said."""
        return self.sheets.to_talk

    @property
    def asked(self) -> int:
        """Of how many."""
        return self.sheets.asked

    @cached_property
    def opened(self) -> list[OpenStandard]:
        """The standards of the step whose own marks are open to this chair, and in which there are any."""
        return [
            OpenStandard(sight, sections)
            for sight, sections in self.standards
            if any(point.pair for section in sections for point in section.points)
        ]

    @property
    def listed(self) -> list[CriterionRow]:
        """All there is to talk about, where one page can list it."""
        points = [point for standard in self.opened for point in standard.talk]
        return points if len(points) <= MOST_LISTED else []

    @property
    def unsettled(self) -> int:
        """How many criteria are still to be talked about, of those that are open."""
        return sum(standard.unsettled for standard in self.opened)

    @property
    def own(self) -> OwnCounts | None:
        """Your own marks of the one standard that the step is about, counted, if you made any."""
        if self.over_all or not self.standards:
            return None
        counts = self.sheets.own_of(self.standards[0][1])
        return counts if counts.said else None

    @property
    def to_propose(self) -> list[ToPropose]:
        """The standards that you have not proposed a grade for, with your own marks of each."""
        return [
            ToPropose(
                sight,
                self.sheets.own_of(sections),
                self.typed.get(f"grade-{sight.number}", ""),
                self.typed.get(f"words-{sight.number}", ""),
            )
            for sight, sections in self.standards
            if sight.next_step == NextStep.PROPOSE
        ]

    @property
    def waiting(self) -> list[VisibleGrade]:
        """The standards that you have proposed a grade for, and the other has not."""
        return [sight for sight, _ in self.standards if sight.next_step == NextStep.WAIT]

    @property
    def waiting_in_words(self) -> str:
        """Their numbers, in a line."""
        return ", ".join(str(sight.number) for sight in self.waiting)

    @property
    def to_agree(self) -> list[VisibleGrade]:
        """The standards whose grades are both in, and that are not agreed."""
        return [sight for sight, _ in self.standards if not sight.waits_for_both and sight.next_step not in SETTLED]

    @property
    def next_act(self) -> NextAct | None:
        """What is to be done over all standards: propose from one's own marks, then agree on the grades."""
        if not self.over_all or not (self.to_propose or self.to_agree):
            return None
        return NextAct("Propose", "#a-propose") if self.to_propose else NextAct("Agree on the grades", "#a-agree")

    @property
    def agreed(self) -> list[VisibleGrade]:
        """The standards whose grades are settled."""
        return [sight for sight, _ in self.standards if sight.next_step in SETTLED]

    @property
    def parts(self) -> list[str]:
        """The parts of the page that it swaps, by the names of their templates, with the standard they are about."""
        rest = ["together_rest"] if self.standards else []
        if not self.over_all:
            return rest
        talk = [f"together_talk-{sight.number}" for sight, _ in self.standards]
        return ["together_propose", "together_agree", *rest, *talk]

    @property
    def talk_parts(self) -> list[TalkPart]:
        """What there is to talk about, by standard, each a part of the page that comes as the standard opens."""
        opened = {standard.sight.number: standard for standard in self.opened}
        return [
            TalkPart(sight.number, self.keys[f"together_talk-{sight.number}"], opened.get(sight.number))
            for sight, _ in self.standards
        ]

    @cached_property
    def keys(self) -> dict[str, str]:
        """A digest for each of its parts; "" where there is nothing in it."""
        rest = [(standard.sight.opened_early, standard.unsettled, standard.shared) for standard in self.opened]
        said: dict[str, object] = {
            "together_propose": (
                [(without_counts(row.sight), row.own.in_words, row.own.weak_marks) for row in self.to_propose],
                [sight.number for sight in self.waiting],
            ),
            "together_agree": (
                [without_counts(sight) for sight in (*self.to_agree, *self.agreed)],
                self.unsettled if self.opened else "",
            ),
            "together_rest": (rest, self.own and self.own.in_words),
        }
        for sight, sections in self.standards:
            pairs = [(point.key, point.pair) for section in sections for point in section.points if point.needs_talk]
            said[f"together_talk-{sight.number}"] = (pairs, bool(self.listed)) if pairs else ()
        keys = {name: digest_of(part) for name, part in said.items()}
        return keys if self.opened or self.own or self.over_all else keys | {"together_rest": ""}


def digest_of(part: object) -> str:
    """A few letters that tell whether a part of the page shows just this."""
    return sha256(repr(part).encode()).hexdigest()[:12]


def without_counts(sight: VisibleGrade) -> VisibleGrade:
    """A grade without how many of its points are marked, which only the steps show."""
    return replace(sight, marked=0, asked=0)


def first_boxes(audit: Audit, sights: Iterable[VisibleGrade]) -> list[FormBox]:
    """The box for what works well in each standard, named by it, where all standards stand on one page."""
    boxes = [(sight, boxes_in(audit, sight.number)[0]) for sight in sights]
    return [replace(box, title=f"{sight.number}. {sight.title}", hint=box.title) for sight, box in boxes]
