"""The list of learning needs as a table to keep."""

from __future__ import annotations

from datetime import datetime

from audits.take_away import log_export
from people.models import User
from qualitycounts.base.spreadsheets import Column
from reporting.learning.learning import learning_needs
from reporting.models import Need

NEED_COLUMNS: tuple[Column[Need], ...] = (
    Column("Need", lambda need: need.words),
    Column("Standard", lambda need: need.standard),
    Column("Social Work England", lambda need: str(need.of_profession or "")),
    Column("What asked for it", lambda need: need.recommendation.ref if need.recommendation else ""),
    Column("Raised by", lambda need: str(need.raised_by)),
    Column("Raised", lambda need: need.raised_at),
    Column("Offered", lambda need: need.answer),
    Column("Answered by", lambda need: str(need.answered_by or "")),
    Column("Answered", lambda need: need.answered_at),
)
"""What the table holds. The headings stay: what others have built on them goes on working."""


def take_needs_away(*, by: User, at: datetime) -> list[Need]:
    """Every learning need, those without an answer first, to be sent as a file; the trail keeps by whom."""
    log_export(Need.objects.all(), of="needs", ref="list", what="needs", asked="", by=by, at=at)
    return learning_needs()
