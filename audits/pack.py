"""The preparation pack: every question of the meeting beforehand, so that nothing surprises (App. 2, before)."""

from __future__ import annotations

from dataclasses import dataclass

from audits.models import Audit
from standards.models import Criterion, Indicator, Standard


@dataclass(frozen=True, slots=True)
class Chapter:
    """One standard with its questions, and whether it is meant for this child's category."""

    standard: Standard
    sections: tuple[tuple[str, tuple[Criterion, ...]], ...]
    fits: bool


@dataclass(frozen=True, slots=True)
class Pack:
    """All that the two will look at together."""

    chapters: tuple[Chapter, ...]
    indicators: tuple[Indicator, ...]


def pack(audit: Audit) -> Pack:
    """The questions for this child, of the standards the audit is graded with."""
    standards = audit.standard_set.standards.prefetch_related("sections__criteria")
    if audit.focus:
        standards = standards.filter(number__in=audit.focus)
    return Pack(
        tuple(
            Chapter(
                standard,
                tuple(
                    (section.heading, tuple(one for one in section.criteria.all() if fits(one, audit)))
                    for section in standard.sections.all()
                ),
                audit.category in standard.applies_to,
            )
            for standard in standards
        ),
        tuple(audit.standard_set.indicators.all()),
    )


def fits(criterion: Criterion, audit: Audit) -> bool:
    """Whether the question is meant for this child's category."""
    return not criterion.applies_to or audit.category in criterion.applies_to
