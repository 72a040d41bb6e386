"""Every number of a report, each counted by one function and carried with its one-line definition.

`work_out` gathers them as plain data: what a draft shows live, and what a report freezes when it is made.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from reporting.figures import coverage, evidence, follow_up, grades, moderation, programme, record, speed, themes
from reporting.figures.base import Figure, Series, Window
from reporting.periods import Kind, Period

__all__ = ["Figure", "Series", "Window", "work_out"]


def work_out(period: Period, *, on: date) -> dict[str, Any]:
    """All figures of the period as they stand on the day `on`, as data that JSON can hold: a dozen queries, or
    some more for what is longer than a month. A month's report is brief: it leaves out coverage, steps and sources."""
    window = Window(period, on)
    brief = period.kind == Kind.MONTH
    return {
        "period": str(period),
        "as_at": on.isoformat(),
        "units": [str(unit) for unit in window.units],
        "audits": asdict(grades.audits(window)),
        "standards": [asdict(standard) for standard in grades.standards(window)],
        "agreement": asdict(grades.agreement(window)),
        "moderation": plain(moderation.moderation(window)),
        "evidence": asdict(evidence.seen(window)),
        "record": asdict(record.chosen(window)),
        "actions": asdict(follow_up.actions(window)),
        "escalations": asdict(follow_up.escalations(window)),
        "loop": asdict(follow_up.loop(window)),
        "programme": asdict(programme.programme(window)),
        "taken": [asdict(one) for one in speed.taken(window)],
        "themes": asdict(themes.themes(window)),
        "practice": [asdict(one) for one in themes.practice(window)],
        "steps": [] if brief else [asdict(one) for one in speed.on_steps(window)],
        "coverage": None if brief else asdict(coverage.coverage(window)),
        "elsewhere": [asdict(one) for one in themes.elsewhere(window)],
    }


def plain(found: dict[str, Any]) -> dict[str, Any]:
    """A dictionary whose figures are plain data as well."""
    return {
        key: asdict(value)
        if isinstance(value, Figure)
        else [asdict(one) if isinstance(one, Figure) else one for one in value]
        if isinstance(value, list)
        else value
        for key, value in found.items()
    }
