"""The rows behind the figures: which audits and actions each number counts, for those who may open them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q

from audits.models import CASE_NUMBER, THAT_STANDS, Action, Audit, Judgement
from qualitycounts import clock
from reporting.figures.base import STANDING, Window, finalised_between
from reporting.models import Report
from reporting.periods import Period
from standards.grades import ESCALATING, GOOD_OR_BETTER, Grade

Row = dict[str, Any]


@dataclass(frozen=True)
class Behind:
    """One figure's rows: what it counts, and the table."""

    slug: str
    title: str
    heads: tuple[str, ...]
    rows: list[list[str]]

    @property
    def actions(self) -> bool:
        """Whether its rows are actions."""
        return self.slug in ACTIONS


def behind(period: Period, *, on: date) -> dict[str, list[Row]]:
    """Every audit finalised in the period with its eight grades, and every action that fell due or is overdue: three
    queries."""
    grades: dict[int, dict[str, str]] = {}
    inside = finalised_between(period, period)
    asked = Judgement.objects.annotate(standing=THAT_STANDS).filter(
        finalised_between(period, period, "audit__"), number__lt=CASE_NUMBER
    )
    for audit, number, applies, grade in asked.values_list("audit", "number", "applies", "standing"):
        grades.setdefault(audit, {})[str(number)] = grade if applies else "-"
    audits = Audit.objects.filter(inside).order_by("finalised_at", "pk")
    fields = ("pk", "ref", "finalised_at", "state", "grade", "category", "re_audit_of__grade")
    late = Action.objects.overdue(on)
    due = Q(first_due_on__range=(period.first, period.last), first_due_on__lt=on, audit__state__in=STANDING)
    actions = (late | Action.objects.filter(due)).exclude(state=Action.State.CANCELLED).order_by("first_due_on", "pk")
    overdue = set(late.values_list("pk", flat=True))
    window = Window(period, on)
    return {
        "audits": [
            {
                "ref": row["ref"],
                "on": clock.day_of(row["finalised_at"]).isoformat(),
                "state": row["state"],
                "grade": row["grade"],
                "category": row["category"],
                "team": row["its_team"] or "",
                "before": row["re_audit_of__grade"] or "",
                "grades": grades.get(row["pk"], {}),
            }
            for row in audits.values(*fields, its_team=F("team__name"))
        ],
        "actions": [
            {
                "ref": f"{row['audit__ref']}-{row['number']}",
                "kind": row["kind"],
                "first": row["first_due_on"].isoformat(),
                "due": row["due_on"].isoformat(),
                "done": clock.day_of(row["done_at"]).isoformat() if row["done_at"] else "",
                "fell_due": row["first_due_on"] in window.period and row["first_due_on"] < on,
                "overdue": row["pk"] in overdue,
            }
            for row in actions.values(
                "pk", "audit__ref", "number", "kind", "first_due_on", "due_on", "done_at"
            ).distinct()
        ],
    }


def stands(row: Row) -> bool:
    """Whether the audit is one that the grades count: it stands, and is no re-audit."""
    return row["state"] in STANDING and not row["before"]


def _better(row: Row) -> bool:
    return bool(row["state"] in STANDING and row["before"]) and Grade(row["grade"]).rank > Grade(row["before"]).rank


AUDITS: dict[str, tuple[str, Callable[[Row], bool]]] = {
    "finalised": ("Audits finalised", stands),
    "good-or-better": ("Graded Good or better", lambda row: stands(row) and row["grade"] in GOOD_OR_BETTER),
    "below-good": ("Graded below Good", lambda row: stands(row) and row["grade"] in ESCALATING),
    "re-audits": ("Re-audits", lambda row: row["state"] in STANDING and bool(row["before"])),
    "better": ("Better at re-audit", _better),
    "voided": ("Voided", lambda row: row["state"] == Audit.State.VOIDED),
}
ACTIONS: dict[str, tuple[str, Callable[[Row], bool]]] = {
    "due": ("Actions that fell due", lambda row: row["fell_due"]),
    "on-time": (
        "Actions done on time",
        lambda row: row["fell_due"] and bool(row["done"]) and row["done"] <= row["first"],
    ),
    "overdue": ("Overdue now", lambda row: row["overdue"]),
}


def slugs() -> list[tuple[str, str]]:
    """Every list of rows there is, with its title."""
    grades = [(f"grade-{grade.value}".replace("_", "-"), f"Graded {grade.label}") for grade in Grade]
    standards = [(f"standard-{number}", f"Standard {number}, Good or better") for number in range(1, CASE_NUMBER)]
    named = [(slug, title) for slug, (title, _) in (AUDITS | ACTIONS).items()]
    return [*named[:1], *grades, *named[1:], *standards]


def of(report: Report, slug: str) -> Behind | None:
    """The rows behind one figure of a report that was made; None where there is no such list."""
    title = dict(slugs()).get(slug)
    if title is None:
        return None
    if slug in ACTIONS:
        test, found = ACTIONS[slug][1], report.rows.get("actions", [])
        heads = ("Action", "Kind", "First date", "Date now", "Done")
        cells = [[row["ref"], row["kind"], row["first"], row["due"], row["done"]] for row in found if test(row)]
        return Behind(slug, title, heads, cells)
    test = AUDITS[slug][1] if slug in AUDITS else _grade_test(slug)
    heads = ("Audit", "Finalised", "Case grade", "Category", "Team then")
    cells = [
        [row["ref"], row["on"], str(Grade(row["grade"]).label), row["category"], row["team"]]
        for row in report.rows.get("audits", [])
        if test(row)
    ]
    return Behind(slug, title, heads, cells)


def _grade_test(slug: str) -> Callable[[Row], bool]:
    """The test of a grade, or of Good or better in one standard."""
    kind, _, value = slug.partition("-")
    if kind == "grade":
        grade = value.replace("-", "_")
        return lambda row: stands(row) and row["grade"] == grade
    return lambda row: stands(row) and row["grades"].get(value) in GOOD_OR_BETTER
