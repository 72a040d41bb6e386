"""The month in which an audit was finalised, as the database works it out: to the minute, by UK date."""

from __future__ import annotations

from datetime import timedelta

import pytest

from audits.models import Audit
from reporting import periods
from reporting.sections.base import month_finalised
from tests.escalation.build import finalised_audit
from tests.factories import Council


@pytest.mark.parametrize("count", [1, 2, 3, 12, 20])
def test_it_changes_at_the_first_moment_of_each_month(council: Council, count: int) -> None:
    months = periods.parse("2026-10").back(count)
    audit = Audit.objects.filter(pk=finalised_audit(council).pk)
    for place, month in enumerate([*months, months[-1].next]):
        for minutes, expected in ((-1, place - 1), (0, place)):
            audit.update(finalised_at=month.moments[0] + timedelta(minutes=minutes))
            its_month = months[expected].first if 0 <= expected < count else None
            assert audit.values_list(month_finalised(months), flat=True).get() == its_month
