"""Rows gathered in order and written many at a time."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TypeVar

from django.db.models import Model

Row = TypeVar("Row", bound=Model)
SEED = 2612
"""The same rows every time."""
WORDS = "Synthetic words, about as long as a sentence that somebody might write in a meeting."


@dataclass(slots=True)
class Rows:
    """Rows to be written together. Whatever points at another row is added after it."""

    waiting: dict[type[Model], list[Model]] = field(default_factory=lambda: defaultdict(list))
    written: Counter[str] = field(default_factory=Counter)

    def add(self, row: Row) -> Row:
        """Keep a row for the next writing."""
        self.waiting[type(row)].append(row)
        return row

    def write(self) -> None:
        """Write what waits, a statement or a few for each table."""
        for model, rows in self.waiting.items():
            model._default_manager.bulk_create(rows)
            self.written[model.__name__.lower()] += len(rows)
        self.waiting.clear()
