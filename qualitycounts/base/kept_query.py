"""Queries that nearly every request asks, put into SQL once (ADR 0062).

The framework writes a query's SQL anew each time it is asked. Of who sits behind a request, and of the meeting that
they are in, that takes longer than the database's answer.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models

Row = TypeVar("Row")
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

    def __init__(self, build: Callable[..., models.QuerySet[Any, Row]], *kinds: type[int] | type[str]) -> None:
        self.build = build
        self.stand_ins = [kind(key) for kind, key in zip(kinds, KEYS, strict=False)]

    @cached_property
    def queryset(self) -> models.QuerySet[Any, Row]:
        """The query for the stand-ins."""
        return self.build(*self.stand_ins)

    @cached_property
    def written(self) -> tuple[Any, str, tuple[Any, ...]]:
        """What wrote the SQL, the SQL, and what stands in the places of its values."""
        compiler = self.queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        return compiler, *compiler.as_sql()

    def ask(self, *values: int | str) -> list[Row]:
        """The rows for these values, as the queryset gives them."""
        of = dict(zip(self.stand_ins, values, strict=True))
        compiler, sql, places = self.written
        values_in_place = [of.get(place, place) if isinstance(place, int | str) else place for place in places]
        bound = with_its_sql(compiler, sql, tuple(values_in_place))
        answer = self.queryset.all()
        answer.query.get_compiler = lambda *_, **__: bound  # type: ignore[method-assign]
        return list(answer)


def kept_query(*kinds: type[int] | type[str]) -> Callable[[Callable[..., models.QuerySet[Any, Row]]], KeptQuery[Row]]:
    """Keep the SQL of the query that a function gives for values of these kinds: it is asked by `ask`."""
    return lambda build: KeptQuery(build, *kinds)


def set_prefetched(
    rows: Iterable[models.Model], relation: models.ManyToOneRel, related: Iterable[models.Model]
) -> None:
    """Let each row answer for a relation, as `Judgement.proposals.rel`, with those of the `related` that refer to it.

    A prefetch makes a manager and clones a queryset for each of the rows, to keep the answer in. Asked further, as by
    `filter`, a row asks the database for its own, as after a prefetch.
    """
    by_row = defaultdict(list)
    for each in related:
        by_row[getattr(each, relation.field.attname)].append(each)
    for row in rows:
        answer: Any = relation.related_model._default_manager.get_queryset()
        answer._deferred_filter = False, (), {relation.field.name: row}
        answer._result_cache, answer._prefetch_done = by_row[row.pk], True
        row.__dict__.setdefault("_prefetched_objects_cache", {})[relation.get_accessor_name()] = answer
