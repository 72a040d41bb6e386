"""Questions of the database whose answer is known before they are asked: none of its rows, and every row."""

from __future__ import annotations

from typing import Any

from django.db.models import Q


class Settled(Q):
    """A question with the same answer for every row: yes where it is `negated`, of no row at all.

    What it decides is left out where it is joined to others: the framework builds each question it is given, and drops
    it only afterwards. An empty `Q` says nothing, as everywhere.
    """

    def __and__(self, other: Any) -> Q:
        return as_question(other) if self.negated and other else self

    def __or__(self, other: Any) -> Q:
        return self if self.negated or not other else as_question(other)

    def __invert__(self) -> Q:
        return NO_ROW if self.negated else EVERY_ROW

    __rand__, __ror__ = __and__, __or__


def as_question(asked: Any) -> Q:
    """An expression such as `Exists` as a `Q`."""
    return asked if isinstance(asked, Q) else Q(asked)


NO_ROW: Q = Settled(pk__in=[])
EVERY_ROW: Q = Settled(pk__in=[], _negated=True)
