"""What one person is shown, by a question of the database whose SQL is kept while their rights stay the same (ADR 5).

The framework takes ten times as long to write the SQL of a long question as the database takes to answer it. Only the
SQL and its values are kept, never a row. A question that asks something of the database while it is built is not kept.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from people import access, council_settings
from people.models import Membership, User
from qualitycounts.base.kept_query import with_its_sql

MOST = 500
"""Questions kept in one process."""
CHECKED = False
"""Whether each that was kept is built again and compared, as the tests have it."""
OF_PERSON = [field.attname for field in User._meta.concrete_fields if field.name not in ("password", "last_login")]
OF_MEMBERSHIP = [field.attname for field in Membership._meta.concrete_fields]
R = TypeVar("R")


@dataclass(frozen=True)
class KeptQuestion:
    """SQL with its values, and what the framework needs to make rows of the answer. Stands for a `Query`."""

    compiler: Any
    sql: str
    values: tuple[Any, ...]
    rows: Any = None

    def get_compiler(self, using: str, **_: Any) -> Any:
        """A compiler of this thread's connection that has its SQL already."""
        return with_its_sql(self.compiler, self.sql, self.values, using)


UNKNOWN = KeptQuestion(None, "", ())
_kept: dict[Hashable, KeptQuestion | None] = {}


def rows_for(user: User | None, question: Callable[..., QuerySet[Any, R]], **given: Hashable) -> list[R]:
    """The rows of `question(user, **given)`, as models or as plain tuples.

    It may know what it is given, the person, the roles that they hold or are lent, the council's settings and the day.
    """
    key = question.__module__, question.__qualname__, known_of(user), *given.items()
    kept = _kept.get(key, UNKNOWN)
    if kept is UNKNOWN:
        with statements_counted() as asked:
            kept = written(question(user, **given))
        if not asked:
            keep(key, kept)
    elif CHECKED:
        compare(kept, written(question(user, **given)))
    if kept is None:
        return []
    answer: QuerySet[Any, R] = QuerySet(kept.compiler.query.model, query=kept)  # type: ignore[arg-type]
    answer._iterable_class = kept.rows
    return list(answer)


def known_of(user: User | None) -> tuple[Hashable, ...]:
    """All that a question may know of a person today, and of the council's settings."""
    settings = tuple(council_settings.changes_made())
    if user is None:
        return access.doorway_day(), settings
    own = tuple(getattr(user, name) for name in OF_PERSON)
    held = tuple(tuple(getattr(membership, name) for name in OF_MEMBERSHIP) for membership in access.with_lent(user))
    return access.doorway_day(), settings, own, held


def written(queryset: QuerySet[Any, Any]) -> KeptQuestion | None:
    """A question as SQL; None where it can have no row."""
    compiler = queryset.query.get_compiler(using=queryset.db)
    try:
        sql, values = compiler.as_sql()
    except EmptyResultSet:
        return None
    return KeptQuestion(compiler, sql, tuple(values), queryset._iterable_class)


def keep(key: Hashable, kept: KeptQuestion | None) -> None:
    """Keep it; where there are many, all those of before are forgotten."""
    if len(_kept) >= MOST:
        forget()
    _kept[key] = kept


def forget() -> None:
    """Forget all that is kept."""
    _kept.clear()


def compare(kept: KeptQuestion | None, now: KeptQuestion | None) -> None:
    """Raise where what was kept is not what would be asked now."""
    if (kept and (kept.sql, kept.values)) != (now and (now.sql, now.values)):
        raise AssertionError(f"A kept question depends on more than it was kept by: {now and now.sql[:200]}")


@contextmanager
def statements_counted() -> Iterator[list[str]]:
    """Gather the statements that are asked in here."""
    asked: list[str] = []

    def note(execute: Callable[..., Any], sql: str, *args: Any) -> Any:
        asked.append(sql)
        return execute(sql, *args)

    with connection.execute_wrapper(note):
        yield asked
