"""The lists of escalations as tables to keep: the queue, those that are finished, and the monitor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from audits.take_away import log_export
from escalation.escalations.monitor import MonitorRow, monitor_rows
from escalation.escalations.queue_rows import QueueRow, queue_rows
from escalation.models import Escalation
from people.models import User
from qualitycounts.base.clock import day_of
from qualitycounts.base.spreadsheets import Column

QUEUE_COLUMNS: tuple[Column[QueueRow], ...] = (
    Column("Why it is open", lambda row: row.escalation.opened_for),
    Column("Reference", lambda row: row.escalation.ref),
    Column("Team", lambda row: str(row.escalation.audit.case.team or "")),
    Column("Step", lambda row: row.title),
    Column("Waits for", lambda row: row.waiting.names),
    Column("What is missing", lambda row: row.waiting.missing),
    Column("Owner gone", lambda row: row.gone),
    Column("Due", lambda row: row.step.due_on),
    Column("First due", lambda row: row.step.first_due_on),
    Column("Working days left", lambda row: row.days_left),
    Column("Opened", lambda row: row.escalation.opened_on),
    Column("Told next", lambda row: str(row.next_up.person or "") if row.next_up else ""),
    Column("Told on", lambda row: row.next_up.on if row.next_up else None),
)
"""What the table says of each open escalation. The headings of all three stay: others have built on them."""
FINISHED_COLUMNS: tuple[Column[Escalation], ...] = (
    Column("Why it was open", lambda escalation: escalation.opened_for),
    Column("Reference", lambda escalation: escalation.ref),
    Column("Team", lambda escalation: str(escalation.audit.case.team or "")),
    Column("Opened", lambda escalation: escalation.opened_on),
    Column("Finished", lambda escalation: escalation.finished),
    Column("Why it was finished", lambda escalation: escalation.finished_why),
)
MONITOR_COLUMNS: tuple[Column[MonitorRow], ...] = (
    Column("Grade", lambda row: row.escalation.opened_for),
    Column("Reference", lambda row: row.escalation.ref),
    Column("Team", lambda row: str(row.escalation.audit.case.team or "")),
    Column("Next step", lambda row: row.title),
    Column("Waits for", lambda row: row.with_whom),
    Column("What is missing", lambda row: row.missing),
    Column("Due", lambda row: row.step.due_on if row.step else None),
    Column("Working days left", lambda row: row.days_left),
    Column("Opened", lambda row: row.escalation.opened_on),
    Column("Last heard of", lambda row: row.last),
    Column("Working days silent", lambda row: row.silent),
)
Taken = tuple[Sequence[Column[Any]], Iterable[Any]]
"""The columns of a table to keep, and its rows."""


def take_queue_away(escalations: QuerySet[Escalation], show: str, *, asked: str, by: User, at: datetime) -> Taken:
    """One of the queue's lists as a table; the trail keeps by whom and which filter."""
    log_export(escalations, of="escalations", ref=show, what="escalations", asked=asked, by=by, at=at)
    if show == "finished":
        return FINISHED_COLUMNS, escalations
    return QUEUE_COLUMNS, queue_rows(escalations, by=by, on=day_of(at), show=show)


def take_monitor_away(escalations: QuerySet[Escalation], *, asked: str, by: User, at: datetime) -> Taken:
    """The monitor as a table; the trail keeps by whom and which filter."""
    log_export(escalations, of="escalations", ref="monitor", what="escalations", asked=asked, by=by, at=at)
    return MONITOR_COLUMNS, monitor_rows(escalations, on=day_of(at))
