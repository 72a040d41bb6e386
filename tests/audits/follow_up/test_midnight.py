"""Days are London's: late evenings by UTC in summer, and the two nights on which the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from audits.booking import book as booking_book
from audits.meeting import lifecycle
from audits.models import Audit
from audits.plan import deadlines, smart_plan
from audits.record import signing
from people.models import Notice, TrailEntry
from qualitycounts.base.clock import LONDON, day_of
from qualitycounts.base.refusals import NotNow, Refused
from standards.grades import Grade
from tests.factories import Council, agreed_audit, allocated_audit, filled_audit, open_audit

SUMMER = datetime(2026, 6, 24, 22, 59, tzinfo=UTC)
"""A Wednesday, a minute before midnight in London; a minute later UTC still says Wednesday."""
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (SUMMER, date(2026, 6, 24)),
        (SUMMER + MINUTE, date(2026, 6, 25)),
        (datetime(2026, 11, 16, 23, 59, tzinfo=UTC), date(2026, 11, 16)),
        (datetime(2026, 10, 24, 22, 59, tzinfo=UTC), date(2026, 10, 24)),
        (datetime(2026, 10, 24, 23, 0, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 23, 59, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2027, 3, 27, 23, 59, tzinfo=UTC), date(2027, 3, 27)),
        (datetime(2027, 3, 28, 22, 59, tzinfo=UTC), date(2027, 3, 28)),
        (datetime(2027, 3, 28, 23, 0, tzinfo=UTC), date(2027, 3, 29)),
    ],
)
def test_the_meeting_was_on_the_day_that_london_had_as_it_ended(council: Council, at: datetime, day: date) -> None:
    audit = agreed_audit(council, at=at)
    assert audit.met_on == day_of(at) == day


@pytest.mark.parametrize(("at", "day"), [(SUMMER, "Wednesday 24 June"), (SUMMER + MINUTE, "Thursday 25 June")])
def test_more_time_was_given_on_the_day_that_london_had(council: Council, at: datetime, day: str) -> None:
    action = agreed_audit(council, at=SUMMER, grade=Grade.REQUIRES_IMPROVEMENT).actions.first()
    assert action is not None
    action.due_on += timedelta(days=7)
    extended = TrailEntry(act="action.extended", by=council.head_of_service, at=at, why="The court sits later.")
    assert f"gave more time on {day}: “The court sits later.”" in deadlines.why_due_on(action, [extended])


def test_after_midnight_in_london_an_action_may_be_due_a_working_day_later(council: Council) -> None:
    audit = open_audit(council, at=SUMMER)
    words = {
        "by": council.auditor,
        "kind": "immediate",
        "part": "manager",
        "numbers": [1],
        "what": "Bring the chronology up to date",
        "measure": "Chronology has an entry each month",
        "outcome": "She understands her own story",
        "resources": "Half a day, agreed with duty",
        "due_on": date(2026, 7, 2),
    }
    with pytest.raises(Refused, match="Wednesday 1 July"):
        smart_plan.add_meeting_action(audit, at=SUMMER, **words)  # type: ignore[arg-type]
    assert smart_plan.add_meeting_action(audit, at=SUMMER + MINUTE, **words).due_on == date(2026, 7, 2)  # type: ignore[arg-type]


def test_two_working_days_to_sign_end_at_midnight_in_london(council: Council) -> None:
    audit = agreed_audit(council, at=SUMMER - timedelta(days=2))
    with pytest.raises(NotNow, match="until Wednesday 24 June"):
        signing.finalise_unsigned(audit, by=council.head_of_qa, at=SUMMER, why="On long leave.")
    done = signing.finalise_unsigned(audit, by=council.head_of_qa, at=SUMMER + MINUTE, why="On long leave.")
    assert done.state == Audit.State.FINALISED


def test_signed_after_midnight_in_london_dates_move_to_the_next_working_day(council: Council) -> None:
    audit = filled_audit(council, grade=Grade.REQUIRES_IMPROVEMENT, at=SUMMER)
    audit.actions.update(due_on=date(2026, 6, 24), first_due_on=date(2026, 6, 24))
    audit = lifecycle.end_meeting(audit, by=council.auditor, at=SUMMER)
    signing.sign_record(audit, by=council.auditor, at=SUMMER, content_hash=audit.content_hash)
    signing.sign_record(audit, by=council.keyworker, at=SUMMER + MINUTE, content_hash=audit.content_hash)
    dates = audit.actions.values_list("due_on", "first_due_on", "signed_due_on")
    assert set(dates) == {(date(2026, 6, 26), date(2026, 6, 26), date(2026, 6, 24))}


def test_a_meeting_is_announced_for_the_day_that_london_has(council: Council) -> None:
    audit = allocated_audit(council)
    meets = datetime(2026, 6, 25, 0, 15, tzinfo=LONDON)
    booking_book.book_meeting(audit, by=council.auditor, at=SUMMER, meets=meets, place="Room 4")
    assert "Thursday 25 June 2026" in Notice.objects.get(to=council.keyworker).subject
