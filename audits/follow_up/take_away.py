"""The list of actions as a table to keep."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import QuerySet

from audits.models import Action
from audits.take_away import A_CHUNK, log_export
from people.models import User
from qualitycounts.base.spreadsheets import Column
from standards.grades import words_to_count

ACTION_COLUMNS: tuple[Column[Action], ...] = (
    Column("Audit", lambda action: action.audit.ref),
    Column("Action", lambda action: action.number),
    Column("Team", lambda action: str(action.audit.case.team or "")),
    Column("Grade of the case", lambda action: words_to_count(action.audit.grade) if action.audit.final else ""),
    Column("Kind", lambda action: action.get_kind_display()),
    Column("What", lambda action: action.what),
    Column("Measure", lambda action: action.measure),
    Column("Owner", lambda action: str(action.owner or "")),
    Column("Owner’s e-mail", lambda action: action.owner.email if action.owner else ""),
    Column("State", lambda action: action.get_state_display()),
    Column("Due", lambda action: action.due_on),
    Column("First due", lambda action: action.first_due_on),
    Column("Done on", lambda action: action.done_on),
    Column("Said done", lambda action: action.done_at),
    Column("Done by", lambda action: str(action.done_by or "")),
    Column("Signed", lambda action: action.countersigned_at),
    Column("Checked", lambda action: action.verified_at),
    Column("Carried out by", lambda action: action.carried_out_by),
)
"""What the table holds. The headings stay: what others have built on them goes on working."""


def take_actions_away(taken: QuerySet[Action], *, asked: str, by: User, at: datetime) -> Iterator[Action]:
    """The actions of a list, to be sent as a file of `ACTION_COLUMNS`; the trail keeps by whom and which filter."""
    log_export(taken, of="actions", ref="list", what="actions", asked=asked, by=by, at=at)
    return taken.iterator(chunk_size=A_CHUNK)
