"""The record classes that the retention schedule reaches: what goes of each, what stays, and by which period."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from audits.models import Audit, Draw
from audits.openings.openings import MONTHS
from audits.record.retention_hold import CASE_YEARS, EVIDENCE_YEARS, FRAME_YEARS, YEARS
from people.council_settings import Number
from qualitycounts.retention import by_day, cases, others
from qualitycounts.retention.audits import audits_due, batches, remove_words
from qualitycounts.retention.held import kept_cases
from reporting.models import Evidence


@dataclass(frozen=True, slots=True)
class Due:
    """How many of a class are due and free to go, and how many are held; the keys of those that are free, where records
    are listed one by one."""

    free: int
    held: int
    keys: list[int] | None = None

    @classmethod
    def listed(cls, free: Iterable[int], held: Iterable[int] = ()) -> Due:
        """What is due, record by record."""
        keys = list(free)
        return cls(len(keys), len(list(held)), keys)


@dataclass(frozen=True, slots=True)
class RecordClass:
    """One class. `due` counts what is due on a day; `remove` takes the listed keys, a day and a moment. `whole`: which
    of the records, where they are listed one by one, have what goes still."""

    slug: str
    title: str
    goes: str
    stays: str
    period: Number
    due: Callable[[date], Due]
    remove: Callable[[Collection[int], date, datetime], None]
    whole: Callable[[], QuerySet[Any]] | None = None

    def removed_of(self, listed: Mapping[str, Any], *, on: date) -> int:
        """How many of those that a list had (`free`, `held`, `keys`) are gone now."""
        if self.whole is None:
            now = self.due(on)
            return int(listed["free"] - now.free - max(0, now.held - listed["held"]))
        whole = self.whole()
        return len(listed["keys"]) - sum(whole.filter(pk__in=batch).count() for batch in batches(listed["keys"]))


def due_audits(on: date) -> Due:
    """Audits that ended so long ago."""
    rows = list(audits_due(on).values_list("pk", "is_held"))
    return Due.listed((key for key, is_held in rows if not is_held), (key for key, is_held in rows if is_held))


def remove_audits(keys: Collection[int], on: date, at: datetime) -> None:
    """Remove the words of those that are still due and not held, some hundreds a transaction."""
    free = set(due_audits(on).keys or ()) & set(keys)
    for batch in batches(sorted(free)):
        remove_words(batch, on=on, at=at)


def due_cases(on: date) -> Due:
    """Cases closed so long ago."""
    kept = set(kept_cases().values_list("pk", flat=True))
    rows = list(cases.cases_due(on, after_audits=True).values_list("pk", flat=True))
    return Due.listed((key for key in rows if key not in kept), (key for key in rows if key in kept))


def due_frames(on: date) -> Due:
    """Draws of so long ago."""
    return Due.listed(*cases.frames_due(on))


def remove_listed_frames(keys: Collection[int], on: date, at: datetime) -> None:
    """Remove those that are still free."""
    cases.remove_frames(set(keys) & set(due_frames(on).keys or ()), on=on, at=at)


def due_files(on: date) -> Due:
    """Files of evidence entered so long ago."""
    return Due.listed(others.files_due(on).values_list("pk", flat=True))


def due_reasons(on: date) -> Due:
    """Reasons of so long ago."""
    free, held = (sum(rows.count() for rows, _ in by_day.reasons_due(on, held=held)) for held in (False, True))
    return Due(free, held)


def due_viewings(on: date) -> Due:
    """Directors' openings of so long ago."""
    viewings = by_day.viewings_due(on)
    held = viewings.filter(case__in=kept_cases()).count()
    return Due(viewings.count() - held, held)


def due_openings(on: date) -> Due:
    """Openings of so long ago."""
    return Due(others.openings_due(on).count(), others.openings_due(on, held=True).count())


RECORD_CLASSES = (
    RecordClass(
        "audits",
        "Audits",
        "What people wrote: notes, reasons, plans, quotations, and the files of actions",
        "References, dates, grades, marks, who acted",
        YEARS,
        due_audits,
        remove_audits,
        lambda: Audit.objects.filter(words_removed_on=None),
    ),
    RecordClass(
        "cases",
        "Closed cases",
        "Age, gender, ethnicity, disability, dates and worker, as extracts had them",
        "Number, category, team, days of opening and closing",
        CASE_YEARS,
        due_cases,
        lambda keys, on, at: cases.remove_case_facts(keys, on=on, at=at),
        cases.spoken_of,
    ),
    RecordClass(
        "frames",
        "Frames of draws",
        "The list of numbers that a draw chose from",
        "Its sha256, its counts, the seed and the cases chosen",
        FRAME_YEARS,
        due_frames,
        remove_listed_frames,
        lambda: Draw.objects.filter(frame_removed_on=None),
    ),
    RecordClass(
        "files",
        "Files of evidence",
        "The file and its name",
        "The entry that it came with",
        EVIDENCE_YEARS,
        due_files,
        lambda keys, on, at: others.remove_files(keys, on=on, at=at),
        lambda: Evidence.objects.filter(file__expired=None),
    ),
    RecordClass(
        "reasons",
        "Reasons",
        "Why a case was left out, replaced, kept or not for an auditor; findings of no one audit; what workers said",
        "That it happened, when and by whom",
        YEARS,
        due_reasons,
        lambda _, on, at: by_day.remove_reasons(on=on, at=at),
    ),
    RecordClass(
        "viewings",
        "Case views",
        "Why a director opened a case, and what was learned",
        "That it happened, when and by whom",
        YEARS,
        due_viewings,
        lambda _, on, at: by_day.remove_viewings(on=on, at=at),
    ),
    RecordClass(
        "openings",
        "Who opened what",
        "Each opening of a record",
        "How many were removed",
        MONTHS,
        due_openings,
        lambda _, on, at: others.remove_openings(on=on, at=at),
    ),
)
"""In the order in which they go: a case is free once no audit of it has words."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many audits were due, how many of them are held, and from how many the words were removed now."""

    due: int
    held: int
    removed: int


def periods() -> dict[str, int]:
    """Each period in force, by its setting."""
    return {each.period.slug: each.period.value() for each in RECORD_CLASSES}


def apply(*, on: date, at: datetime, dry_run: bool = False) -> Outcome:
    """Remove all that is due on the day and not held; run again, it removes nothing more. `dry_run`: only count.

    Each batch is one transaction, so an end in the middle leaves whole audits. Nobody is asked: what a council removes
    goes by a signed list (`disposals`).
    """
    before = due_audits(on)
    if not dry_run:
        for each in RECORD_CLASSES:
            each.remove(each.due(on).keys or (), on, at)
    return Outcome(before.free + before.held, before.held, 0 if dry_run else before.free)


def counts(on: date) -> Mapping[str, Due]:
    """What is due on the day, by class."""
    return {each.slug: each.due(on) for each in RECORD_CLASSES}
