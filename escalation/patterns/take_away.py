"""The list of patterns as a table to keep."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from audits.take_away import A_CHUNK, log_export
from escalation.models import Pattern
from escalation.patterns import patterns
from people.models import User
from qualitycounts.base.spreadsheets import Column

PATTERN_COLUMNS: tuple[Column[Pattern], ...] = (
    Column("Reference", lambda pattern: pattern.ref),
    Column("Pattern", patterns.title),
    Column("Quarter from", lambda pattern: pattern.quarter),
    Column("State", lambda pattern: pattern.get_state_display()),
    Column("With", lambda pattern: str(pattern.owner or "")),
    Column("Decide by", lambda pattern: pattern.due_on),
    Column("Decision", lambda pattern: pattern.get_decision_display()),
    Column("Decided", lambda pattern: pattern.decided_at),
    Column("Not on the programme yet", patterns.to_plan),
    Column("On the programme", lambda pattern: str(pattern.activity or "")),
)
"""What the table holds. The headings stay: what others have built on them goes on working."""


def take_patterns_away(*, by: User, at: datetime) -> Iterator[Pattern]:
    """The patterns that the person may see, to be sent as a file; the trail keeps by whom."""
    in_order = patterns.patterns_in_order(by)
    log_export(in_order, of="patterns", ref="list", what="patterns", asked="", by=by, at=at)
    return in_order.iterator(chunk_size=A_CHUNK)
