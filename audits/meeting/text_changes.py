"""Saves that change the words of one field and nothing else, so that the other chair’s page shows that field alone.

Most saves of a meeting are of this kind, and both pages ask after each. Which field it was is remembered for a while
beside the revision; where that is not known any more, or anything else happened between, the page asks for everything.
"""

from __future__ import annotations

from collections.abc import Collection

from django.core.cache import cache
from django.db import transaction

from audits.meeting.criteria import stamp
from audits.models import Audit, Mark, Note

KEPT = 60
"""Seconds for which a save is remembered."""
MOST = 20
"""Saves that a page may have missed and still catch up with one by one."""


def only(audit: Audit, field: str) -> None:
    """The save that is being made, in the audit's room, changes the words of this field and nothing else."""
    key = change_cache_key(audit, audit.revision)
    transaction.on_commit(lambda: cache.set(key, field, KEPT), robust=True)


def since(audit: Audit, seen: int) -> set[str] | None:
    """The fields whose words changed since a revision, if that is all that happened; else None."""
    revisions = range(seen + 1, audit.revision + 1)
    if not 0 < len(revisions) <= MOST:
        return None
    cached = cache.get_many([change_cache_key(audit, revision) for revision in revisions])
    return set(cached.values()) if len(cached) == len(revisions) else None


def change_cache_key(audit: Audit, revision: int) -> str:
    """What the cache calls the field of one revision."""
    return f"quiet:{audit.pk}:{revision}"


def fields(audit: Audit, keys: Collection[str]) -> dict[str, list[str]]:
    """What these fields say now, as a page hears it: its stamp, its choice, its words and whose they are."""
    slugs = [key for key in keys if not key[1:].isdecimal()]
    by_key: dict[str, Mark | Note] = {}
    if slugs:
        by_key |= {note.slug: note for note in audit.notes.filter(slug__in=slugs).select_related("saved_by")}
    for kind, name in (("c", "criterion"), ("i", "indicator")):
        if of := [int(key[1:]) for key in keys if key[0] == kind and key[1:].isdecimal()]:
            rows = audit.marks.filter(**{f"{name}__in": of}).select_related("saved_by")
            by_key |= {f"{kind}{getattr(row, f'{name}_id')}": row for row in rows}
    return {key: field_as_json(row) for key, row in by_key.items()}


def field_as_json(row: Mark | Note) -> list[str]:
    """One field as a page hears it."""
    first, second = (row.value, row.seen) if isinstance(row, Mark) else (row.choice, row.text)
    return [stamp(row.version, first, second), first, second, str(row.saved_by)]
