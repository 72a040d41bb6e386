"""What no disposal touches: audits and cases that the Head of QA keeps for a complaint, an inquiry or a court case."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from audits.models import Audit, Case, CaseKeeping, Draw, Keeping


def kept_cases() -> QuerySet[Case]:
    """The cases that are kept, with the rows that were merged into them."""
    kept = CaseKeeping.objects.filter(ended_at=None).values("case")
    return Case.objects.filter(Q(pk__in=kept) | Q(merged_into__in=kept))


def kept_numbers() -> list[str]:
    """Every number that a kept case has, or had."""
    rows = kept_cases().values_list("person_id", "other_numbers")
    return sorted({number for person_id, others in rows for number in (person_id, *others)})


def audit_is_kept(**audit: Any) -> Exists:
    """Whether an audit, named by a lookup of the outer query, is kept itself or with its case."""
    (lookup, outer), *_ = audit.items()
    kept = Q(keepings__in=Keeping.objects.filter(ended_at=None)) | Q(case__in=kept_cases())
    return Exists(Audit.objects.filter(kept, **{lookup: OuterRef(outer)}))


def frame_is_kept(draw: Draw, numbers: set[str]) -> bool:
    """Whether a kept case stands in the frame of a draw."""
    return bool(numbers) and any(row.split(",")[0] in numbers for row in draw.frame.splitlines())
