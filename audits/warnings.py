"""What does not sit easily with a grade. A warning asks for a reason; it never blocks and never computes a grade.

The five warnings are those of the lifecycle: Warnings at grading.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from audits.models import CASE_NUMBER, Judgement, Mark
from standards.grades import Grade


@dataclass(frozen=True, slots=True)
class Clash:
    """One warning: its sentence, and the marks or grades it speaks of (as titles, with the step they are on)."""

    sentence: str
    about: tuple[tuple[int | str, str], ...] = ()


def clashes(judgement: Judgement, grade: str) -> list[Clash]:
    """What in the audit does not sit easily with this grade, as it stands now; empty when nothing does."""
    chosen = Grade(grade)
    if judgement.number == CASE_NUMBER:
        standards = Judgement.objects.filter(audit=judgement.audit_id).exclude(number=CASE_NUMBER)
        return case_clashes(
            chosen,
            standards=list(standards.select_related("standard")),
            indicators=not_evidenced_indicators(judgement.audit_id) if chosen.good_or_better else [],
            concern=chosen.good_or_better and judgement.audit.holds.filter(cause__startswith="safeguarding").exists(),
        )
    if not chosen.good_or_better:
        return []
    missed = Mark.objects.filter(
        audit=judgement.audit_id,
        value=Mark.Value.NOT_EVIDENCED,
        criterion__section__standard=judgement.standard_id,
    ).order_by("criterion__section__position", "criterion__position")
    codes = missed.values_list("criterion__code", "criterion__title")
    return standard_clashes(
        chosen, [(code, f"{code.partition('.')[2].replace('.', '')}. {title}") for code, title in codes]
    )


def not_evidenced_indicators(audit: int) -> list[str]:
    """The titles of the headline indicators marked not evidenced, in their order."""
    marks = Mark.objects.filter(audit=audit, indicator__isnull=False, value=Mark.Value.NOT_EVIDENCED)
    return [str(title) for title in marks.order_by("indicator__number").values_list("indicator__title", flat=True)]


def standard_clashes(chosen: Grade, missed: Iterable[tuple[str, str]]) -> list[Clash]:
    """A standard's grade against its criteria marked not evidenced, each as where it is and its title."""
    about = tuple(missed)
    if not about or not chosen.good_or_better:
        return []
    return [Clash(f"{chosen.label} asks for these, and you marked them not evidenced.", about)]


def case_clashes(
    chosen: Grade, *, standards: Iterable[Judgement], indicators: Iterable[str], concern: bool
) -> list[Clash]:
    """The case's grade against its standards, its indicators not evidenced and any safeguarding concern."""
    found: list[Clash] = []
    graded = [one for one in standards if one.grade]
    lowest = min((Grade(one.grade).rank for one in graded), default=chosen.rank)
    if chosen.rank > lowest + 1:
        low = tuple((one.number, one.title) for one in graded if Grade(one.grade).rank == lowest)
        found.append(Clash(f"{chosen.label} is more than one grade above the lowest standard.", low))
    if not chosen.good_or_better:
        return found
    inadequate = tuple((one.number, one.title) for one in graded if one.grade == Grade.INADEQUATE)
    if inadequate:
        found.append(Clash(f"{chosen.label} overall, with a standard graded Inadequate.", inadequate))
    if concern:
        found.append(Clash(f"{chosen.label} overall, with a safeguarding concern raised in this audit."))
    about = tuple(("indicators", title) for title in indicators)
    if about:
        found.append(Clash(f"{chosen.label} overall, with headline indicators not evidenced.", about))
    return found
