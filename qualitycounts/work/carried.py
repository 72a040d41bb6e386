"""What other parts of My work would ask a question of its own for, carried by the rows of audits, actions and steps."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Exists

from audits.panel import ballot
from audits.programme import agreement
from people import access
from people.models import User
from people.roles import Permission, Role
from qualitycounts import health

TOLD_OF_TROUBLE = (Role.QA_OFFICER, Role.HEAD_OF_QA, Role.ADMINISTRATOR)
"""Who is told on My work that mail and deadlines are not seen to."""


def carried(user: User, *, on: date) -> dict[str, Any]:
    """The same in each row: when the machinery was last heard of, and whether a panel waits for the person's grades
    (`sits`) and a programme for their word (`agrees`)."""
    columns: dict[str, Any] = {}
    if access.holds(user, *TOLD_OF_TROUBLE):
        columns |= health.beats_as_columns()
    if access.may(user, Permission.SIT_ON_PANEL):
        columns["sits"] = Exists(ballot.waiting_reviews(user))
    if access.may(user, Permission.AGREE_PROGRAMME):
        columns["agrees"] = Exists(agreement.programmes_to_agree(user, on=on))
    return columns
