"""Which questions are asked of this child: the category decides, and either chair may bring one in with a reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from audits.meeting import check_asked, is_meant
from audits.models import Audit, Mark
from audits.room import room
from people.models import User
from qualitycounts.refusals import NotNow, Refused, written
from standards import standard_sets


def bring_in(audit: Audit, criterion: int, *, by: User, at: datetime, why: str) -> Mark:
    """Ask a question of this child that is meant for other categories. Who, when and why stay with the audit.

    Refused: no reason, no such question or one that is asked anyway (422), outside the meeting (409), not in a chair
    (403). Brought in twice, the first reason stays.
    """
    reason = written(why, "why", "Say why it is asked of this child, too.")
    with room(audit, by=by, at=at) as here:
        check_asked(here.audit, criterion, None)
        if is_meant(here.audit, criterion):
            raise Refused("This question is asked of this child already.")
        mark = Mark.objects.filter(audit=here.audit, criterion=criterion).first()
        if mark is not None and mark.asked_why:
            return mark
        mark = mark or Mark(audit=here.audit, criterion_id=criterion, version=0)
        mark.asked_why, mark.saved_at, mark.saved_by = reason, at, by
        mark.version += 1
        mark.save()
        here.act.add("question.brought_in", here.audit, why=reason, content={"of": f"criterion {criterion}"})
    return mark


def leave_out(audit: Audit, criterion: int, *, by: User, at: datetime) -> None:
    """Take a question out again that was brought in and has no mark yet. The trail keeps that it was in.

    Refused: marked or written on already, or never brought in (409), outside the meeting (409), not in a chair (403).
    """
    with room(audit, by=by, at=at) as here:
        mark = Mark.objects.filter(audit=here.audit, criterion=criterion).exclude(asked_why="").first()
        if mark is None:
            raise NotNow("This question was not brought in, so it cannot be left out.")
        if mark.value or mark.seen:
            raise NotNow("This question is marked already. Take the mark back and empty what you saw first.")
        mark.delete()
        here.act.add("question.left_out", here.audit, why=mark.asked_why, content={"of": f"criterion {criterion}"})


def progress(audit: Audit, marks: Iterable[Mark]) -> dict[int, tuple[int, int]]:
    """For each standard how many of its questions are marked, and how many are asked of this child."""
    there = {mark.criterion_id: mark for mark in marks if mark.criterion_id}
    asked: Counter[int] = Counter()
    marked: Counter[int] = Counter()
    for pk, (number, categories) in standard_sets.asked_of(audit.standard_set.pk, audit.standard_set.file_hash).items():
        mark = there.get(pk)
        if not categories or audit.category in categories or (mark is not None and (mark.asked_why or mark.value)):
            asked[number] += 1
            marked[number] += bool(mark is not None and mark.value)
    return {number: (marked[number], asked[number]) for number in asked}
