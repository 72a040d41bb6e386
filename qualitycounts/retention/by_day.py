"""Reasons that hang on no one audit, and why directors opened a case: each goes by its own day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from audits.models import Draw, Viewing
from audits.record.retention_hold import YEARS
from people import trail
from people.models import TrailEntry
from qualitycounts.retention.held import kept_cases, kept_numbers
from qualitycounts.retention.words import ACTS_BY_DAY, BY_DAY, CASE_OF, REMOVED, WORDS
from standards.timescales import add_months

Rows = QuerySet[Any]


def reasons_due(on: date, *, held: bool = False) -> Iterator[tuple[Rows, tuple[str, ...]]]:
    """The rows of each table whose day is so many years ago and that still have words, with the fields.

    Without `held` those of kept cases are left out; with it they alone are given.
    """
    last = add_months(on, -12 * YEARS.value())
    for model, (day, fields) in BY_DAY.items():
        old = model._default_manager.filter(**{f"{day}__lte": last})
        if model in WORDS:
            old = old.filter(**{WORDS[model][0]: None})
        spoken = Q(*((f"{field}__in", ["", REMOVED]) for field in fields))
        old = old.filter(~spoken)
        if way := CASE_OF.get(model):
            kept = Exists(model._default_manager.filter(**{"pk": OuterRef("pk"), f"{way}__in": kept_cases()}))
            old = old.filter(kept if held else ~kept)
            yield old, fields
        elif not held:
            yield old, fields


def remove_reasons(*, on: date, at: datetime) -> None:
    """Remove what hangs on no one audit, so many years after its own day; that it happened stays."""
    last = add_months(on, -12 * YEARS.value())
    with trail.acting(by=None, at=at) as act:
        for rows, fields in reasons_due(on):
            keys = list(rows.values_list("pk", flat=True))
            for field in fields:
                spoken = rows.model._default_manager.filter(pk__in=keys).exclude(**{f"{field}__in": ["", REMOVED]})
                spoken.update(**{field: REMOVED})
            if keys:
                kind = rows.model._meta.model_name or ""
                act.add_by_ref(f"{kind}.words_removed", kind, f"until {last}", why=REMOVED, content={"rows": len(keys)})
        entries = TrailEntry.objects.filter(act__in=ACTS_BY_DAY, at__date__lte=last).exclude(content=None, why="")
        draws = Draw.objects.filter(picks__case__in=kept_cases()).values_list("ref", flat=True)
        entries = entries.exclude(ref__in=[*kept_numbers(), *draws])
        if emptied := trail.empty(entries):
            act.add_by_ref(
                "trail.words_removed", "trailentry", f"until {last}", why=REMOVED, content={trail.EMPTIED: emptied}
            )


def viewings_due(on: date) -> QuerySet[Viewing]:
    """The directors' openings of a case whose reasons are so many years old; those of kept cases among them."""
    return Viewing.objects.filter(read_on__lte=add_months(on, -12 * YEARS.value())).exclude(why=REMOVED)


def remove_viewings(*, on: date, at: datetime) -> None:
    """Remove why a director opened a case and what was learned, so many years after; that it happened stays."""
    with trail.acting(by=None, at=at) as act:
        for viewing in viewings_due(on).exclude(case__in=kept_cases()).select_for_update(of=("self",)):
            viewing.why, viewing.learned, viewing.presented_by = REMOVED, REMOVED if viewing.learned else "", ""
            viewing.save(update_fields=["why", "learned", "presented_by"])
            emptied = trail.empty(TrailEntry.objects.filter(kind="viewing", ref=viewing.ref))
            act.add("viewing.words_removed", viewing, why=REMOVED, content={trail.EMPTIED: emptied})
