"""Every table of a report as plain rows, to take away as CSV or a workbook: as frozen, and masked as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404

from people.tables import Cell
from reporting import periods
from reporting.models import Report
from reporting.story import Row, rows_of
from standards.grades import Grade


@dataclass(frozen=True)
class Table:
    """One table: its slug, what it is, its headings and its rows."""

    slug: str
    title: str
    heads: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]


GRADES = tuple(str(grade.label) for grade in Grade)
FIGURE = ("Figure", "Count", "Of", "Before", "Of before", "Definition")


def tables(report: Report) -> list[Table]:
    """The tables of a report that was made, in the order in which it has them."""
    return [table for table in _tables(report.figures) if table.rows] if report.frozen else []


def table_or_404(report: Report, slug: str) -> Table:
    """One table; 404 where the report has none of this name."""
    found = next((table for table in tables(report) if table.slug == slug), None)
    if found is None:
        raise Http404
    return found


def _tables(figures: dict[str, Any]) -> Iterator[Table]:
    audits, rows = figures["audits"], rows_of(figures)
    months = [periods.parse(written).label for written in audits["months"]]
    mix = [[month, *four, sum(four)] for month, four in zip(months, audits["mix"], strict=True)]
    yield Table("grades-by-month", "Grades by month", ("Month", *GRADES, "All"), mix)
    yield _trend("good-or-better", rows.good)
    if rows.monthly is not rows.good:
        yield _trend("good-or-better-by-month", rows.monthly)
    yield _trend("inadequate", rows.inadequate)
    spread = [
        [f"{one['number']} {one['title']}", *one["grades"], one["not_applicable"]] for one in figures["standards"]
    ]
    yield Table("standards", "Grades by standard", ("Standard", *GRADES, "Does not apply"), spread)
    for one, row in zip(figures["standards"], rows.standards, strict=True):
        yield _trend(f"standard-{one['number']}", row)
    yield _figures(
        "agreement", "How the grades were agreed", figures["agreement"]["ways"] + figures["agreement"]["leaning"]
    )
    moderation = figures.get("moderation")
    if moderation and moderation["decided"]["count"]:
        panel = [moderation["decided"], moderation["regraded"], *moderation["agreement"]]
        yield _figures("panel", "The panel’s blind grades", panel)
    yield _figures("put-right", "From found to put right", _loop(figures["loop"]))
    yield _trend("put-right-trend", rows.put_right)
    yield _figures("actions", "Actions due", list(_actions(figures["actions"])))
    yield _trend("actions-on-time", rows.on_time)
    taken = [[one["name"], one["median"], one["before"], one["definition"]] for one in figures.get("taken", [])]
    yield Table("working-days", "Working days taken, the median", ("Kind", "Days", "Before", "Definition"), taken)
    yield _figures("overdue", "Overdue now", [figures["actions"]["overdue"], *figures["actions"]["bands"]])
    yield _figures("escalations", "Escalations opened", figures["escalations"]["opened"])
    yield _figures("escalations-open", "Escalations open now", figures["escalations"]["open_now"])
    yield Table(
        "steps",
        "Escalations step by step",
        ("Path", "Step", "Done", "On time", "Working days, median", "Open now", "Late now"),
        [list(_step(one)) for one in figures.get("steps", [])],
    )
    evidence = figures["evidence"]
    for slug, title in (
        ("indicators", "Headline indicators"),
        ("most", "Most often evidenced"),
        ("least", "Least often"),
    ):
        yield _figures(slug, title, evidence[slug])
    yield _figures("feedback", "Families’ feedback", figures["record"]["feedback"])
    answers = [
        figure | {"name": f"{one['name']}: {figure['name']}"}
        for one in figures["record"]["questions"]
        for figure in one["answers"]
    ]
    yield _figures("record", "The child’s record and the practice model", answers)
    yield _figures("good-practice", "Good practice written down", figures.get("practice", []))
    themes = figures.get("themes") or {"well": [], "worried": []}
    yield _figures("themes-well", "Themes: working well", themes["well"])
    yield _figures("themes-worried", "Themes: worries", themes["worried"])
    yield from _groups(figures)
    says = ("standard", "source", "quarter", "says", "title", "number", "words")
    heads = ("Standard", "Source", "Quarter", "Shows", "Title", "Number", "What it says")
    yield Table(
        "elsewhere",
        "Beside other evidence",
        heads,
        [[one[key] for key in says] for one in figures.get("elsewhere", [])],
    )
    recommended = [
        [one["number"], one["kind"], one["words"], one["because"]] for one in figures.get("recommendations", [])
    ]
    yield Table("recommendations", "Recommendations", ("No.", "Kind", "Recommendation", "Because"), recommended)


def _figures(slug: str, title: str, found: Sequence[dict[str, Any]]) -> Table:
    keys = ("name", "count", "of", "before", "before_of", "definition")
    return Table(slug, title, FIGURE, [[one[key] for key in keys] for one in found])


def _trend(slug: str, row: Row) -> Table:
    """A row of shares with its limits, unit by unit."""
    cells: list[Sequence[Cell]] = []
    for name, share, pair in zip(row.run.names, row.run.shares, row.run.limits, strict=True):
        lower, upper = (round(100 * pair[0], 1), round(100 * pair[1], 1)) if pair and row.run.enough else (None, None)
        rate = None if share.rate is None else round(100 * share.rate, 1)
        cells.append([name, share.count, share.of, rate, lower, upper])
    return Table(
        slug, f"{row.name}, period by period", ("Period", "Count", "Of", "%", "Lower limit, %", "Upper limit, %"), cells
    )


def _loop(loop: dict[str, Any]) -> list[dict[str, Any]]:
    return [*loop["steps"], *([loop["better"]] if "better" in loop else [])]


def _actions(actions: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for kind in actions["kinds"]:
        for figure in (kind["due"], *kind["outcomes"]):
            yield figure | {"name": f"{kind['name']}: {figure['name'].lower()}"}


def _step(one: dict[str, Any]) -> Iterator[Cell]:
    yield from (one["path"], one["name"], one["done"]["count"], one["on_time"]["count"], one["median"])
    yield from (one["open_now"]["count"], one["late_now"]["count"])


def _groups(figures: dict[str, Any]) -> Iterator[Table]:
    """The splits, masked as they were when the report was made."""
    programme = figures.get("programme")
    if programme:
        heads = ("Kind of audit", "Planned", *(one["name"] for one in programme["whole"]["outcomes"]))
        rows = [
            [line["name"], line["planned"]["count"], *(one["count"] for one in line["outcomes"])]
            for line in (*programme["lines"], programme["whole"])
        ]
        yield Table("programme", "The programme", heads, rows)
    for key, title in (
        ("by_category", "By category"),
        ("by_service", "By service and team"),
        ("by_type", "By kind of audit"),
    ):
        if not figures["audits"][key].get("groups", 1):
            continue
        yield Table(
            key.replace("_", "-"),
            title,
            ("Group", "Audits", *GRADES, "Good or better", "Below Good"),
            [
                [row["name"], row["audits"], *(row.get("grades") or ["–"] * len(GRADES)), row["good"], row["below"]]
                for row in figures["audits"][key]["rows"]
            ],
        )
    for split in (figures.get("coverage") or {"splits": []})["splits"]:
        rows = [
            [row["name"], row["audited"], row["audited_share"], row["open"], row["open_share"]] for row in split["rows"]
        ]
        slug = f"coverage-{split['name'].split(' ')[0].lower()}"
        yield Table(
            slug,
            f"Audited and open, by {split['name'].lower()}",
            (split["name"], "Audited", "Share", "Open", "Share"),
            rows,
        )
