"""The reminder three months after an audit on the path of Requires improvement closed: how is the child?

It keeps no audit open.
"""

from __future__ import annotations

from datetime import date, datetime

from audits.models import Audit
from escalation.notice_texts import ProgressNoteAsked
from people.models import Notice
from people.notices import notices_to
from qualitycounts.base.clock import day_of, start_of
from standards.grades import EscalationPath
from standards.timescales import add_months

AFTER_MONTHS = 3
LOOK_BACK_MONTHS = 5
"""How long after its closing an audit is still looked at, so that days without a sweep lose no reminder."""


def progress(on: date, at: datetime) -> list[Notice]:
    """Notices for the managers of audits that closed three months ago, once each (lifecycle: Escalation ladder)."""
    closed = Audit.objects.filter(
        state=Audit.State.CLOSED,
        escalation_path=EscalationPath.REQUIRES_IMPROVEMENT,
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
        notice
        for key, audit in due.items()
        if key not in said
        for notice in notices_to([audit.responsible_manager], text=ProgressNoteAsked(audit), key=key, at=at)
    ]
