"""The trail: one entry for every change of state, chained by hash, written last in the transaction that makes it.

A rule does its work inside `with trail.acting(by=…, at=…) as act:` and says what it did with `act.add(…)`.
Nested calls join the outer one. Entries are chained as the last statements, so that two people working at
once wait for each other only for a moment (recipe: chaining at the call deadlocked on PostgreSQL).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction

from people.models import TrailEntry, User

FIRST = "0" * 64
LOCK = 7_201_911
"""The advisory lock that makes the chain a line; any number that nothing else in the database uses."""


@dataclass(slots=True)
class Act:
    """What one person is doing at one moment, or a deputy `in_place_of` whoever is away; gathers its entries until the
    transaction's end."""

    by: User | None
    at: datetime
    in_place_of: User | None = None
    entries: list[TrailEntry] = field(default_factory=list)

    def plays(self, part: User | None) -> None:
        """Whose part it is: where not one's own, every entry from here on says in whose place one acts."""
        self.in_place_of = None if part is None or part == self.by else part

    def add(
        self, act: str, about: models.Model, *, was: str = "", now: str = "", why: str = "", content: Any = None
    ) -> None:
        """Say what was done to `about`. `content` is what a person wrote or chose, kept as JSON."""
        self.add_by_ref(act, about._meta.model_name or "", ref_of(about), was=was, now=now, why=why, content=content)

    def add_by_ref(
        self, act: str, kind: str, ref: str, *, was: str = "", now: str = "", why: str = "", content: Any = None
    ) -> None:
        """As `add`, where the record is known by its kind and reference alone: many at once need not be read whole."""
        text = canonical(content)
        self.entries.append(
            TrailEntry(
                at=self.at.astimezone(UTC),
                by=self.by,
                in_place_of=self.in_place_of,
                act=act,
                kind=kind,
                ref=ref,
                was=was,
                now=now,
                why=why,
                why_hash=digest(why),
                content=text,
                content_hash=digest(text),
            )
        )


_acting: ContextVar[Act | None] = ContextVar("acting", default=None)


@contextmanager
def acting(*, by: User | None, at: datetime) -> Iterator[Act]:
    """Open the transaction in which `by` (None for the system) acts at `at`; a nested call joins it."""
    outer = _acting.get()
    if outer is not None:
        yield outer
        return
    with transaction.atomic():
        act = Act(by, at)
        token = _acting.set(act)
        try:
            yield act
        finally:
            _acting.reset(token)
        if act.entries:
            chain(act.entries)


def chain(entries: list[TrailEntry]) -> None:
    """Number the entries, tie each to the one before, and write them: three queries however many there are."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    last = TrailEntry.objects.order_by("-seq").values_list("seq", "hash").first()
    seq, before = last or (0, FIRST)
    for entry in entries:
        seq += 1
        entry.seq, entry.prev_hash = seq, before
        entry.hash = before = entry_hash(entry)
    TrailEntry.objects.bulk_create(entries)


def ref_of(about: models.Model) -> str:
    """How the trail names a record: its reference where it has one, else its key."""
    return str(getattr(about, "ref", "") or about.pk)


def canonical(content: Any) -> str | None:
    """Content as one line of JSON with sorted keys, so that its hash is the same everywhere."""
    if content is None:
        return None
    return json.dumps(content, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest(text: str | None) -> str:
    """sha256 of the text as hex; of nothing for None."""
    return hashlib.sha256((text or "").encode()).hexdigest()


def entry_hash(entry: TrailEntry) -> str:
    """The hash that the next entry carries on: everything, save that `why` and the content stand in by their own.

    In whose place it was done is there where it was in somebody's.
    """
    line = [
        entry.prev_hash,
        entry.seq,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.by_id,
        entry.act,
        entry.kind,
        entry.ref,
        entry.was,
        entry.now,
        entry.why_hash,
        entry.content_hash,
        *([entry.in_place_of_id] if entry.in_place_of_id else []),
    ]
    return digest(json.dumps(line, ensure_ascii=False, separators=(",", ":")))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify` found: how many entries, the last hash, and the first entry that does not fit, if any."""

    ok: bool
    entries: int
    head: str
    first_bad: int | None


def verify() -> Verdict:
    """Walk the chain from its first entry. What retention blanked still verifies by its hash."""
    before, count, expected = FIRST, 0, 1
    for entry in TrailEntry.objects.order_by("seq").iterator(chunk_size=2000):
        count += 1
        whole = entry.content is None or digest(entry.content) == entry.content_hash
        whole = whole and (not entry.why or digest(entry.why) == entry.why_hash)
        if entry.seq != expected or entry.prev_hash != before or entry.hash != entry_hash(entry) or not whole:
            return Verdict(False, count, before, entry.seq)
        before, expected = entry.hash, expected + 1
    return Verdict(True, count, before, None)


def entries_about(*records: models.Model) -> models.QuerySet[TrailEntry]:
    """The history of these records, oldest first."""
    wanted = models.Q(pk__in=[])
    for record in records:
        wanted |= models.Q(kind=record._meta.model_name, ref=ref_of(record))
    return TrailEntry.objects.filter(wanted).select_related("by", "in_place_of").order_by("seq")
