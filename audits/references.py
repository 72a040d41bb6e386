"""References of audits: QC-2612-041 is the forty-first audit of December 2026. They hold nothing about a child."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Max

from audits.models import Audit
from qualitycounts.base.refusals import Refused
from standards import standard_sets
from standards.models import StandardSet


def reference(month: date, number: int) -> str:
    """The reference of an audit of a month."""
    return f"QC-{month:%y%m}-{number:03d}"


def next_number(month: date) -> int:
    """The first number of a month that no audit has. Call `standard_set_for` first, which makes others wait."""
    return (Audit.objects.filter(month=month).aggregate(last=Max("number"))["last"] or 0) + 1


def check_focus(focus: Collection[int], standard_set: StandardSet) -> None:
    """Refused (422) where a narrowed audit is to look at a standard that the set it is graded with does not have."""
    numbers = standard_sets.numbers(standard_set.pk, standard_set.file_hash)
    if not set(focus) <= set(numbers):
        raise Refused(
            f"“{standard_set}”, by which these audits are graded, has the standards 1 to {len(numbers)}. "
            "Choose those it looks at anew.",
            "focus",
        )


def standard_set_for(month: date, *, on: date) -> StandardSet:
    """The standards that audits of a month are graded with, locked: whoever makes audits does so one after the other.

    Refused (422) when none is loaded.
    """
    standard_set = standard_sets.in_force(max(month, on))
    return StandardSet.objects.select_for_update(no_key=True).get(pk=standard_set.pk)
