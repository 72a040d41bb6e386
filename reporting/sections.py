"""The parts of a report that are longer than a month's: programme, steps, coverage, themes, sources, recommendations.

As in document.py, nothing is counted here: what the figures hold is what is shown.
"""

from __future__ import annotations

from typing import Any

from reporting import charts
from reporting.chance import Share
from reporting.models import Report
from reporting.periods import UNITS, Period


def sections(report: Report, figures: dict[str, Any]) -> dict[str, Any]:
    """What these parts need. A report that was made before there was a part of this kind goes without it."""
    period = report.about
    return {
        "unit": UNITS[period.kind],
        "programme": _programme(figures.get("programme")),
        "taken": _taken(figures.get("taken", [])),
        "moderation": _moderation(figures.get("moderation")),
        "steps": [_step(one) for one in figures.get("steps", []) if _any(one)],
        "coverage": figures.get("coverage"),
        "themes": _themes(figures.get("themes"), period),
        "practice": [one for one in figures.get("practice", []) if one["count"]],
        "elsewhere": _elsewhere(figures.get("elsewhere", [])),
        "recommended": figures.get("recommendations", []),
        "last_time": figures.get("last_time", []),
        "beside": report.blocks,
    }


def number(value: float | None) -> str:
    """A median as it is said: 4, 4.5, or a dash."""
    return "–" if value is None else f"{value:g}"


def _programme(found: dict[str, Any] | None) -> dict[str, Any] | None:
    if found is None or not found["whole"]["planned"]["count"]:
        return None
    lines = found["lines"] if len(found["lines"]) > 1 else []
    return {
        "definition": found["whole"]["planned"]["definition"],
        "heads": [one["name"] for one in found["whole"]["outcomes"]],
        "rows": [
            {
                "name": line["name"],
                "planned": line["planned"]["count"],
                "cells": [one["count"] for one in line["outcomes"]],
                "total": line is found["whole"],
            }
            for line in [*lines, found["whole"]]
        ],
    }


def _taken(found: list[dict[str, Any]]) -> dict[str, Any] | None:
    if not any(one["median"] is not None for one in found):
        return None
    return {
        "definition": found[0]["definition"],
        "rows": [{"name": one["name"], "now": number(one["median"]), "before": number(one["before"])} for one in found],
    }


def _moderation(found: dict[str, Any] | None) -> dict[str, Any] | None:
    """What the panel made of the grades; nothing where it decided on none."""
    if found is None or not found["decided"]["count"]:
        return None
    lines = [one | {"before": None, "before_of": None} for one in found["agreement"]]
    return {
        "decided": found["decided"]["count"],
        "regraded": found["regraded"]["count"],
        "rows": bars(lines) if lines[0]["of"] else [],
        "kappa": found["kappa"],
        "messages": found["messages"],
        "definition": found["agreement"][0]["definition"],
        "kappa_definition": found["kappa_definition"],
    }


def _any(step: dict[str, Any]) -> bool:
    return bool(step["done"]["count"] or step["open_now"]["count"])


def _step(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "path": one["path"],
        "name": one["name"],
        "cells": [
            one["done"]["count"],
            Share(one["on_time"]["count"], one["on_time"]["of"]).percent,
            number(one["median"]),
            one["open_now"]["count"],
            one["late_now"]["count"],
        ],
    }


def _themes(found: dict[str, Any] | None, period: Period) -> dict[str, Any] | None:
    if found is None or not found["read"]["count"]:
        return None
    return {
        "read": found["read"]["count"],
        "definition": (found["well"] or found["worried"])[0]["definition"],
        "groups": [
            {"name": name, "rows": bars(found[key])}
            for key, name in (("well", "What is working well"), ("worried", "What we are worried about"))
            if found[key]
        ],
        "quotes": found["quotes"],
        "before": period.previous.short,
    }


def bars(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Figures as lines of a table with a bar; the upright tick is the period before."""
    out = []
    for figure in found:
        now = Share(figure["count"] or 0, figure["of"] or 0)
        before = Share(figure["before"] or 0, figure["before_of"] or 0)
        words = f"{figure['name']}: {now}" + (f", against {before} the time before." if before.of else ".")
        svg = charts.row_bar(words, now.rate, before.rate)
        out.append(
            {"name": figure["name"], "definition": figure["definition"], "svg": svg, "now": now, "before": before}
        )
    return out


def _elsewhere(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The findings by standard, those of no standard last."""
    groups: dict[int, list[dict[str, Any]]] = {}
    for one in found:
        groups.setdefault(one["standard"] or 0, []).append(one)
    return [
        {"name": f"Standard {standard}" if standard else "Not tied to one standard", "rows": groups[standard]}
        for standard in sorted(groups, key=lambda standard: standard or 9)
    ]
