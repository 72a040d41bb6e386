"""The points of a step as its page shows them: those asked of this child under their headings, each with its mark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from audits.booking.pack import fits
from audits.case_facts import CaseFact, audit_facts, facts_beside
from audits.meeting.pairs import Pair
from audits.models import Audit, Judgement, Mark
from audits.record.previous_audit import mark_movement
from standards import standard_sets
from standards.models import Criterion, Indicator
from standards.review_intervals import ReviewInterval, intervals_beside

INDICATORS = "indicators"


@dataclass(frozen=True, slots=True)
class CriterionRow:
    """One criterion or headline indicator with its mark. `was` stamps what the record says, for the save that follows.

    After a save that was refused `problem` and `theirs` are there, with what was typed in place of the record.
    `asked_why` is why a point of other children is asked here, `before` the mark of the audit that this one follows,
    `pair` what each of the two marked before the meeting, where both may be seen, `facts` the dates the register has
    and how often such a plan is reviewed.
    """

    key: str
    number: str
    title: str
    question: str
    where: str
    value: str
    seen: str
    was: str
    saved_by: str
    nested: bool = False
    fits: bool = True
    meant_for: str = ""
    asked_why: str = ""
    before: str = ""
    problem: str = ""
    theirs: str = ""
    pair: Pair | None = None
    facts: tuple[CaseFact | ReviewInterval, ...] = ()

    @property
    def needs_talk(self) -> bool:
        """Whether the two differ, or did not find it, as far as what each marked before the meeting may be seen."""
        return self.pair is not None and not self.pair.shared

    @property
    def is_asked(self) -> bool:
        """Whether it is asked of this child: meant for it, marked or brought in."""
        return self.fits or bool(self.value or self.asked_why)

    @property
    def pk(self) -> int:
        """The key of its criterion or indicator."""
        return int(self.key[1:])

    @property
    def weak(self) -> bool:
        """Whether it was not, or only partly, evidenced, and so may ask for an action."""
        return self.value in (Mark.Value.NOT_EVIDENCED, Mark.Value.PARTLY)

    @property
    def moved(self) -> str:
        """How the mark moved since the earlier audit."""
        return mark_movement(self.before, self.value)

    @property
    def css(self) -> str:
        """The classes of its row: whether it stands under another, and whether its box is open from the start."""
        nested = " qc-point--nested" if self.nested else ""
        return f"{nested} qc-point--seen" if self.seen or self.problem else nested

    @property
    def moved_in_words(self) -> str:
        """How the mark moved, after the earlier mark's word."""
        words = {"better": ", better now", "worse": ", not as good now", "same": ", not moved"}
        return words.get(self.moved, "")

    @property
    def mark_word(self) -> str:
        """The criterion's mark in a word; "" without one."""
        return (
            "N/A"
            if self.value == Mark.Value.NOT_APPLICABLE
            else str(Mark.Value(self.value).label)
            if self.value
            else ""
        )

    @property
    def can_leave_out(self) -> bool:
        """Whether it was brought in from other children and nothing is written yet."""
        return bool(self.asked_why) and not self.value and not self.seen

    @property
    def before_word(self) -> str:
        """The earlier mark in words."""
        return Mark.Value(self.before).label if self.before else ""


@dataclass(frozen=True, slots=True)
class CriteriaSection:
    """A headed part of a standard: the points for this child, and those meant for other categories."""

    heading: str
    points: tuple[CriterionRow, ...]
    others: tuple[CriterionRow, ...] = ()


def stamp(version: int, *words: str) -> str:
    """What a page remembers of a field: its version, and a digest that tells whether the words were touched."""
    return f"{version}.{sha256(chr(0).join(words).encode()).hexdigest()[:10]}"


def sections_of(
    audit: Audit,
    judgement: Judgement | None,
    step: str,
    indicators: Sequence[Indicator],
    marks: Sequence[Mark],
    names: Mapping[int, str],
    before: Mapping[str, str],
    *,
    on: date | None = None,
) -> tuple[CriteriaSection, ...]:
    """The points to mark on a step, under their headings: a standard's criteria, or the headline indicators; each with
    the dates the register has, as they are looked at `on` a day (`audit_facts`)."""
    facts = audit_facts(audit, on)
    if step == INDICATORS:
        there = {mark.indicator_id: mark for mark in marks}
        rows = (
            point_of(each, f"i{each.pk}", str(each.number), there.get(each.pk), names, before, facts)
            for each in indicators
        )
        return (CriteriaSection("", tuple(rows)),)
    if judgement is None or judgement.standard_id is None:
        return ()
    there = {mark.criterion_id: mark for mark in marks}
    headed = standard_sets.criteria(audit.standard_set.pk, audit.standard_set.file_hash)[judgement.standard_id]
    sections = []
    for heading, criteria in headed:
        points = [
            criterion_of(criterion, audit, there.get(criterion.pk), names, before, facts) for criterion in criteria
        ]
        asked, others = (tuple(point for point in points if point.is_asked is asked) for asked in (True, False))
        sections.append(CriteriaSection(heading, asked, others))
    return tuple(sections)


def criterion_of(
    criterion: Criterion,
    audit: Audit,
    mark: Mark | None,
    names: Mapping[int, str],
    before: Mapping[str, str],
    facts: Mapping[str, CaseFact],
) -> CriterionRow:
    """One criterion with its mark, whether it is meant for this child's category, and its earlier mark."""
    number = criterion.code.partition(".")[2].replace(".", "")
    return point_of(
        criterion,
        f"c{criterion.pk}",
        number,
        mark,
        names,
        before,
        facts,
        intervals_beside(criterion.facts, audit.category),
        nested=criterion.parent_id is not None,
        fits=fits(criterion, audit),
        meant_for=criterion.applies_in_words,
        asked_why=mark.asked_why if mark else "",
    )


def point_of(
    criterion_or_indicator: Criterion | Indicator,
    key: str,
    number: str,
    mark: Mark | None,
    names: Mapping[int, str],
    before: Mapping[str, str],
    facts: Mapping[str, CaseFact],
    intervals: tuple[ReviewInterval, ...] = (),
    **of_criterion: Any,
) -> CriterionRow:
    """One criterion or indicator with its mark and its earlier mark; `of_criterion`: what an indicator has not."""
    value, seen, version = (mark.value, mark.seen, mark.version) if mark else ("", "", 0)
    return CriterionRow(
        key=key,
        number=number,
        title=criterion_or_indicator.title,
        question=criterion_or_indicator.question,
        where=criterion_or_indicator.where_to_look,
        value=value,
        seen=seen,
        was=stamp(version, value, seen),
        saved_by=names.get(mark.saved_by_id, "") if mark else "",
        before=before.get(key, ""),
        facts=(*intervals, *facts_beside(criterion_or_indicator.facts, facts)),
        **of_criterion,
    )
