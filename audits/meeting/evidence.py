"""The evidence mirror: the marks of a step, counted, beside each grade. It never sets, orders or picks a grade."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from audits.meeting.criteria import CriteriaSection
from audits.models import CASE_NUMBER, Judgement, Mark
from audits.record.clashes import Clash, Marked, case_clashes, standard_clashes
from standards.grades import Grade
from standards.models import Indicator


@dataclass(frozen=True, slots=True)
class Mirror:
    """How often each mark was given, and what does not sit easily with which grade."""

    evidenced: int
    partly: int
    not_evidenced: int
    not_applicable: int
    blank: int
    first_blank: str
    clashes: tuple[tuple[Grade, tuple[Clash, ...]], ...]

    @property
    def bars(self) -> list[str]:
        """One piece of the bar for each mark that counts."""
        counted = {"yes": self.evidenced, "part": self.partly, "no": self.not_evidenced, "blank": self.blank}
        return [shade for shade, times in counted.items() for _ in range(times)]

    @property
    def asks_css(self) -> str:
        """The classes by which the box for a reason shows with each grade that asks for one."""
        return " ".join(["qc-clash--why", "qc-ask", *(f"qc-ask--{grade.value}" for grade, _ in self.clashes)])


def standard_mirror(points: Sequence[Marked]) -> Mirror:
    """A standard's criteria beside its four grades."""
    return count_marks(points, {grade: standard_clashes(grade, points) for grade in Grade})


def case_mirror(points: Sequence[Marked], *, standards: Iterable[Judgement], concerns: int) -> Mirror:
    """The headline indicators, the standards' grades and any concern beside the four grades of the case."""
    graded = list(standards)
    return count_marks(
        points,
        {grade: case_clashes(grade, standards=graded, indicators=points, concerns=concerns) for grade in Grade},
    )


def count_marks(points: Sequence[Marked], clashes: Mapping[Grade, Sequence[Clash]]) -> Mirror:
    """The counts of the marks, with what clashes."""
    said = [value for _, _, value in points]
    return Mirror(
        evidenced=said.count(Mark.Value.EVIDENCED),
        partly=said.count(Mark.Value.PARTLY),
        not_evidenced=said.count(Mark.Value.NOT_EVIDENCED),
        not_applicable=said.count(Mark.Value.NOT_APPLICABLE),
        blank=said.count(""),
        first_blank=next((where for where, _, value in points if not value), ""),
        clashes=tuple((grade, tuple(against)) for grade, against in clashes.items() if against),
    )


def mirror_of(
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
