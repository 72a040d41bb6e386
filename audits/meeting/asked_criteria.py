"""Which questions are asked of this child: the category decides, and either chair may bring one in with a reason."""

from __future__ import annotations

from datetime import datetime

from audits.locking import meeting_transaction
from audits.meeting.lifecycle import check_asked, is_meant
from audits.models import Audit, Mark
from people.models import User
from qualitycounts.base.refusals import NotNow, Refused, written


def bring_in_criterion(audit: Audit, criterion: int, *, by: User, at: datetime, why: str) -> Mark:
    """Ask a question of this child that is meant for other categories. Who, when and why stay with the audit.

    Refused: no reason, no such question or one that is asked anyway (422), outside the meeting (409), not in a chair
    (403). Brought in twice, the first reason stays.
    """
    reason = written(why, "why", "Say why it is asked of this child, too.")
    with meeting_transaction(audit, by=by, at=at) as meeting:
        check_asked(meeting.audit, criterion, None)
        if is_meant(meeting.audit, criterion):
            raise Refused("This question is asked of this child already.")
        mark = Mark.objects.filter(audit=meeting.audit, criterion=criterion).first()
        if mark is not None and mark.asked_why:
            return mark
        mark = mark or Mark(audit=meeting.audit, criterion_id=criterion, version=0)
        mark.asked_why, mark.saved_at, mark.saved_by = reason, at, by
        mark.version += 1
        mark.save()
        meeting.act.add("question.brought_in", meeting.audit, why=reason, content={"of": f"criterion {criterion}"})
    return mark


def leave_out_criterion(audit: Audit, criterion: int, *, by: User, at: datetime) -> None:
    """Take a question out again that was brought in and has no mark yet. The trail keeps that it was in.

    Refused: marked or written on already, or never brought in (409), outside the meeting (409), not in a chair (403).
    """
    with meeting_transaction(audit, by=by, at=at) as meeting:
        mark = Mark.objects.filter(audit=meeting.audit, criterion=criterion).exclude(asked_why="").first()
        if mark is None:
            raise NotNow("This question was not brought in, so it cannot be left out.")
        if mark.value or mark.seen:
            raise NotNow("This question is marked already. Take the mark back and empty what you saw first.")
        mark.delete()
        meeting.act.add(
            "question.left_out", meeting.audit, why=mark.asked_why, content={"of": f"criterion {criterion}"}
        )
