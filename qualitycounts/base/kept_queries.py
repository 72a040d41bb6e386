"""Long questions of the database whose SQL is kept, since the framework takes longer to write it than to ask it.

Only the SQL and its values are kept, never a row: each time the database answers anew. Whoever asks names all that the
question was built from; one that asks something of the database while it is built is not kept. The tests build each
again and compare.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection, connections, models

MOST = 500
"""Questions kept in one process."""
CHECKED = False
"""Whether each kept question is built again and compared, as the tests have it."""
R = TypeVar("R")


@dataclass(frozen=True)
class KeptQuery:
    """SQL with its values, and what the framework needs to make rows of the answer. Stands for a `Query`."""

    compiler: Any
    sql: str
    values: tuple[Any, ...]
    rows: type[Any] | None = None

    def get_compiler(self, using: str, **_: Any) -> Any:
        """A compiler of this thread's connection that has its SQL already."""
        compiler = copy(self.compiler)
        compiler.connection = connections[using]
        compiler.as_sql = lambda *_, **__: (self.sql, self.values)
        return compiler


UNKNOWN = KeptQuery(None, "", ())
_kept: dict[Hashable, KeptQuery | None] = {}


def rows_of(build: Callable[[], models.QuerySet[Any, R]], *built_from: Hashable) -> list[R]:
    """The rows of a question, from SQL that was kept by its name and everything else that it was `built_from`; as
    models or as plain tuples."""
    query = _kept.get(built_from, UNKNOWN)
    if query is UNKNOWN:
        with statements_counted() as asked:
            query = written(build())
        if not asked:
            keep(built_from, query)
    elif CHECKED:
        check(query, build())
    if query is None:
        return []
    answer: models.QuerySet[Any, R] = models.QuerySet(query.compiler.query.model, query=query)  # type: ignore[arg-type]
    answer._iterable_class = query.rows
    return list(answer)


def written(queryset: models.QuerySet[Any]) -> KeptQuery | None:
    """A question as SQL; None where it can have no row."""
    compiler = queryset.query.get_compiler(using=queryset.db)
    try:
        sql, values = compiler.as_sql()
    except EmptyResultSet:
        return None
    return KeptQuery(compiler, sql, tuple(values), queryset._iterable_class)


def keep(key: Hashable, query: KeptQuery | None) -> None:
    """Keep it; where there are many, all those of before are forgotten."""
    if len(_kept) >= MOST:
        forget()
    _kept[key] = query


def forget() -> None:
    """Forget all that is kept."""
    _kept.clear()


def check(kept: KeptQuery | None, queryset: models.QuerySet[Any]) -> None:
    """Raise where what was kept is not what would be asked now."""
    now = written(queryset)
    if (kept and (kept.sql, kept.values)) != (now and (now.sql, now.values)):
        raise AssertionError(f"A kept question of {queryset.model.__name__} depends on more than it was kept by.")


@contextmanager
def statements_counted() -> Iterator[list[str]]:
    """Gather the statements that are asked in here."""
    asked: list[str] = []

    def note(execute: Callable[..., Any], sql: str, *args: Any) -> Any:
        asked.append(sql)
        return execute(sql, *args)

    with connection.execute_wrapper(note):
        yield asked
