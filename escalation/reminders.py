"""Reminders that hold nothing: three months after a Requires improvement closed, how is the child now?"""

from __future__ import annotations

from datetime import date, datetime

from audits.models import Audit
from people.models import Notice
from qualitycounts.clock import day_of, start_of
from standards.grades import Grade
from standards.timescales import add_months

AFTER_MONTHS = 3
LOOK_BACK_MONTHS = 5
"""How long after its closing an audit is still looked at, so that days without a sweep lose no reminder."""


def progress(on: date, at: datetime) -> list[Notice]:
    """Notices for the managers of audits that closed three months ago, once each (lifecycle: Escalation ladder)."""
    closed = Audit.objects.filter(
        state=Audit.State.CLOSED,
        grade=Grade.REQUIRES_IMPROVEMENT,
        responsible_manager__is_active=True,
        closed_at__gte=start_of(add_months(on, -LOOK_BACK_MONTHS)),
        closed_at__lt=start_of(add_months(on, -AFTER_MONTHS + 1)),
    ).select_related("responsible_manager")
    due = {
        f"{audit.ref}:progress": audit
        for audit in closed
        if audit.closed_at is not None and add_months(day_of(audit.closed_at), AFTER_MONTHS) <= on
    }
    if not due:
        return []
    said = set(Notice.objects.filter(key__in=due).values_list("key", flat=True))
    return [
        Notice(
            to=audit.responsible_manager,
            key=key,
            subject=f"Three months on: {audit.ref}",
            body=f"Audit {audit.ref} was Requires improvement and closed three months ago. Please look at the case "
            "again and put a progress note on the file: what is better for the child now? Nothing here waits for it.",
            link=f"/audits/{audit.ref}/",
            made=at,
            next_try=at,
        )
        for key, audit in due.items()
        if key not in said
    ]
