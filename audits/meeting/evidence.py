"""The evidence mirror: the marks of a step, counted, beside each grade. It never sets, orders or picks a grade."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from audits.meeting.criteria import CriteriaSection
from audits.models import CASE_NUMBER, Judgement, Mark
from audits.record.clashes import Clash, Marked, case_clashes, second_worker_clash, standard_clashes
from standards import standard_sets
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
    clashes: tuple[tuple[str, tuple[Clash, ...]], ...]

    @property
    def bars(self) -> list[str]:
        """One piece of the bar for each mark that counts."""
        counted = {"yes": self.evidenced, "part": self.partly, "no": self.not_evidenced, "blank": self.blank}
        return [shade for shade, times in counted.items() for _ in range(times)]

    @property
    def asks_css(self) -> str:
        """The classes by which the box for a reason shows with each grade that asks for one."""
        return " ".join(["qc-clash--why", "qc-ask", *(f"qc-ask--{grade}" for grade, _ in self.clashes)])


def standard_mirror(points: Sequence[Marked], grades: Sequence[str]) -> Mirror:
    """A standard's criteria beside its grades."""
    return count_marks(points, {grade: standard_clashes(grade, points) for grade in grades})


def case_mirror(
    points: Sequence[Marked], grades: Sequence[str], *, standards: Iterable[Judgement], concerns: int
) -> Mirror:
    """The headline indicators, the standards' grades and any concern beside the grades of the case."""
    graded = list(standards)
    return count_marks(
        points,
        {grade: case_clashes(grade, standards=graded, indicators=points, concerns=concerns) for grade in grades},
    )


def count_marks(points: Sequence[Marked], clashes: Mapping[str, Sequence[Clash]]) -> Mirror:
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
    grades = standard_sets.grades_of(judgement.audit.standard_set)
    if judgement.number != CASE_NUMBER:
        there = [point for section in sections for point in section.points]
        points = [(point.key, f"{point.number}. {point.title}", point.value) for point in there]
        return with_second_worker(standard_mirror(points, grades), judgement, grades)
    values = {mark.indicator_id: mark.value for mark in marks if mark.indicator_id}
    mirror = case_mirror(
        [("", indicator.title, values.get(indicator.pk, "")) for indicator in indicators],
        grades,
        standards=[other for other in judgements if other.number != CASE_NUMBER],
        concerns=concerns,
    )
    return with_second_worker(mirror, judgement, grades)


def with_second_worker(mirror: Mirror, judgement: Judgement, grades: Sequence[str]) -> Mirror:
    """The same, with what the second worker proposed beside every other grade; as it is where nobody did."""
    theirs = {grade: second_worker_clash(judgement.audit, judgement, grade) for grade in grades}
    if not any(theirs.values()):
        return mirror
    by_grade = dict(mirror.clashes)
    both = {grade: (*by_grade.get(grade, ()), *theirs[grade]) for grade in grades}
    return replace(mirror, clashes=tuple((grade, against) for grade, against in both.items() if against))
