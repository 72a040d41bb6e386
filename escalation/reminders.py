"""The reminder three months after an audit on the path of Requires improvement closed: how is the child?

It keeps no audit open.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import Concat

from audits.models import Audit
from escalation.notice_texts import ProgressNoteAsked
from people.models import Notice
from people.notices import notices_to
from qualitycounts.base.clock import day_of, start_of
from standards.grades import EscalationPath
from standards.timescales import add_months

AFTER_MONTHS = 3
LONGER_MONTH = timedelta(days=4)
"""By how much a month can be longer than the one in which it ends: three months before the last of February is earlier
than the day whose three months end then."""
KEY = ":progress"
"""How the key of such a notice ends, after the audit's reference."""
LOOK_BACK_MONTHS = 5
"""How long after its closing an audit is still looked at, so that days without a sweep lose no reminder."""


def progress(on: date, at: datetime) -> list[Notice]:
    """Notices for the managers of audits that closed three months ago, once each (lifecycle: Escalation ladder)."""
    closed = Audit.objects.filter(
        state=Audit.State.CLOSED,
        escalation_path=EscalationPath.REQUIRES_IMPROVEMENT,
        responsible_manager__is_active=True,
        closed_at__gte=start_of(add_months(on, -LOOK_BACK_MONTHS)),
        closed_at__lt=start_of(add_months(on, -AFTER_MONTHS) + LONGER_MONTH),
    )
    reminded = Notice.objects.filter(key=Concat(OuterRef("ref"), Value(KEY)))
    closed = closed.filter(~Exists(reminded)).select_related("responsible_manager")
    return [
        notice
        for audit in closed
        if audit.closed_at is not None and add_months(day_of(audit.closed_at), AFTER_MONTHS) <= on
        for notice in notices_to(
            [audit.responsible_manager], text=ProgressNoteAsked(audit), key=f"{audit.ref}{KEY}", at=at
        )
    ]
