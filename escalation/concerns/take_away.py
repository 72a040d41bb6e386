"""The list of safeguarding concerns as a table to keep: what its page shows, and not why a concern was raised."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from audits.take_away import A_CHUNK, log_export
from escalation.concerns.concern import concerns_for
from escalation.models import Escalation
from people.models import User
from qualitycounts.base.spreadsheets import Column

CONCERN_COLUMNS: tuple[Column[Escalation], ...] = (
    Column("Reference", lambda escalation: escalation.ref),
    Column("Raised", lambda escalation: escalation.opened),
    Column("Team", lambda escalation: str(escalation.audit.case.team or "")),
    Column("Raised by", lambda escalation: str(escalation.concern.raised_by)),
    Column("Spoken to", lambda escalation: escalation.concern.spoken_to_in_words),
    Column("Spoken at", lambda escalation: escalation.concern.spoken),
    Column("State", lambda escalation: "Open" if escalation.state == Escalation.State.OPEN else "Child made safe"),
    Column("Made safe", lambda escalation: escalation.finished),
)
"""What the table holds. The headings stay: what others have built on them goes on working."""


def take_concerns_away(*, by: User, at: datetime) -> Iterator[Escalation]:
    """The concerns that the person may see, to be sent as a file; the trail keeps by whom."""
    concerns = concerns_for(by)
    log_export(concerns, of="concerns", ref="list", what="concerns", asked="", by=by, at=at)
    return concerns.iterator(chunk_size=A_CHUNK)
