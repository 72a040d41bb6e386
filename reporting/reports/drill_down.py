"""The rows behind the figures: which audits and actions each number counts, for those who may open them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q
from django.urls import reverse

from audits.models import CASE_NUMBER, THAT_STANDS, Action, Audit, Judgement
from qualitycounts.base import clock
from qualitycounts.base.components import Cell, Table, TableRow, Value
from reporting.models import Report
from reporting.periods import Period
from reporting.sections.base import NO_DRAW, Window, finalised_between
from reporting.sections.contents import all_row_lists, read_figures
from reporting.sections.frozen import from_json
from reporting.sections.row_lists import ActionRow, AuditRow, RowList, RowsBehind


@dataclass(frozen=True)
class Behind:
    """One figure's rows: the list that counts them, and the table."""

    counted: RowList
    rows: list[list[str]]

    @property
    def table(self) -> Table:
        """The rows as the page shows them, each with the way to its audit or action."""
        route, heads = self.counted.route, self.counted.heads
        rows = [
            TableRow([Cell(Value(ref, url=reverse(route, args=[ref]))), *map(Cell, cells, heads[1:])])
            for ref, *cells in self.rows
        ]
        return Table("The rows behind the figure", heads, rows, quiet=True)


def rows_behind(period: Period, *, on: date) -> RowsBehind:
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
    fields = ("pk", "ref", "finalised_at", "state", "grade", "category", "re_audit_of__grade", "standard_set__slug")
    late = Action.objects.overdue(on)
    due = Q(first_due_on__range=(period.first, period.last), first_due_on__lt=on, audit__state__in=Audit.FINAL)
    actions = (late | Action.objects.filter(due)).exclude(state=Action.State.CANCELLED).order_by("first_due_on", "pk")
    overdue = set(late.values_list("pk", flat=True))
    window = Window(period, on)
    return RowsBehind(
        audits=[
            AuditRow(
                ref=row["ref"],
                on=clock.day_of(row["finalised_at"]).isoformat(),
                state=row["state"],
                grade=row["grade"],
                category=row["category"],
                team=row["its_team"] or "",
                before=row["re_audit_of__grade"] or "",
                kind=row["kind"] or NO_DRAW,
                set=row["standard_set__slug"],
                grades=grades.get(row["pk"], {}),
            )
            for row in audits.values(*fields, its_team=F("team__name"), kind=F("pick__draw__activity__kind"))
        ],
        actions=[
            ActionRow(
                ref=f"{row['audit__ref']}-{row['number']}",
                kind=row["kind"],
                first=row["first_due_on"].isoformat(),
                due=row["due_on"].isoformat(),
                done=row["done_on"].isoformat() if row["done_on"] else "",
                fell_due=row["first_due_on"] in window.period and row["first_due_on"] < on,
                overdue=row["pk"] in overdue,
            )
            for row in actions.values(
                "pk", "audit__ref", "number", "kind", "first_due_on", "due_on", "done_on"
            ).distinct()
        ],
    )


def row_lists(report: Report) -> list[RowList]:
    """Every list of rows that a report has: of the standards, those that it graded."""
    return all_row_lists(read_figures(report.figures))


def of(report: Report, slug: str) -> Behind | None:
    """The rows behind one figure of a report that was made; None where there is no such list."""
    for row_list in row_lists(report):
        if row_list.slug == slug:
            return Behind(row_list, row_list.rows(from_json(RowsBehind, report.rows)))
    return None
