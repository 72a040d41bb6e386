"""Keeping all of a case beyond the retention schedule, while a complaint, an inquiry or a court case is open."""

from __future__ import annotations

from datetime import datetime

from audits.models import Case, CaseKeeping
from audits.record.retention_hold import can_keep
from people import trail
from people.models import User
from qualitycounts.base.refusals import NotAllowed, NotNow, written


def case_hold_of(case: Case) -> CaseKeeping | None:
    """The hold on a case that stands now."""
    return case.keepings.filter(ended_at=None).select_related("kept_by").first()


def check_hold_case(*, by: User) -> None:
    """Refused (403) unless `by` is the Head of QA."""
    if not can_keep(by=by):
        raise NotAllowed("Only the Head of QA can hold a case beyond the schedule. Ask them, with the reason.")


def hold_case(case: Case, *, why: str, by: User, at: datetime) -> CaseKeeping:
    """Keep the case, its audits, its place in the frames of draws and who opened them, until this is ended.

    Refused: not the Head of QA (403); no reason (422); held already, or merged into another row (409).
    """
    check_hold_case(by=by)
    reason = written(why, "why", "Say what it is held for. Do not name the child.")
    with trail.acting(by=by, at=at) as act:
        case = Case.objects.select_for_update(no_key=True, of=("self",)).get(pk=case.pk)
        if case.merged_into is not None:
            raise NotNow(f"This row was merged into {case.merged_into}. Hold that one.")
        if case_hold_of(case) is not None:
            raise NotNow("This case is held already. End that first to give another reason.")
        made = CaseKeeping.objects.create(case=case, reason=reason, kept_at=at, kept_by=by)
        act.add("case.kept", case, why=reason)
    return made


def end_case_hold(case: Case, *, by: User, at: datetime) -> None:
    """Let the retention schedule apply again. Refused: not the Head of QA (403), not held (409)."""
    check_hold_case(by=by)
    with trail.acting(by=by, at=at) as act:
        case = Case.objects.select_for_update(no_key=True, of=("self",)).get(pk=case.pk)
        there = case_hold_of(case)
        if there is None:
            raise NotNow("This case is not held beyond the schedule now.")
        there.end(by=by, at=at)
        act.add("case.keeping_ended", case)
