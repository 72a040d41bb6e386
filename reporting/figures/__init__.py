"""Every number of a report, each counted by one function and carried with its one-line definition.

`work_out` gathers them as plain data: what a draft shows live, and what a report freezes when it is made.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from reporting.figures.base import Figure, Series, Window
from reporting.figures.evidence import evidence
from reporting.figures.follow_up import actions, escalations, loop
from reporting.figures.grades import agreement, audits, standards
from reporting.figures.record import record
from reporting.periods import Period

__all__ = ["Figure", "Series", "Window", "work_out"]


def work_out(period: Period, *, on: date) -> dict[str, Any]:
    """All figures of the period as they stand on the day `on`, as data that JSON can hold: eight queries."""
    window = Window(period, on)
    return {
        "period": str(period),
        "as_at": on.isoformat(),
        "units": [str(unit) for unit in window.units],
        "audits": asdict(audits(window)),
        "standards": [asdict(standard) for standard in standards(window)],
        "agreement": asdict(agreement(window)),
        "evidence": asdict(evidence(window)),
        "record": asdict(record(window)),
        "actions": asdict(actions(window)),
        "escalations": asdict(escalations(window)),
        "loop": asdict(loop(window)),
    }
