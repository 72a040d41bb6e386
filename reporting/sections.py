"""The parts of a report beside its charts: record, programme, splits, steps, coverage, themes, sources.

As in document.py, nothing is counted here: what the figures hold is what is shown.
"""

from __future__ import annotations

from typing import Any

from reporting import charts
from reporting.chance import Share
from reporting.figures import speed
from reporting.models import Report
from reporting.periods import UNITS, Kind, Period

SHORT = 7
"""Lines of a table that may stand beside another."""
HALF = 84
"""How wide a bar is in a table of half the page."""


def sections(report: Report, figures: dict[str, Any]) -> dict[str, Any]:
    """What these parts need. A report that was made before there was a part of this kind goes without it."""
    period = report.about
    return {
        "unit": UNITS[period.kind],
        "feedback": _feedback(figures),
        "record": _record(figures),
        "programme": _programme(figures.get("programme")),
        "taken": figures["taken"][0]["definition"] if taken(figures) else "",
        "moderation": _moderation(figures.get("moderation")),
        "days_taken": speed.IN_STEP if any(map(_any, figures.get("steps", []))) else "",
        "escalations": _escalations(figures),
        **_splits(figures, period),
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


def taken(figures: dict[str, Any]) -> list[str]:
    """The median working days of each line of the table of actions, now and before, kind by kind; none where none was
    done."""
    found = figures.get("taken", [])
    if not any(one["median"] is not None for one in found):
        return []
    return [number(one[when]) for one in found for when in ("median", "before")]


def _moderation(found: dict[str, Any] | None) -> dict[str, Any] | None:
    """What the panel made of the grades; nothing where it decided on none."""
    if found is None or not found["decided"]["count"]:
        return None
    lines = [{"before": None, "before_of": None} | one for one in found["agreement"]]
    return {
        "decided": found["decided"]["count"],
        "before": found["decided"].get("before"),
        "regraded": found["regraded"]["count"],
        "rows": bars(lines, width=HALF) if lines[0]["of"] else [],
        "graded": found["agreement"][0]["of"],
        "kappa": found.get("kappa_words") or found["kappa"],
        "messages": list(dict.fromkeys(found["messages"])),
        "definition": found["agreement"][0]["definition"],
        "kappa_definition": found["kappa_definition"],
    }


def _any(step: dict[str, Any]) -> bool:
    return bool(step["done"]["count"] or step["open_now"]["count"])


def _splits(figures: dict[str, Any], period: Period) -> dict[str, Any]:
    """Who the audits were about, and who is open: the tables that may be printed, the names of those that may not."""
    audits, coverage = figures["audits"], figures.get("coverage")
    found = [("Category of need", audits["by_category"]), ("Service and team", audits["by_service"])]
    if audits["by_type"].get("groups", 0) > 1:
        found.insert(1, ("Kind of audit", audits["by_type"]))
    shown = [_split(name, split) for name, split in found if not split["left_out"]]
    left_out = [name.lower() for name, split in found if split["left_out"] and split["audits"]]
    half = [one for one in shown if not one["four"] and len(one["rows"]) <= SHORT]
    beside = coverage["splits"] if coverage else []
    covered = [split for split in beside if split["rows"]]
    return {
        "unsplit": period.kind == Kind.MONTH and not shown and not left_out,
        "half_splits": _sides(half, 1),
        "wide_splits": [one for one in shown if one not in half],
        "two_only": [one["name"].lower() for one in shown if not one["four"]],
        "left_out": left_out,
        "coverage": coverage,
        "covered": _sides(covered, len(covered) // 2 or 1),
        "uncovered": [split["name"].lower() for split in beside if split["left_out"]],
    }


def _split(name: str, split: dict[str, Any]) -> dict[str, Any]:
    """One table: its lines, and the names of those in which every number is hidden."""
    lines = [
        (row, any(str(cell).isdigit() for cell in (row["audits"], row["good"], row["below"]))) for row in split["rows"]
    ]
    return {
        "name": name,
        "split": split,
        "rows": [row for row, told in lines if told],
        "hidden": [row["name"] for row, told in lines if not told],
        "four": any(row.get("grades") for row in split["rows"]),
    }


def _sides(found: list[Any], left: int) -> list[list[Any]]:
    """So many on the left side of the page and the rest on its right; nothing where there are none."""
    return [side for side in (found[:left], found[left:]) if side]


def _escalations(figures: dict[str, Any]) -> list[dict[str, Any]]:
    """The paths, each with what was opened and is open, and with its steps."""
    found = figures["escalations"]
    steps = [one for one in figures.get("steps", []) if _any(one)]
    return [
        {
            "name": path["name"],
            "opened": path["count"],
            "before": path["before"],
            "now": now["count"],
            "steps": [_step(one) for one in steps if one["path"] == path["name"]],
        }
        for path, now in zip(found["opened"], found["open_now"], strict=True)
    ]


def _step(one: dict[str, Any]) -> dict[str, Any]:
    return {
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


def bars(found: list[dict[str, Any]], width: float = 190) -> list[dict[str, Any]]:
    """Figures as lines of a table with a bar so wide; the upright tick is the period before."""
    out = []
    for figure in found:
        now = Share(figure["count"] or 0, figure["of"] or 0)
        before = Share(figure["before"] or 0, figure["before_of"] or 0)
        words = f"{figure['name']}: {now}" + (f", against {before} the time before." if before.of else ".")
        svg = charts.row_bar(words, now.rate, before.rate, width)
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


def _feedback(figures: dict[str, Any]) -> dict[str, Any]:
    """Whether families were asked, and what came of it."""
    record = figures["record"]
    names = ("given", "declined", "waiting", "not_explored")
    counts = [figure["count"] for figure in record["feedback"]]
    return {"asked": Share(record["asked"]["count"], record["asked"]["of"])} | dict(zip(names, counts, strict=True))


def _record(figures: dict[str, Any]) -> list[dict[str, str]]:
    """The questions about the record, each with its answers in a line."""
    out = []
    for question in figures["record"]["questions"]:
        whole_of = question["answers"][0]["of"]
        said = ", ".join(f"{answer['name']} {answer['count']}" for answer in question["answers"])
        out.append({"name": question["name"], "answers": said if whole_of else "Not answered", "of": str(whole_of)})
    return out
