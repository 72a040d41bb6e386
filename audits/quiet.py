"""Saves after which a page has one field to show anew and nothing else: words where there were words before.

Most saves of a meeting are of this kind, and both pages ask after each. Which field it was is remembered for a while
beside the revision; where that is not known any more, or anything else happened between, the page asks for everything.
"""

from __future__ import annotations

from collections.abc import Collection

from django.core.cache import cache
from django.db import transaction

from audits.models import Audit, Mark, Note
from audits.points import stamp

KEPT = 60
"""Seconds for which a save is remembered."""
MOST = 20
"""Saves that a page may have missed and still catch up with one by one."""


def only(audit: Audit, field: str) -> None:
    """The save that is being made, in the audit's room, changes the words of this field and nothing else."""
    key = key_of(audit, audit.revision + 1)
    transaction.on_commit(lambda: cache.set(key, field, KEPT), robust=True)


def since(audit: Audit, seen: int) -> set[str] | None:
    """The fields whose words changed since a revision, if that is all that happened; else None."""
    revisions = range(seen + 1, audit.revision + 1)
    if not 0 < len(revisions) <= MOST:
        return None
    found = cache.get_many([key_of(audit, revision) for revision in revisions])
    return set(found.values()) if len(found) == len(revisions) else None


def key_of(audit: Audit, revision: int) -> str:
    """What the cache calls the field of one revision."""
    return f"quiet:{audit.pk}:{revision}"


def fields(audit: Audit, keys: Collection[str]) -> dict[str, list[str]]:
    """What these fields say now, as a page hears it: its stamp, its choice, its words and whose they are."""
    slugs = [key for key in keys if not key[1:].isdecimal()]
    found: dict[str, Mark | Note] = {}
    if slugs:
        found |= {one.slug: one for one in audit.notes.filter(slug__in=slugs).select_related("saved_by")}
    for kind, name in (("c", "criterion"), ("i", "indicator")):
        if of := [int(key[1:]) for key in keys if key[0] == kind and key[1:].isdecimal()]:
            rows = audit.marks.filter(**{f"{name}__in": of}).select_related("saved_by")
            found |= {f"{kind}{getattr(one, f'{name}_id')}": one for one in rows}
    return {key: said(one) for key, one in found.items()}


def said(one: Mark | Note) -> list[str]:
    """One field as a page hears it."""
    first, second = (one.value, one.seen) if isinstance(one, Mark) else (one.choice, one.text)
    return [stamp(one.version, first, second), first, second, str(one.saved_by)]
