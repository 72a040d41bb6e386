"""Audits that have not met yet follow what an extract changes: their keyworker, their team, and who may audit them.

Once the meeting has begun both are fixed.
"""

from __future__ import annotations

from collections.abc import Collection

from audits import allocation, states
from audits.booking import tell_booked, tell_cancelled
from audits.models import Audit, Case
from people.models import User
from people.trail import Act

NOT_YET_MET = states.AUDIT.move("allocate").sources


def cases_moved(cases: Collection[Case], act: Act) -> None:
    """Give the audits of these cases the keyworker and team that each case has now, and tell a keyworker who is new.

    What the one before said of the file no longer holds. An auditor who has come too near, if only by being handed the
    case, is taken off and the audit placed again.
    """
    by_pk = {case.pk: case for case in cases}
    waiting = Audit.objects.select_for_update().filter(case__in=by_pk, state__in=NOT_YET_MET).order_by("pk")
    audits = [audit for audit in waiting if behind(audit, by_pk[audit.case_id])]
    for audit in audits:
        case = by_pk[audit.case_id]
        audit.team_id = case.team_id
        if audit.keyworker_id != case.keyworker_id:
            tell_cancelled(audit, at=act.at)
            audit.keyworker_id = case.keyworker_id if case.keyworker_id != audit.auditor_id else None
            audit.prepared_at = audit.prepared_by = None
        why = "The case extract has another worker or team."
        act.add("audit.followed", audit, was=audit.state, now=audit.state, why=why)
    Audit.objects.bulk_update(audits, ["keyworker", "team", "prepared_at", "prepared_by"])
    allocation.recheck(audits, by=act.by, at=act.at)
    for audit in Audit.objects.filter(pk__in=[audit.pk for audit in audits]).select_related("auditor", "keyworker"):
        if audit.keyworker_id is None and (keyworker := by_pk[audit.case_id].keyworker_id):
            audit.keyworker_id = keyworker
            audit.save(update_fields=["keyworker"])
        allocation.tell(audit, at=act.at)
        if audit.state == Audit.State.BOOKED and audit.keyworker is not None:
            tell_booked(audit, by=None, at=act.at)


def behind(audit: Audit, case: Case) -> bool:
    """Whether an audit has another keyworker or team than its case."""
    return (audit.keyworker_id, audit.team_id) != (case.keyworker_id, case.team_id)


def people_moved(left: Collection[User], act: Act) -> None:
    """After a staff extract: the audits of auditors who left, or are now too near, go to others."""
    waiting = Audit.objects.select_for_update(of=("self",)).filter(state__in=NOT_YET_MET).exclude(auditor=None)
    for audit in waiting.filter(auditor__in=left).order_by("pk"):
        allocation.give_to_another(audit, why="The auditor has left.", act=act)
    allocation.recheck(waiting, by=act.by, at=act.at)
