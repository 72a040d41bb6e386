"""Files with evidence from elsewhere, and who opened what: each by a period of its own."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db.models import Q, QuerySet

from audits.models import Audit, Opening
from audits.openings.openings import MONTHS
from audits.record.retention_hold import EVIDENCE_YEARS
from people import files, trail
from qualitycounts.base.clock import start_of
from qualitycounts.retention.held import audit_is_kept, kept_cases
from qualitycounts.retention.words import REMOVED
from reporting.models import Evidence
from standards.timescales import add_months


def files_due(on: date) -> QuerySet[Evidence]:
    """The entries of evidence of so many years before the day that still have their file."""
    last = add_months(on, -12 * EVIDENCE_YEARS.value())
    entered = Evidence.objects.filter(entered_at__date__lte=last, file__expired=None).exclude(file=None)
    return entered.order_by("pk")


def remove_files(keys: Collection[int], *, on: date, at: datetime) -> None:
    """Remove the files of these entries of evidence; the entries stay."""
    with trail.acting(by=None, at=at) as act:
        for evidence in files_due(on).filter(pk__in=keys).select_related("file"):
            if evidence.file is not None:
                files.expire(evidence.file, at=at)
                act.add("evidence.file_expired", evidence, why=REMOVED)


def openings_due(on: date, *, held: bool = False) -> QuerySet[Opening]:
    """Who opened what, of so many months before the day: not of kept audits and cases, or with `held` of them alone."""
    audits = Audit.objects.filter(audit_is_kept(pk="pk"))
    of_cases = Q(case_key__in=audits.values("case")) | Q(case_key__in=kept_cases().values("pk"))
    kept = Q(audit_ref__in=audits.values("ref")) | (Q(case_key__isnull=False) & of_cases)
    old = Opening.objects.filter(at__lt=start_of(add_months(on, -MONTHS.value())))
    return old.filter(kept) if held else old.exclude(kept)


def remove_openings(*, on: date, at: datetime) -> None:
    """Remove who opened what, so many months after; not of an audit that is kept, nor of its case."""
    before = start_of(add_months(on, -MONTHS.value()))
    with trail.acting(by=None, at=at) as act:
        removed, _ = openings_due(on).order_by().delete()
        if removed:
            act.add_by_ref(
                "opening.removed", "opening", f"before {before:%Y-%m-%d}", why=REMOVED, content={"rows": removed}
            )
