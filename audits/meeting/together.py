"""In the meeting: what each marked alone is opened, and what needs no talk is taken as the meeting's with one press."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from audits.locking import meeting_transaction
from audits.meeting.grading import check_applies, judgement_of
from audits.meeting.pairs import Said, pages_of, shared_marks
from audits.meeting.visible_grades import marks_open
from audits.models import Audit, Judgement, Mark
from audits.record.clashes import asked_criteria
from people.models import User
from qualitycounts.base.refusals import NotNow, Refused, Stale


def open_marks_early(audit: Audit, number: int, *, by: User, at: datetime) -> Judgement:
    """One chair opens the other's marks of a standard for themselves before both have proposed: the record says so.

    Open already: no change. Refused: no such standard (422), not in a chair (403), the meeting not going on (409).
    """
    with meeting_transaction(audit, by=by, at=at) as meeting:
        judgement = judgement_of(meeting.audit, number)
        check_applies(judgement)
        if marks_open(judgement, meeting.chair):
            return judgement
        judgement.opened_early = sorted([*judgement.opened_early, meeting.chair])
        judgement.save(update_fields=["opened_early"])
        meeting.act.add("marks.opened_early", judgement, was=judgement.state, now=judgement.state)
    return judgement


def take_marks(audit: Audit, number: int, *, by: User, at: datetime, shown: Mapping[int, str]) -> int:
    """Take own marks of a standard that need no talk as the meeting's, with both pages. Returns how many.

    `shown` is what the page showed: a mark by criterion. What the meeting has marked already stays. Refused: nothing
    shown (422), before both have proposed, or something other than was shown can be taken by now (Stale, 409), not in
    a chair (403).
    """
    if not shown:
        raise Refused("There is nothing to take here. Open the page again.")
    with meeting_transaction(audit, by=by, at=at) as meeting:
        judgement = judgement_of(meeting.audit, number)
        check_applies(judgement)
        if not marks_open(judgement):
            raise NotNow("Marks are taken once both of you have proposed a grade for this standard.")
        there = {mark.criterion_id: mark for mark in meeting.audit.marks.exclude(criterion=None)}
        sheets = sheets_by_chair(meeting.audit)
        criteria = asked_criteria(meeting.audit, there.values()).get(number, set())
        shared = shared_marks(*sheets, criteria)
        free = {pk: value for pk, value in shared.items() if pk not in there or not there[pk].value}
        if any(free.get(pk) != value for pk, value in shown.items()):
            raise Stale("One of these was marked or taken meanwhile. Look at what is left, then take it.")
        marks = [there.get(pk) or Mark(audit=meeting.audit, criterion_id=pk, version=0) for pk in shown]
        for mark in marks:
            pk = mark.criterion_id or 0
            mark.value = shown[pk]
            mark.seen = mark.seen or pages_of(*(sheet.get(pk, Said()) for sheet in sheets))
            mark.version += 1
            mark.saved_at, mark.saved_by = at, by
        old = [mark for mark in marks if mark.pk]
        Mark.objects.bulk_create([mark for mark in marks if not mark.pk])
        Mark.objects.bulk_update(old, ["value", "seen", "version", "saved_at", "saved_by"])
        taken = {str(pk): value for pk, value in shown.items()}
        meeting.act.add("marks.taken", judgement, was=judgement.state, now=judgement.state, content={"marks": taken})
    return len(marks)


def sheets_by_chair(audit: Audit) -> tuple[dict[int, Said], dict[int, Said]]:
    """Both sheets, the auditor's first, without the private notes."""
    sheets: dict[int | None, dict[int, Said]] = {audit.auditor_id: {}, audit.keyworker_id: {}}
    rows = audit.own_marks.filter(saved_by__in=(audit.auditor_id, audit.keyworker_id))
    for owner, criterion, value, seen in rows.values_list("saved_by", "criterion", "value", "seen"):
        sheets[owner][criterion] = Said(value, seen)
    return sheets[audit.auditor_id], sheets[audit.keyworker_id]
