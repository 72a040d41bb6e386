"""What an audit grades: the standards of its own set that it looks at, and the case as a whole."""

from __future__ import annotations

from audits.models import CASE_NUMBER, CASE_SLUG, Audit
from standards import standard_sets

CASE_OF_OLD = 8
"""The place of the case until sets could have more than seven standards: in old links, entries and signed records."""


def numbers_of_set(audit: Audit) -> tuple[int, ...]:
    """The numbers of all standards of its set."""
    return standard_sets.numbers(audit.standard_set.pk, audit.standard_set.file_hash)


def standard_numbers(audit: Audit) -> tuple[int, ...]:
    """The numbers of the standards that it looks at."""
    return tuple(number for number in numbers_of_set(audit) if audit.looks_at(number))


def grade_numbers(audit: Audit) -> tuple[int, ...]:
    """The places in line of all that it grades: the standards that it looks at, then the case."""
    return (*standard_numbers(audit), CASE_NUMBER)


def grades(audit: Audit, number: int) -> bool:
    """Whether it grades what has this place in line."""
    return number in grade_numbers(audit)


def case_was_8(audit: Audit) -> bool:
    """Whether 8 means the case where its old links, entries and signed records say it: its set has no standard 8."""
    return CASE_OF_OLD not in numbers_of_set(audit)


def meant_number(audit: Audit, number: int) -> int:
    """The grade that an address means: 8 is the case in an old one."""
    return CASE_NUMBER if number == CASE_OF_OLD and case_was_8(audit) else number


def meant_step(audit: Audit, step: str) -> str:
    """The step that an address means: 8 is the case in an old one."""
    return CASE_SLUG if step == str(CASE_OF_OLD) and case_was_8(audit) else step
