"""A set's own words where a page speaks of its grades."""

from __future__ import annotations

from django import template

from audits.models import Audit
from standards import standard_sets
from standards.grades import Grade, word_of

register = template.Library()


@register.filter
def below_good(audit: Audit) -> str:
    """The grades that ask for an action, as the audit's set calls them: Requires improvement or Inadequate."""
    grades = standard_sets.grades_of(audit.standard_set)
    return " or ".join(word_of(grade) for grade in grades if Grade(grade).escalates)


@register.filter
def best_to_worst(audit: Audit) -> str:
    """The first and the last of its grades: Outstanding to Inadequate."""
    grades = standard_sets.grades_of(audit.standard_set)
    return f"{word_of(grades[0])} to {word_of(grades[-1])}"
