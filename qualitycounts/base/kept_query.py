"""Queries that nearly every request asks, put into SQL once (ADR 0062).

The framework writes a query's SQL anew each time it is asked. Of who sits behind a request, and of the meeting that
they are in, that takes longer than the database's answer.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models

Row = TypeVar("Row", bound=models.Model)
KEYS = range(2_147_000_000, 2_147_000_009)
"""Keys that no row has: each stands where a value comes, until there is one."""


def with_its_sql(compiler: Any, sql: str, values: tuple[Any, ...], using: str = DEFAULT_DB_ALIAS) -> Any:
    """A compiler of this thread's connection that has its SQL and its values already."""
    bound = copy.copy(compiler)
    bound.connection = connections[using]
    bound.as_sql = lambda *_, **__: (sql, values)
    return bound


class KeptQuery(Generic[Row]):
    """A query whose SQL is written when it is first asked, and asked again with other values in their places.

    `build` gives the queryset for values that are keys or text, which change nothing of its SQL but what is compared
    with. Whatever changes more (a day, what is joined) makes another kept query.
    """

    def __init__(self, build: Callable[..., models.QuerySet[Row]], *kinds: type[int] | type[str]) -> None:
        self.stand_ins = [kind(key) for kind, key in zip(kinds, KEYS, strict=False)]
        self.queryset = build(*self.stand_ins)
        self.compiler = self.queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        self.sql, self.places = self.compiler.as_sql()

    def ask(self, *values: int | str) -> list[Row]:
        """The rows for these values, as the queryset gives them."""
        of = dict(zip(self.stand_ins, values, strict=True))
        values_in_place = [of.get(place, place) if isinstance(place, int | str) else place for place in self.places]
        bound = with_its_sql(self.compiler, self.sql, tuple(values_in_place))
        answer = self.queryset.all()
        answer.query.get_compiler = lambda *_, **__: bound  # type: ignore[method-assign]
        return list(answer)
