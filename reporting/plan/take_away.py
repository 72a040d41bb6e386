"""The CQAWG action plan as a table to keep."""

from __future__ import annotations

from datetime import date, datetime

from audits.models import CASE_NUMBER
from audits.take_away import log_export
from people.models import User
from qualitycounts.base.spreadsheets import Column
from reporting.plan.page import PlanLine, plan_lines, visible

PLAN_COLUMNS: tuple[Column[PlanLine], ...] = (
    Column("Item", lambda line: line.item.ref),
    Column("What", lambda line: line.item.what),
    Column("Why", lambda line: line.item.why),
    Column("How it will be done", lambda line: line.item.doing),
    Column("Standard", lambda line: "Case as a whole" if line.item.standard == CASE_NUMBER else line.item.standard),
    Column("Priority", lambda line: line.item.get_priority_display()),
    Column("Owner", lambda line: str(line.item.owner)),
    Column("Due", lambda line: line.item.due_on),
    Column("First due", lambda line: line.item.first_due_on),
    Column("State, by rule", lambda line: line.standing.name),
    Column("Why it is so", lambda line: line.standing.why),
    Column("Did it help children?", lambda line: line.effect.name),
    Column("What shows it", lambda line: line.effect.words),
    Column("What asked for it", lambda line: line.sources),
    Column("Opened", lambda line: line.item.opened_at),
    Column("Ended", lambda line: line.item.ended_at),
    Column("Impact, as written at its end", lambda line: line.item.impact),
)
"""What the table holds. The headings stay: what others have built on them goes on working."""


def take_plan_away(*, by: User, at: datetime, on: date) -> list[PlanLine]:
    """The items that the person may open, to be sent as a file; the trail keeps by whom."""
    items = visible(by)
    log_export(items, of="plan", ref="list", what="items", asked="", by=by, at=at)
    return plan_lines(items, on=on)
