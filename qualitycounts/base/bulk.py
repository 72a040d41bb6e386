"""Writing many rows at once, of plain values and in the database's own words.

The framework's own bulk insert asks every field of every row how to write it, which for a register of thousands takes
most of an import. Here each column is asked once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import connection, models

AT_ONCE = 500
"""Rows of one statement where the server takes many in one."""
PLAIN = (models.CharField, models.TextField, models.IntegerField, models.BooleanField, models.ForeignKey)
"""Fields whose values the database takes as they are."""
Row = Sequence[Any]


def write_rows(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[Row],
    *,
    over: str = "",
    anew: Sequence[str] = (),
    only_new: bool = False,
) -> None:
    """Insert rows, each the values of `columns` (by `attname`). Where there is one already that has the same in the
    unique column `over`, its columns `anew` are set instead. `only_new`: a row that is there already stays as it is.

    Columns that are not named need a default in the database, as keys have: a default in Python is not asked for.
    """
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    quoted = {name: connection.ops.quote_name(by_name[name].column or name) for name in columns}
    table = connection.ops.quote_name(model._meta.db_table)
    tail = " ON CONFLICT DO NOTHING" if only_new else ""
    if over:
        settings = ", ".join(f"{quoted[name]} = excluded.{quoted[name]}" for name in anew)
        tail = f" ON CONFLICT ({quoted[over]}) DO UPDATE SET {settings}"
    head = f"INSERT INTO {table} ({', '.join(quoted.values())}) VALUES "  # noqa: S608 -- our own names
    marks = f"({', '.join(['%s'] * len(columns))})"
    prepared = prepare([by_name[name] for name in columns], rows)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(f"{head}{marks}{tail}", list(prepared))
            return
        while some := list(islice(prepared, AT_ONCE)):
            cursor.execute(f"{head}{', '.join([marks] * len(some))}{tail}", [value for row in some for value in row])


def prepare(fields: Sequence[models.Field[Any, Any]], rows: Iterable[Row]) -> Iterator[list[Any]]:
    """The rows with each value as the database takes it."""
    writers = [(place, writer_of(field)) for place, field in enumerate(fields) if not isinstance(field, PLAIN)]
    for row in rows:
        values = list(row)
        for place, write in writers:
            if values[place] is not None:
                values[place] = write(values[place])
        yield values


def writer_of(field: models.Field[Any, Any]) -> Callable[[Any], Any]:
    """How the values of one column are written."""
    if isinstance(field, models.DateTimeField):
        return connection.ops.adapt_datetimefield_value
    if isinstance(field, models.DateField):
        return connection.ops.adapt_datefield_value
    return lambda value: field.get_db_prep_save(value, connection)
