"""Locking a meeting for one save: every save locks its audit, asks who is acting, and counts the revision.

Two people write in one meeting at once; the lock makes their saves a line, and the revision is what the other
browser follows.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from audits.models import Audit, Chair, Draw
from people import trail
from people.models import User
from qualitycounts.base import live
from qualitycounts.base.refusals import NotAllowed, NotNow


@dataclass(frozen=True, slots=True)
class MeetingTurn:
    """One save of one chair: the audit, locked, the person who acts, their chair, and the trail to write in."""

    audit: Audit
    by: User
    chair: Chair
    at: datetime
    act: trail.Act


def lock_audit(audit: Audit) -> Audit:
    """Lock the audit's row and read it afresh, with its set of standards. FOR NO KEY UPDATE: inserts that refer to the
    row are not blocked."""
    return Audit.objects.select_for_update(no_key=True, of=("self",)).select_related("standard_set").get(pk=audit.pk)


def lock_to_save(audit: Audit) -> Audit:
    """Lock the audit's row, count its revision up and read it afresh in one statement: `lock_audit` and `bump_revision`
    for what every save of a meeting does. An UPDATE that leaves the key alone locks as `lock_audit` does."""
    table = connection.ops.quote_name(Audit._meta.db_table)
    count_up = f"UPDATE {table} SET revision = revision + 1 WHERE id = %s RETURNING *"  # noqa: S608 -- our own name
    (fresh,) = Audit.objects.raw(count_up, [audit.pk])
    if fresh.standard_set_id == audit.standard_set_id:
        fresh.standard_set = audit.standard_set
    return fresh


def lock_draw(pk: int) -> Draw:
    """Lock a draw's row and read it afresh, with its activity and whoever sent it."""
    return Draw.objects.select_for_update(of=("self",)).select_related("activity", "sent_by").get(pk=pk)


def chair_of(audit: Audit, by: User, *chairs: Chair) -> Chair:
    """The chair of whoever acts. Refused (`NotAllowed`, 403) for others, and for the other chair where one is named."""
    chair = audit.chair_of(by)
    if chair is None:
        raise NotAllowed("Only this audit’s auditor and keyworker can do that.")
    if chairs and chair not in chairs:
        who = "auditor" if chairs == (Chair.AUDITOR,) else "keyworker"
        raise NotAllowed(f"That is for the {who} to do. Ask them to do it from their own screen.")
    return chair


def check_in_meeting(audit: Audit) -> None:
    """Refused (`NotNow`, 409) unless the meeting is going on."""
    if audit.state == Audit.State.AGREED:
        raise NotNow(
            "The meeting has ended and what it says is being signed. Reopen it first: that takes off any signature."
        )
    if audit.state != Audit.State.IN_MEETING:
        raise NotNow(f"This audit is {audit.get_state_display().lower()}, so its meeting cannot be changed.")


def check_going_on(audit: Audit) -> None:
    """Refused (`NotNow`, 409) unless the meeting is going on and not paused."""
    check_in_meeting(audit)
    if audit.paused_at is not None:
        raise NotNow("The meeting is paused. Take it up again first; what you typed is still here.")


@contextmanager
def meeting_transaction(audit: Audit, *chairs: Chair, by: User, at: datetime) -> Iterator[MeetingTurn]:
    """The meeting, going on, locked, with `by` in one of `chairs` (any chair if none is named).

    Its revision is this save's already, and on the `audit` handed in once it is committed.
    """
    with trail.acting(by=by, at=at) as act:
        fresh = lock_to_save(audit)
        chair = chair_of(fresh, by, *chairs)
        check_going_on(fresh)
        yield MeetingTurn(fresh, by, chair, at, act)
        announce_revision(fresh)
        revision = fresh.revision
        transaction.on_commit(lambda: setattr(audit, "revision", revision))


def bump_revision(audit: Audit) -> None:
    """Count the meeting's revision up, and tell every page once it is committed. The row is locked by the caller."""
    audit.revision += 1
    audit.save(update_fields=["revision"])
    announce_revision(audit)


def topic_of(audit: Audit) -> str:
    """What the doorbell calls this meeting."""
    return f"meeting:{audit.ref}"


def announce_revision(audit: Audit) -> None:
    """Once this is committed, tell every page of the meeting that there is a new revision."""
    live.ring_on_commit(topic_of(audit), audit.revision)
