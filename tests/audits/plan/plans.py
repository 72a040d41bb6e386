"""Activities of the programme for tests, planned by the rule."""

from __future__ import annotations

from datetime import date
from typing import Any

from audits.models import Activity
from audits.programme import planning
from tests.conftest import NOW
from tests.factories import Council

DECEMBER = date(2026, 12, 1)


def planned(council: Council, **more: Any) -> Activity:
    """Core live audits of December, six of them, unless `more` says otherwise."""
    return planning.plan_activity(by=council.qa_officer, at=NOW, **{**planning.core(DECEMBER, 6), **more})  # type: ignore[typeddict-item]


def themed(council: Council, **more: Any) -> Activity:
    """Three audits on neglect in December."""
    about = {
        "kind": "themed",
        "title": "Neglect",
        "planned": 3,
        "origin": "complaint",
        "origin_words": "Three since May",
    }
    return planned(council, **{**about, **more})
