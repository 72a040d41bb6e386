"""What does not sit easily with a grade. A warning asks for a reason; it never blocks and never computes a grade.

The five warnings are those of the lifecycle: Warnings at grading.
"""

from __future__ import annotations

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
        return case_clashes(judgement, chosen)
    if not chosen.good_or_better:
        return []
    missing = Mark.objects.filter(
        audit=judgement.audit_id,
        value=Mark.Value.NOT_EVIDENCED,
        criterion__section__standard=judgement.standard_id,
    ).order_by("criterion__section__position", "criterion__position")
    about = tuple(
        (code, f"{code.partition('.')[2]}. {title}")
        for code, title in missing.values_list("criterion__code", "criterion__title")
    )
    if not about:
        return []
    return [Clash(f"{chosen.label} asks for these, and you marked them not evidenced.", about)]


def case_clashes(judgement: Judgement, chosen: Grade) -> list[Clash]:
    """The warnings for the case as a whole: against its standards, its indicators and any safeguarding concern."""
    found: list[Clash] = []
    graded = [
        one
        for one in Judgement.objects.filter(audit=judgement.audit_id)
        .exclude(number=CASE_NUMBER)
        .select_related("standard")
        if one.grade
    ]
    lowest = min((Grade(one.grade).rank for one in graded), default=chosen.rank)
    if chosen.rank > lowest + 1:
        low = tuple((one.number, one.title) for one in graded if Grade(one.grade).rank == lowest)
        found.append(Clash(f"{chosen.label} is more than one grade above the lowest standard.", low))
    inadequate = tuple((one.number, one.title) for one in graded if one.grade == Grade.INADEQUATE)
    if inadequate and chosen.good_or_better:
        found.append(Clash(f"{chosen.label} overall, with a standard graded Inadequate.", inadequate))
    if not chosen.good_or_better:
        return found
    if judgement.audit.holds.filter(cause__startswith="safeguarding").exists():
        found.append(Clash(f"{chosen.label} overall, with a safeguarding concern raised in this audit."))
    indicators = Mark.objects.filter(
        audit=judgement.audit_id, indicator__isnull=False, value=Mark.Value.NOT_EVIDENCED
    ).order_by("indicator__number")
    about = tuple(("indicators", str(title)) for title in indicators.values_list("indicator__title", flat=True))
    if about:
        found.append(Clash(f"{chosen.label} overall, with headline indicators not evidenced.", about))
    return found
