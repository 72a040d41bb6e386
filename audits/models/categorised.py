"""What a case and an audit have by their category."""

from __future__ import annotations

from typing import Protocol

from standards import categories
from standards.categories import FIVE_HIGHEST_FIRST
from standards.models import StandardSet


class HasCategory(Protocol):
    """A record with the code of a category."""

    @property
    def category(self) -> str:
        """The code."""
        ...


class IsAsked(HasCategory, Protocol):
    """One that is graded by a set of standards."""

    @property
    def standard_set(self) -> StandardSet:
        """The set."""
        ...


class Categorised:
    """Names the category of a record as the council calls it now."""

    def get_category_display(self: HasCategory) -> str:
        """The category as the council calls it now."""
        return categories.name_of(self.category)


class AskedByCategory(Categorised):
    """Says by which category a set of standards asks."""

    @property
    def asked_as(self: IsAsked) -> str:
        """The category whose questions its set asks of this child (`StandardSet.asked_as`)."""
        return self.category if self.category in FIVE_HIGHEST_FIRST else self.standard_set.asked_as(self.category)
