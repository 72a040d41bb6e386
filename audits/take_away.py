"""A list that is taken away as a file: what the trail keeps of it, and how many rows are read at a time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from people import trail
from people.models import User

A_CHUNK = 2_000
"""Rows read at a time for a file."""


def log_export(rows: QuerySet[Any], *, of: str, ref: str, what: str, asked: str, by: User, at: datetime) -> None:
    """Write in the trail who took which list away, how many rows of `what` it has, and by which filter."""
    with trail.acting(by=by, at=at) as act:
        act.add_by_ref(f"{of}.exported", of, ref, content={"filter": asked, what: rows.count()})
