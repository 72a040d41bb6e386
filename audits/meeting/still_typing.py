"""The other chair types what is not saved yet: a meeting is neither paused nor ended over it unsaid."""

from __future__ import annotations

from audits.locking import topic_of
from audits.meeting.replaced import title_of_field
from audits.models import Audit
from people.models import User
from qualitycounts.base import live
from qualitycounts.base.refusals import Refused


def typing_now(audit: Audit, *, by: User) -> str:
    """Who of the two is typing beside `by`, and in which box, in a sentence; "" where nobody is."""
    other = audit.keyworker if by.pk == audit.auditor_id else audit.auditor
    field = live.typing_in(topic_of(audit), other.pk) if other else ""
    return f"{other.first_name} is typing in “{title_of_field(audit, field, {})}”." if other and field else ""


def check_not_typing(audit: Audit, *, by: User, anyway: bool) -> None:
    """Refused (422) while the other chair types, unless it is to be done all the same."""
    said = "" if anyway else typing_now(audit, by=by)
    if said:
        raise Refused(f"{said} Wait a moment until it is saved, or do it all the same.")
