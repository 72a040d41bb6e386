"""The trail: one entry for every change of state, chained by hash, written last in the transaction that makes it.

A rule does its work inside `with trail.acting(by=…, at=…) as act:` and says what it did with `act.add(…)`.
Nested calls join the outer one. Entries are chained as the last statements, so that two people working at
once wait for each other only for a moment (recipe: chaining at the call deadlocked on PostgreSQL).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction

from people.models import TrailEntry, User
from qualitycounts.base import progress
from qualitycounts.base.bulk import write_rows

FIRST = "0" * 64
LOCK = 7_201_911
"""The advisory lock that makes the chain a line; any number that nothing else in the database uses."""

SINGLE_SAVES = ("mark.saved", "note.saved")
"""The acts of a meeting by the minute, each mark and each note: read by the two who met alone (ADR 0041)."""


def digest(text: str | None) -> str:
    """sha256 of the text as hex; of nothing for None."""
    return hashlib.sha256((text or "").encode()).hexdigest()


NOTHING = digest("")
WHAT = "lines of history written"


@dataclass(slots=True)
class NewEntry:
    """One entry before it has its place in the chain: the columns of `TrailEntry`."""

    at: datetime
    by_id: int | None
    in_place_of_id: int | None
    act: str
    kind: str
    ref: str
    was: str
    now: str
    why: str
    why_hash: str
    content: str | None
    content_hash: str
    seq: int = 0
    prev_hash: str = ""
    hash: str = ""


@dataclass(slots=True)
class Act:
    """What one person is doing at one moment, or a deputy `in_place_of` whoever is away; gathers its entries until the
    transaction's end."""

    by: User | None
    at: datetime
    in_place_of: User | None = None
    entries: list[NewEntry] = field(default_factory=list)

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
            NewEntry(
                at=self.at.astimezone(UTC),
                by_id=self.by.pk if self.by else None,
                in_place_of_id=self.in_place_of.pk if self.in_place_of else None,
                act=act,
                kind=kind,
                ref=ref,
                was=was,
                now=now,
                why=why,
                why_hash=digest(why) if why else NOTHING,
                content=text,
                content_hash=digest(text) if text else NOTHING,
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


def chain(entries: Sequence[NewEntry | TrailEntry]) -> None:
    """Number the entries, tie each to the one before, and write them: two statements however many there are.

    They may be of a migration's historical model.
    """
    model = type(entries[0]) if isinstance(entries[0], models.Model) else TrailEntry
    columns = [each.attname for each in model._meta.concrete_fields if not each.primary_key]
    seq, before = lock_end(model)
    for entry in entries:
        seq += 1
        entry.seq, entry.prev_hash = seq, before
        entry.hash = before = entry_hash(entry)
    values_of = attrgetter(*columns)
    write_rows(model, columns, (values_of(each) for each in progress.counted(entries, WHAT, len(entries))))


def lock_end(model: type[models.Model]) -> tuple[int, str]:
    """The number and the hash of the chain's last entry, nobody else writing one until the transaction's end.

    The lock and the question are sent at once. PostgreSQL still looks only once it has the lock, for each statement
    of a string sees what was committed before that statement.
    """
    lock = f"SELECT pg_advisory_xact_lock({LOCK}); " if connection.vendor == "postgresql" else ""
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"{lock}SELECT seq, hash FROM {table} ORDER BY seq DESC LIMIT 1")  # noqa: S608 -- our own names
        last: tuple[int, str] | None = cursor.fetchone()
    return last or (0, FIRST)


def ref_of(about: models.Model) -> str:
    """How the trail names a record: its reference where it has one, else its key."""
    return str(getattr(about, "ref", "") or about.pk)


def canonical(content: Any) -> str | None:
    """Content as one line of JSON with sorted keys, so that its hash is the same everywhere."""
    if content is None:
        return None
    return json.dumps(content, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def entry_hash(entry: NewEntry | TrailEntry) -> str:
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


EMPTIED = "emptied"
"""Under what an entry of retention lists the entries whose words it took: their numbers, in its content."""
BY_RETENTION = ".words_removed"
"""How the act of such an entry ends."""
EMPTY = (models.Q(content=None) & ~models.Q(content_hash=NOTHING)) | (models.Q(why="") & ~models.Q(why_hash=NOTHING))
"""An entry that had words once and has them no more."""


def empty(entries: models.QuerySet[TrailEntry]) -> list[int]:
    """Take the words of these entries, as retention alone may; each hash stays. Their numbers, for the entry that says
    so: words that are gone without one are a fault of the trail. What says so of others, in numbers alone, stays."""
    taken = entries.exclude(content_hash=NOTHING, why_hash=NOTHING).exclude(act__endswith=BY_RETENTION)
    numbers = sorted(taken.values_list("seq", flat=True))
    for first in range(0, len(numbers), 500):
        batch = TrailEntry.objects.filter(seq__in=numbers[first : first + 500])
        batch.exclude(content=None, why="").update(content=None, why="")
    return numbers


def accounted() -> dict[int, int]:
    """Map each entry whose words retention took to the number of the entry that says so."""
    removals = TrailEntry.objects.filter(act__endswith=BY_RETENTION).exclude(content=None).order_by("seq")
    removed_by: dict[int, int] = {}
    for seq, content in removals.values_list("seq", "content"):
        removal = json.loads(content or "{}")
        removed_by |= dict.fromkeys(removal.get(EMPTIED, []) if isinstance(removal, dict) else [], seq)
    return removed_by


def unaccounted() -> list[int]:
    """The entries whose words are gone although no entry of retention says so."""
    numbers = TrailEntry.objects.filter(EMPTY).order_by("seq").values_list("seq", flat=True)
    known = accounted() if numbers else {}
    return [seq for seq in numbers if known.get(seq, 0) <= seq]


def verify(*, head: str = "", entries: int = 0) -> Verdict:
    """Walk the chain from its first entry. Words that are gone are well only where a later entry of retention says so.

    With `head`, a hash that was kept elsewhere, the trail must still lead to it; with `entries`, it must have so many
    at least, and the head must be that entry's. What is missing first is the first bad one.
    """
    before, count, expected, led = FIRST, 0, 1, head in ("", FIRST)
    known = accounted()
    for entry in TrailEntry.objects.order_by("seq").iterator(chunk_size=2000):
        count += 1
        accounted_for = known.get(entry.seq, 0) > entry.seq
        whole = digest(entry.content) == entry.content_hash or (entry.content is None and accounted_for)
        whole = whole and (digest(entry.why) == entry.why_hash or (entry.why == "" and accounted_for))
        if entry.seq != expected or entry.prev_hash != before or entry.hash != entry_hash(entry) or not whole:
            return Verdict(False, count, before, entry.seq)
        if head and entry.seq == entries and entry.hash != head:
            return Verdict(False, count, before, entry.seq)
        led = led or entry.hash == head
        before, expected = entry.hash, expected + 1
    good = led and count >= entries
    return Verdict(good, count, before, None if good else count + 1)


def entries_about(*records: models.Model) -> models.QuerySet[TrailEntry]:
    """The history of these records, oldest first."""
    wanted = models.Q(pk__in=[])
    for record in records:
        wanted |= models.Q(kind=record._meta.model_name, ref=ref_of(record))
    return TrailEntry.objects.filter(wanted).select_related("by", "in_place_of").order_by("seq")
