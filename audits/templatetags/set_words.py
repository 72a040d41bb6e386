"""A set's own words where a page speaks of its grades."""

from __future__ import annotations

from django import template

from audits.models import Audit
from standards import standard_sets
from standards.grades import word_of

register = template.Library()


@register.filter
def grades_that_escalate(audit: Audit) -> str:
    """The grades that ask for an action, as the audit's set has and calls them: Requires improvement or Inadequate."""
    *others, lowest = map(word_of, standard_sets.grades_on_a_path(audit.standard_set))
    return f"{', '.join(others)} or {lowest}" if others else lowest


@register.filter
def best_to_worst(audit: Audit) -> str:
    """The first and the last of its grades: Outstanding to Inadequate."""
    grades = standard_sets.grades_of(audit.standard_set)
    return f"{word_of(grades[0])} to {word_of(grades[-1])}"
