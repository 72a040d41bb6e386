"""Criteria that a council may take into a set of its own: those of later guidance, in no set by themselves.

They stand in `fixtures/optional_criteria.json`. One is taken by filling the form of a new criterion with it, so that it
is read, changed and saved like any other.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from django.conf import settings

from standards.drafting.outline import Spec

FIELDS = ("title", "question", "where_to_look", "tags", "applies_to")


@dataclass(frozen=True, slots=True)
class ReadyMade:
    """One criterion: its key, where it comes from, and what the form of a criterion shows of it."""

    key: str
    source: str
    values: dict[str, Any]

    @property
    def title(self) -> str:
        """Its title."""
        return str(self.values["title"])

    def is_in(self, spec: Spec) -> bool:
        """Whether a draft has a criterion of its title."""
        sections = [section for standard in spec["standards"] for section in standard["sections"]]
        return any(row["title"] == self.title for section in sections for row in section["criteria"])


@cache
def all_ready_made() -> tuple[ReadyMade, ...]:
    """All of them, in the order of the file."""
    path = Path(settings.BASE_DIR) / "fixtures" / "optional_criteria.json"
    rows = json.loads(path.read_text(encoding="utf-8"))["criteria"]
    return tuple(ReadyMade(row["key"], row["from"], {name: row[name] for name in FIELDS}) for row in rows)


def of_criteria(list_place: str) -> bool:
    """Whether a list of a draft is one of criteria."""
    return list_place.rpartition(".")[2] == "criteria"


def ready_made(key: str, list_place: str) -> dict[str, Any]:
    """What the form of a new criterion shows of the one of that key; nothing for a key or a list that has none."""
    if not of_criteria(list_place):
        return {}
    return next((criterion.values for criterion in all_ready_made() if criterion.key == key), {})


def offered(spec: Spec, list_place: str) -> list[tuple[str, list[ReadyMade]]]:
    """Those that a draft does not have yet, by where they come from; none for another list than one of criteria."""
    if not of_criteria(list_place):
        return []
    left = [criterion for criterion in all_ready_made() if not criterion.is_in(spec)]
    return [(source, list(some)) for source, some in groupby(left, key=lambda criterion: criterion.source)]
