"""Removing an audit's words once the council's retention schedule says so, and leaving every figure as it was.

What is removed is what people wrote: notes, reasons, proposals, actions, what was seen, evidence files, and what the
trail keeps of them. What stays is that it happened: references, dates, grades, marks, who acted, and each hash, so that
reports still add up and the trail still verifies. An audit is due so many years after it ended; it is held while it has
not ended, something of it is open, or the Head of QA keeps it or its case (a complaint, an inquiry, a court case).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate

from audits.models import ActionFile, Audit, Hold, Review
from audits.record.retention_hold import YEARS
from escalation.models import Escalation
from people import files, trail
from people.models import TrailEntry
from qualitycounts.base.clock import LONDON
from qualitycounts.retention.held import audit_is_kept
from qualitycounts.retention.words import REF, REMOVED, WORDS
from reporting.models import Quotation
from standards.timescales import add_months

A_BATCH = 200
"""Records that one transaction changes at most."""


def audits_due(on: date) -> QuerySet[Any]:
    """Audits that ended, or that should have long ago, so many years before the day, and still have their words.

    Annotated with `is_held`.
    """
    last = Coalesce(
        TruncDate("closed_at", tzinfo=LONDON), TruncDate("ended_at", tzinfo=LONDON), F("met_on"), F("month")
    )
    holds = Hold.objects.filter(audit=OuterRef("pk"), lifted=None)
    unfinished = Escalation.objects.filter(audit=OuterRef("pk"), state=Escalation.State.OPEN)
    is_held = ~Q(state__in=Audit.CONCLUDED) | Exists(holds) | audit_is_kept(pk="pk") | Exists(unfinished)
    audits = Audit.objects.filter(words_removed_on=None).annotate(last=last, is_held=is_held)
    return audits.filter(last__lte=add_months(on, -12 * YEARS.value())).order_by("pk")


def remove_words(audits: list[int], *, on: date, at: datetime) -> None:
    """Remove the words of these audits and what the trail keeps of them, and say so in the trail."""
    with trail.acting(by=None, at=at) as act:
        locked = list(Audit.objects.select_for_update().filter(pk__in=audits))
        spoken = quotations_of(audits)
        for model, (way, fields) in WORDS.items():
            for field in fields:
                rows = model._default_manager.filter(**{f"{way}__in": audits}).exclude(**{field: ""})
                rows.update(**{field: REMOVED})
        Quotation.objects.filter(pk__in=spoken).exclude(words=REMOVED).update(words=REMOVED)
        for action_file in ActionFile.objects.filter(action__audit__in=audits).select_related("file"):
            files.expire(action_file.file, at=at)
        Review.objects.filter(audit__in=audits).update(draft={})
        Audit.objects.filter(pk__in=audits).update(words_removed_on=on)
        emptied = forget({audit.ref for audit in locked})
        for key, ref in spoken.items():
            quoted = trail.empty(TrailEntry.objects.filter(kind="quotation", ref=str(key)))
            emptied[ref] = [*emptied.get(ref, []), *quoted]
        for audit in locked:
            act.add("audit.words_removed", audit, why=REMOVED, content={trail.EMPTIED: emptied.get(audit.ref, [])})


def quotations_of(audits: list[int]) -> dict[int, str]:
    """The quotations of these audits, from notes and from what families said, each with its audit's reference."""
    ways = ("note__audit", "answer__ask__audit")
    return {
        key: ref
        for way in ways
        for key, ref in Quotation.objects.filter(**{f"{way}__in": audits}).values_list("pk", f"{way}__ref")
    }


def forget(refs: set[str]) -> dict[str, list[int]]:
    """Blank what the trail keeps of these audits and of all that hangs on them: each audit's entries, by number."""
    kept = TrailEntry.objects.exclude(content=None, why="").filter(ref__startswith="QC-")
    about: defaultdict[str, list[int]] = defaultdict(list)
    for pk, ref in kept.values_list("pk", "ref").iterator():
        if (matched := REF.match(ref)) and matched[0] in refs:
            about[matched[0]].append(pk)
    emptied: defaultdict[str, list[int]] = defaultdict(list)
    for ref, rows in about.items():
        for batch in batches(rows):
            emptied[ref] += trail.empty(TrailEntry.objects.filter(pk__in=batch))
    return emptied


def batches(rows: Iterable[int]) -> Iterator[list[int]]:
    """Split keys into lists of `A_BATCH` at most."""
    rest = iter(rows)
    while batch := list(islice(rest, A_BATCH)):
        yield batch
