"""A manager's week in one mail: their own team's, once, on its first working day; nothing where there is nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from audits.reminders import weekly
from people import council_settings
from people.models import Notice
from tests.conftest import NOW
from tests.escalation.build import finalised_audit
from tests.factories import CaseFactory, Council


def told(day: date) -> int:
    return weekly.tell_week(on=day, at=datetime.combine(day, time(8), tzinfo=UTC))


def test_the_week_of_ones_own_team_is_told_once_on_its_first_working_day(council: Council) -> None:
    assert told(date(2026, 11, 23)) == 0, "nothing to say"
    low = finalised_audit(council, grade="inadequate")
    finalised_audit(council, number=2, case=CaseFactory.create(keyworker=council.other_keyworker))
    assert told(date(2026, 11, 24)) == 4, "two managers and two Heads of Service; a day late is told as well"
    assert told(date(2026, 11, 24)) == told(date(2026, 11, 29)) == 0
    body = Notice.objects.get(to=council.manager, key__startswith="week:").body
    assert body == (
        "What the audits of North ask this week: "
        f"Actions that are overdue: 1 ({low.ref}-1, Devinder Halloran, by Mon 23 Nov). "
        f"Audits to talk through in supervision: 1 ({low.ref} with Niamh Okonkwo). "
        f"Audits finalised last week: 1 ({low.ref} with Niamh Okonkwo)."
    ), body
    head = Notice.objects.get(to=council.head_of_service, key__startswith="week:")
    assert low.ref in head.body
    assert head.subject == "Your week: audits of Family Safeguarding"
    assert low.ref not in Notice.objects.get(to=council.other_manager, key__startswith="week:").body
    assert council.case.person_id not in body


def test_a_week_that_begins_with_a_bank_holiday_is_told_the_day_after(council: Council) -> None:
    finalised_audit(council, grade="inadequate")
    easter = date(2027, 3, 29)
    assert weekly.first_working_day(easter) == date(2027, 3, 30)
    assert (told(easter), told(date(2027, 3, 30))) == (0, 2)
    council_settings.change(weekly.SUMMARY, value="no", why="We meet.", number=0, by=council.head_of_qa, at=NOW)
    assert told(date(2027, 4, 5)) == told(date(2027, 4, 6)) == 0
