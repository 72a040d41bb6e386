"""The sheet of one chair: marks made alone before the meeting, seen by nobody else until both have proposed a grade.

It is no part of the record, so the trail does not hear of it and the meeting's revision does not count it. A mark may
be changed until the standard is open to its owner, who would else change it in sight of the other's. All of it is
deleted once the audit is final or withdrawn, and with whoever leaves their chair.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from audits.booking.book import check_case_open
from audits.locking import chair_of, lock_audit
from audits.meeting.lifecycle import check_asked, check_meant
from audits.meeting.visible_grades import marks_open
from audits.models import Audit, Chair, Mark, OwnMark
from people.models import User
from qualitycounts.base.clock import day_of
from qualitycounts.base.refusals import NotNow, Refused, Stale, allows, check_text, written
from standards import standard_sets


def check_own_sheet(audit: Audit, *, by: User) -> Chair:
    """The chair of `by`, who may write on a sheet.

    Refused: not in a chair (403), not booked yet, met already, or nobody in the other chair (409).
    """
    chair = chair_of(audit, by)
    if audit.state == Audit.State.ALLOCATED:
        raise NotNow("The meeting is not booked yet. Your sheet opens once it is.")
    if audit.state not in Audit.MEETING_SET:
        raise NotNow("The meeting is over, so nothing is marked for it any more.")
    if audit.auditor_id is None or audit.keyworker_id is None:
        raise NotNow("Nobody sits in the other chair at present. Your sheet opens again once somebody does.")
    return chair


def can_mark_own(audit: Audit, *, by: User) -> bool:
    """Whether the person has a sheet to mark, before the meeting or in it."""
    return allows(check_own_sheet, audit, by=by)


def save_own_mark(
    audit: Audit, criterion: int, *, by: User, at: datetime, value: str, seen: str, version: int
) -> OwnMark:
    """Keep one mark and where it was seen. `version` is the one the page had; 0 where nothing was saved yet.

    Refused: a value or criterion that this audit does not have (422), saved in another tab since (Stale, 409), its
    standard is open to this chair, not booked, met already or a closed case (409), not in a chair (403).
    """
    if value and value not in Mark.Value.values:
        raise Refused("Choose evidenced, partly, not evidenced or N/A.", "value")
    seen = written(seen, "seen")
    with own_mark(audit, criterion, by=by, at=at) as mark:
        if (mark.value, mark.seen) != (value, seen):
            check_tab(mark.version, version, f"{mark.get_value_display()}. {mark.seen}".strip(". "))
        mark.value, mark.seen, mark.version = value, seen, mark.version + 1
    return mark


def save_own_note(audit: Audit, criterion: int, *, by: User, at: datetime, text: str, version: int) -> OwnMark:
    """Keep the private note on one criterion. Refused as a mark is, or for more than a box takes (422)."""
    check_text(text)
    with own_mark(audit, criterion, by=by, at=at) as mark:
        if mark.note != text:
            check_tab(mark.note_version, version, mark.note)
        mark.note, mark.note_version = text, mark.note_version + 1
    return mark


def check_tab(there: int, version: int, current: str) -> None:
    """Refused (Stale, 409) when it was saved in another tab since the page read it. Carries what it says now."""
    if there != version:
        raise Stale("You saved this in another tab since. Read that beside this and choose.", current=current)


@contextmanager
def own_mark(audit: Audit, criterion: int, *, by: User, at: datetime) -> Iterator[OwnMark]:
    """One row of the sheet of `by`, to be changed: saved at the end, with the audit locked meanwhile."""
    with transaction.atomic():
        fresh = lock_audit(audit)
        chair = check_own_sheet(fresh, by=by)
        check_case_open(fresh, on=day_of(at))
        check_asked(fresh, criterion, None)
        if fresh.state == Audit.State.IN_MEETING:
            check_still_closed(fresh, criterion, chair)
        else:
            check_meant(fresh, criterion)
        mark = OwnMark.objects.filter(audit=fresh, criterion=criterion, saved_by=by).first()
        mark = mark or OwnMark(audit=fresh, criterion_id=criterion)
        yield mark
        mark.saved_at, mark.saved_by = at, by
        mark.save()


def check_still_closed(audit: Audit, criterion: int, chair: Chair) -> None:
    """Refused (409) once the other's marks of this criterion's standard are open to the chair."""
    number, _ = standard_sets.criteria_of_set(audit.standard_set.pk, audit.standard_set.file_hash)[criterion]
    judgement = audit.judgements.filter(number=number).prefetch_related("proposals").first()
    if judgement is not None and marks_open(judgement, chair):
        raise NotNow("Both your marks on this standard are open now, so yours stay as they are. Settle it together.")
