"""The constraint that ties `x_at` to `x_by`: who did a thing is written wherever it is written that it was done."""

from __future__ import annotations

from django.db.models import BaseConstraint, CheckConstraint, Q


def together(model: str, *stems: str) -> list[BaseConstraint]:
    """A constraint a stem: `stem_at` and `stem_by` are both there or both empty."""
    return [
        CheckConstraint(
            condition=Q(**{f"{stem}_at__isnull": True, f"{stem}_by__isnull": True})
            | Q(**{f"{stem}_at__isnull": False, f"{stem}_by__isnull": False}),
            name=f"{model}_{stem}_at_by",
        )
        for stem in stems
    ]
