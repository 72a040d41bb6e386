"""Rows that were made twice: alike in all but their keys and moments."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.apps import apps
from django.db import connection, models

from tests.hostile.payloads import LIBRARIES


def our_models() -> list[type[models.Model]]:
    """Our own models whose rows are numbered, but for what says who looked, and for the trail, which has
    a line for each time that something was sent."""
    return [
        model
        for model in apps.get_models()
        if model._meta.app_label not in LIBRARIES
        and model.__name__ not in ("Opening", "TrailEntry")
        and isinstance(model._meta.pk, models.AutoField)
    ]


def last_rows() -> dict[str, int]:
    """The last number of each table, in one statement."""
    last = "SELECT '{}', COALESCE(MAX({}), 0) FROM {}"
    parts = [last.format(each._meta.label, each._meta.pk.column, each._meta.db_table) for each in our_models()]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return dict(cursor.fetchall())


def twins_since(before: dict[str, int]) -> list[str]:
    """The rows since then of which there are two."""
    found = []
    for label, last in last_rows().items():
        if last - before[label] > 1:
            model: Any = apps.get_model(label)
            names = [field.attname for field in model._meta.concrete_fields if not tells_apart(field)]
            rows = model._default_manager.filter(pk__gt=before[label]).values_list(*names)
            found += [
                f"{count} {label} {dict(zip(names, row, strict=True))}"[:200]
                for row, count in Counter(map(str_of, rows)).items()
                if count > 1
            ]
    return found


def str_of(row: tuple[Any, ...]) -> tuple[str, ...]:
    """A row that can be counted."""
    return tuple(map(str, row))


def tells_apart(field: Any) -> bool:
    """Whether a field differs between two rows that say the same."""
    return field.primary_key or isinstance(field, models.DateTimeField)
