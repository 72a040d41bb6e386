"""The report as a reader sees it, from its frozen figures: on a page and in the PDF, the same parts.

Only pictures and turns of phrase are added here. No number is counted: what the figures hold is what is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from reporting import audiences, charts, periods
from reporting.chance import Run, Share, in_words, interval
from reporting.models import Report
from reporting.periods import Kind, Period
from reporting.sections import HALF, bars, sections, taken
from reporting.story import Row, rows_of
from standards.grades import Grade

TITLES = {
    Kind.MONTH: "Monthly audit report",
    Kind.QUARTER: "Quarterly audit report",
    Kind.HALF: "Learning event pack",
    Kind.YEAR: "Annual audit report",
}


def whole(report: Report, figures: dict[str, Any]) -> str:
    """The whole document that becomes the PDF."""
    return render_to_string("reports/document.html", parts(report, figures))


def parts(report: Report, figures: dict[str, Any]) -> dict[str, Any]:
    """What the parts of the report need, from its frozen figures (or a draft's live ones) and its words."""
    period = report.about
    rows = rows_of(figures)
    as_at = date.fromisoformat(figures["as_at"])
    audits = figures["audits"]
    return cover(report) | {
        "figures": figures,
        "story": figures["story"],
        "so_far": as_at <= period.last,
        "as_at": as_at,
        "edition": audiences.leadership(),
        "deep": period.kind != Kind.MONTH,
        **sections(report, figures),
        "working_well": lines(report.working_well),
        "worries": lines(report.worries),
        "asks": [asked(line) for line in lines(report.recommendations)],
        "mix": _mix(figures, period),
        "trend": _trend(rows.monthly, [periods.parse(written) for written in audits["months"]]),
        "standards": _standards(figures, rows.standards, rows.good),
        "loop": _loop(figures),
        "actions": _actions(figures, period),
        "evidence": _evidence(figures),
        "agreement": bars(figures["agreement"]["ways"] + figures["agreement"]["leaning"], width=HALF),
        "standing": [figure for figure in figures["audits"]["standing"] if figure["count"]],
        "defined": [
            *figures["story"]["tiles"],
            *figures["loop"]["steps"][1:],
            *figures["actions"]["kinds"][0]["outcomes"][1:],
            figures["actions"]["overdue"],
            *figures["agreement"]["ways"],
            *figures["agreement"]["leaning"],
            audits["re_audits"],
            audits["better"],
            audits["voided"],
            *([figures["loop"]["better"]] if "better" in figures["loop"] else []),
            *([figures["themes"]["read"]] if figures.get("themes", {}).get("read", {}).get("count") else []),
        ],
        "between": interval(rows.good.now),
    }


def cover(report: Report) -> dict[str, Any]:
    """What stands on the cover of each printing."""
    period = report.about
    return {
        "report": report,
        "council_name": settings.COUNCIL_NAME,
        "title": TITLES[period.kind],
        "period": period,
    }


def response(report: Report) -> dict[str, Any]:
    """The written management response, as it was sent."""
    return {"words": report.response, "by": report.responded_by, "at": report.responded_at} | {
        "rows": report.recommended.all()
    }


def lines(words: str) -> list[str]:
    """What was typed, a point a line; a dash or bullet at its start is the reader's list mark, not part of it."""
    return [line.strip().lstrip("-•* ").strip() for line in words.splitlines() if line.strip(" -•*")]


def asked(line: str) -> dict[str, str]:
    """One thing that is asked: who, where the line begins with it and a colon, and what."""
    who, colon, what = line.partition(":")
    return {"who": who.strip(), "what": what.strip()} if colon and len(who) <= 40 else {"who": "", "what": line}


def heads(months: Sequence[Period]) -> list[dict[str, str]]:
    """Column heads: the month's short name, with the year at the first and at each January."""
    return [
        {"month": f"{month.first:%b}", "year": str(month.first.year) if place == 0 or month.first.month == 1 else ""}
        for place, month in enumerate(months)
    ]


def _share(figure: dict[str, Any], before: bool = False) -> Share:
    part, whole_of = ("before", "before_of") if before else ("count", "of")
    return Share(figure[part] or 0, figure[whole_of] or 0)


def _mix(figures: dict[str, Any], period: Period) -> dict[str, Any]:
    """Grades by month: the columns and their table."""
    months = [periods.parse(written) for written in figures["audits"]["months"]]
    now = [month.first in period for month in months]
    mix = figures["audits"]["mix"]
    most = max(range(len(Grade)), key=lambda place: sum(four[place] for four in mix))
    title = f"Columns of audits by case grade for each month from {months[0].label} to {months[-1].label}"
    words = [f"{figure['name']} in {figure['count']}" for figure in figures["audits"]["grades"]]
    return {
        "svg": charts.grade_mix(
            "mix",
            mix,
            f"{title}; {list(Grade)[most].label} is the largest part over the year.",
            "The table below has every count. Inadequate is at the foot of each column, Outstanding at its top.",
        ),
        "heads": [head | {"now": shown} for head, shown in zip(heads(months), now, strict=True)],
        "rows": [
            {
                "name": grade.label,
                "cells": [{"n": four[place], "now": shown} for four, shown in zip(mix, now, strict=True)],
            }
            for place, grade in enumerate(Grade)
        ],
        "totals": [{"n": sum(four), "now": shown} for four, shown in zip(mix, now, strict=True)],
        "words": f"{', '.join(words[:-1])} and {words[-1]}",
    }


def _trend(good: Row, months: Sequence[Period]) -> dict[str, Any]:
    """Good or better, month by month, with its limits and its table."""
    run, now = good.run, good.now
    inside = "every month inside its limits"
    if outside := [name for place, name in enumerate(run.names) if run.outside(place)]:
        inside = f"outside the limits: {', '.join(outside)}"
    table = [
        ("Good or better", [str(share.count) for share in run.shares]),
        ("Audits, n", [str(share.of) for share in run.shares]),
        ("Share, %", [_percent(share.rate) for share in run.shares]),
        ("Lower limit, %", [_percent(pair and pair[0]) if run.enough else "–" for pair in run.limits]),
        ("Upper limit, %", [_percent(pair and pair[1]) if run.enough else "–" for pair in run.limits]),
    ]
    return {
        "svg": charts.control_chart(
            "trend",
            run,
            f"Control chart of Good or better, {run.names[0]} to {run.names[-1]}: {inside}, around an average of "
            f"{run.mean:.0%}; {run.names[-1]} is {now}.",
            "The table below has every share, number of audits and limit.",
        ),
        "heads": heads(months),
        "rows": table,
    }


def _percent(rate: float | None) -> str:
    return "–" if rate is None else f"{int(100 * rate + 0.5)}"


def _standards(figures: dict[str, Any], rows: Sequence[Row], good: Row) -> dict[str, Any]:
    """The seven small pictures and the case's, and the table of their grades."""
    units = [periods.parse(written) for written in figures["units"]]
    ends = tuple(f"{unit.first:%b %Y}" if unit.kind == Kind.MONTH else unit.short for unit in (units[0], units[-1]))
    small, table = [], []
    case = {"grades": [figure["count"] for figure in figures["audits"]["grades"]], "not_applicable": 0, "number": 0}
    for standard, row in zip([*figures["standards"], case], [*rows, good], strict=True):
        name = row.name if standard["number"] else "The case as a whole"
        reading, now = row.reading, row.now
        about = f"Standard {name}" if standard["number"] else name
        title = f"{about}: {now} Good or better, against {row.before} the time before. {reading.short}."
        small.append(
            {
                "name": name,
                "signal": reading.signal,
                "case": not standard["number"],
                "svg": charts.small_multiple(
                    f"s{standard['number']}", row.run, (ends[0], ends[1]), title, _each(row.run)
                ),
            }
        )
        limits = row.run.limits[-1]
        table.append(
            {
                "name": name,
                "grades": standard["grades"],
                "not_applicable": standard["not_applicable"],
                "share": now.percent,
                "limits": f"{100 * limits[0]:.0f} to {limits[1]:.0%}" if limits and row.run.enough else "–",
                "signal": reading.short.replace("Signal, ", "Yes, ")
                if reading.signal
                else "No"
                if row.run.enough
                else "–",
                "case": not standard["number"],
            }
        )
    return {"small": small, "rows": table}


def _each(run: Run) -> str:
    """Every share of the row in words, for those who cannot see its picture."""
    return "; ".join(f"{name} {share}" for name, share in zip(run.names, run.shares, strict=True)) + "."


def _loop(figures: dict[str, Any]) -> dict[str, Any]:
    """From found to put right: the funnel and its table."""
    steps = figures["loop"]["steps"]
    shares = [_share(step) for step in steps]
    funnel, before = [], shares[0]
    for step, share in zip(steps, shares, strict=True):
        lost = before.count - share.count
        funnel.append((step["name"], share, f"{lost} not yet" if lost else ""))
        before = share
    again = figures["loop"].get("better")
    if again and again["of"]:
        share = _share(again)
        funnel.append((again["name"], share, "only Inadequate is audited again"))
    cohort = periods.parse(figures["loop"]["cohort"])
    right = f"{shares[-1].count} were put right and on the case file"
    return {
        "svg": charts.funnel(
            "loop",
            funnel,
            f"Of {shares[0].of} audits below Good in {cohort.label}, {right}.",
            "The table below has the count of every step.",
        ),
        "any": bool(shares[0].of),
        "cohort": cohort,
        "heads": [step["name"] for step in [*steps, *([again] if again else [])]],
        "rows": [
            {"name": cohort.label, "cells": [*(share.counts for share in shares), *_again(again, before=False)]},
            {
                "name": cohort.previous.label,
                "cells": [*(_share(step, before=True).counts for step in steps), *_again(again, before=True)],
            },
        ],
        "open": shares[0].of - shares[-1].count,
    }


def _again(figure: dict[str, Any] | None, *, before: bool) -> list[str]:
    """The cell of the re-audits; none where a report was made before they were counted."""
    if figure is None:
        return []
    share = _share(figure, before)
    return [share.counts if share.of else "None due"]


def _actions(figures: dict[str, Any], period: Period) -> dict[str, Any]:
    """Actions that fell due: bars of what became of them, the table, and what is overdue now in a sentence."""
    bars: list[tuple[str, list[int]]] = []
    table = []
    for kind in figures["actions"]["kinds"]:
        for part, which in (("count", period), ("before", period.previous)):
            counts = [outcome[part] for outcome in kind["outcomes"]]
            label = f"{which.first:%b}" if period.kind == Kind.MONTH else which.short
            bars.append((f"{kind['name']}, {label}", counts))
            table.append({"kind": kind["name"], "when": which.short, **_outcomes(counts)})
    for place, which in enumerate((period, period.previous)):
        counts = [sum(four) for four in zip(*(four for _, four in bars[place::2]), strict=True)]
        table.append({"kind": "All", "when": which.short, "total": True, **_outcomes(counts)})
    for line, days in zip(table, taken(figures), strict=False):
        line["taken"] = days
    overdue = figures["actions"]["overdue"]["count"]
    bands = [f"{band['count']} {band['name'].lower()}" for band in figures["actions"]["bands"] if band["count"]]
    are = "action is" if overdue == 1 else "actions are"
    return {
        "svg": charts.timeliness(
            "time",
            bars,
            f"Bars of actions due by kind and period: {table[-2]['share']} of {table[-2]['due']} were done on time.",
            "The table below has every count.",
        ),
        "rows": table,
        "overdue": f"{in_words(overdue).capitalize()} {are} overdue now" + (f": {', '.join(bands)}." if bands else "."),
    }


def _outcomes(counts: Sequence[int]) -> dict[str, Any]:
    return {"due": sum(counts), "counts": list(counts), "share": Share(counts[0], sum(counts)).percent}


def _evidence(figures: dict[str, Any]) -> dict[str, Any]:
    """The indicators, and the points most and least often evidenced."""
    evidence = figures["evidence"]
    ranked = (("Most often evidenced", evidence["most"]), ("Least often, the lowest first", evidence["least"]))
    return {
        "indicators": bars(evidence["indicators"]),
        "groups": [{"name": name, "rows": bars(found)} for name, found in ranked if found],
        "definition": evidence["most"][0]["definition"] if evidence["most"] else "",
        "ranked": evidence["ranked"],
    }
