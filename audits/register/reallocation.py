"""Audits that have not met yet follow what an extract changes: their keyworker, their team, and who may audit them.

Once the meeting has begun both are fixed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from audits.allocation import allocate
from audits.booking.book import tell_booked, tell_cancelled
from audits.models import Audit, Case, CaseChange, Import, OwnMark
from people.models import User
from people.trail import Act
from qualitycounts.base.clock import day_of


def cases_moved(cases: Collection[Case], act: Act) -> None:
    """Give the audits of these cases the keyworker and team that each case has now, and tell a keyworker who is new.

    What the one before said of the file no longer holds, and what they marked alone is deleted. An auditor who has come
    too near, if only by being handed the case, is taken off and the audit placed again.
    """
    by_pk = {case.pk: case for case in cases}
    waiting = Audit.objects.select_for_update().not_met().filter(case__in=by_pk).order_by("pk")
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
    OwnMark.objects.filter(audit__in=audits).without_a_chair().delete()
    recheck_auditors(audits, act)
    for audit in Audit.objects.filter(pk__in=[audit.pk for audit in audits]).select_related("auditor", "keyworker"):
        if audit.keyworker_id is None and (keyworker := by_pk[audit.case_id].keyworker_id):
            audit.keyworker_id = keyworker
            audit.save(update_fields=["keyworker"])
        allocate.notify_chairs(audit, at=act.at)
        if audit.state == Audit.State.BOOKED and audit.keyworker is not None:
            tell_booked(audit, by=None, at=act.at)


def drawn_before_meeting(closed: Iterable[Case], moved: Iterable[Case]) -> tuple[list[Audit], list[Audit]]:
    """The audits that have not met and whose case an extract is about to close, and those that it is about to move."""
    ends, moves = {case.pk for case in closed}, {case.pk for case in moved}
    waiting = Audit.objects.not_met().filter(case__in=ends | moves).order_by("month", "number")
    audits = list(waiting)
    return [each for each in audits if each.case_id in ends], [each for each in audits if each.case_id in moves]


def moved_by(applied: Import) -> list[Audit]:
    """The audits that have not met and whose case an extract has moved to another worker or team."""
    moves = CaseChange.objects.filter(made_by=applied, field__in=("worker", "team"), taken_back=False).values("case")
    waiting = Audit.objects.not_met().filter(case__in=moves, case__closed_on=None)
    return list(waiting.order_by("month", "number"))


def closed_by(applied: Import) -> list[Audit]:
    """The audits that have not met and whose case an extract closed: to be replaced, until the case opens again."""
    if applied.applied is None:
        return []
    closed = CaseChange.objects.filter(made_by=applied, field="state").values("case")
    return list(Audit.objects.to_replace(day_of(applied.applied)).filter(case__in=closed).order_by("month", "number"))


def behind(audit: Audit, case: Case) -> bool:
    """Whether an audit has another keyworker or team than its case."""
    return (audit.keyworker_id, audit.team_id) != (case.keyworker_id, case.team_id)


def people_moved(left: Collection[User], act: Act) -> None:
    """After a staff extract: the audits of auditors who left, or are now too near, go to others."""
    waiting = Audit.objects.select_for_update(of=("self",)).not_met().exclude(auditor=None)
    for audit in waiting.filter(auditor__in=left).order_by("pk"):
        remember_auditor(audit, act)
        allocate.give_to_another(audit, why="The auditor has left.", act=act)
    recheck_auditors(waiting, act)


def sign_in_closed(user: User, act: Act) -> None:
    """The audits of somebody whose sign-in was closed by hand go to others, as when they leave."""
    waiting = Audit.objects.select_for_update(of=("self",)).not_met().filter(auditor=user)
    for audit in waiting.order_by("pk"):
        remember_auditor(audit, act)
        allocate.give_to_another(audit, why="The auditor’s sign-in was closed.", act=act)


def recheck_auditors(audits: Collection[Audit], act: Act) -> None:
    """Take an auditor whom the import has brought too near off these audits, and remember who it was."""
    for audit in allocate.recheck(audits, by=act.by, at=act.at):
        remember_auditor(audit, act)


def remember_auditor(audit: Audit, act: Act) -> None:
    """Keep with an audit the auditor whom an import takes off it, so that it can be offered back (giving_back.py).

    The import may have been of a wrong list. One whom an earlier import took off stays the one to offer it to, if they
    work here: whoever has had it since had it for want of them.
    """
    before = audit.taken_from
    if before is None or not before.works_here(day_of(act.at)):
        Audit.objects.filter(pk=audit.pk).update(taken_from=audit.auditor_id)
