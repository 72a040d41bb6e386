"""A form that was sent twice: what it adds is there once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from people.models import User

AGAIN = timedelta(minutes=10)
"""So long after it was added the same words are taken to be the same form, sent again."""
Row = TypeVar("Row", bound=Model)


def same_row(rows: QuerySet[Row], *, by: User, **same: Any) -> Row | None:
    """The row that the same form added when it was sent before, if it was.

    Locks the person's own row (FOR NO KEY UPDATE, so that others may still refer to it) until the transaction ends:
    of two sendings at once the second waits, and finds what the first added.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    return rows.filter(**same).order_by("-pk").first()
