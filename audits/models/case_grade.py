"""The grade of the case as a whole beside those of its standards: its place in line, and what it is called.

It is no standard and has no number that anybody sees: in addresses, slugs and fields it is "case".
"""

from __future__ import annotations

CASE_NUMBER = 100
"""Its place in line, after any standard: a set has at most `standards.models.MOST_STANDARDS`, which is fewer."""
CASE_SLUG = "case"


def slug_of(number: int) -> str:
    """What addresses, steps and fields call a grade by its place in line: "3", or "case"."""
    return CASE_SLUG if number == CASE_NUMBER else str(number)


def number_of(slug: str) -> int:
    """The place in line of a grade by that slug; 0 for what is no such slug."""
    if slug == CASE_SLUG:
        return CASE_NUMBER
    return int(slug) if slug.isascii() and slug.isdecimal() and len(slug) < len(str(CASE_NUMBER)) else 0


def standard_or_case(number: int) -> str:
    """What a grade is for, within a sentence: "standard 3", or "the case as a whole"."""
    return "the case as a whole" if number == CASE_NUMBER else f"standard {number}"


def grade_field(number: int) -> str:
    """What a form calls the field of that grade: "grade-3", or "grade-case"."""
    return f"grade-{slug_of(number)}"


class GradeInLine:
    """What stands in line by its `number`: the grade of a standard, or that of the case."""

    __slots__ = ()
    number: int

    @property
    def slug(self) -> str:
        """What addresses and fields call it."""
        return slug_of(self.number)

    @property
    def is_case(self) -> bool:
        """Whether it is of the case as a whole."""
        return self.number == CASE_NUMBER
