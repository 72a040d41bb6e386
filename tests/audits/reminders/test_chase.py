"""Reminding by itself: what is late is asked for every few working days, by the same rule as the board’s, and kept."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from audits.models import Audit, Reminder
from audits.reminders import chase
from audits.reminders.awaited import awaited
from people import council_settings
from people.models import Notice
from tests.factories import MET, CaseFactory, Council, allocated_audit, booked_audit


def at(day: date) -> datetime:
    return datetime.combine(day, time(7), tzinfo=UTC)


def swept(day: date) -> int:
    return chase.remind_by_itself(on=day, at=at(day))


def test_what_is_late_is_asked_for_every_third_working_day_and_kept(council: Council) -> None:
    audit, due = allocated_audit(council), date(2026, 11, 13)
    waits = awaited(audit, (), on=MET.date())
    assert waits is not None
    assert waits.due_on == due
    sent = {day: swept(due + timedelta(days=day)) for day in range(12)}
    assert [day for day, count in sent.items() if count] == [5, 10], "the 3rd and the 6th working day after"
    assert swept(due + timedelta(days=10)) == 0
    assert list(Reminder.objects.values_list("to", "stage", "sent_by")) == [(council.auditor.pk, "book", None)] * 2
    notice = Notice.objects.filter(key__contains=":chase:").latest("pk")
    assert "This reminder went by itself" in notice.body


def test_a_reminder_by_hand_counts_and_a_closed_case_or_a_setting_asks_nobody(council: Council) -> None:
    audit = booked_audit(council)  # for 16 November, and not held
    later = allocated_audit(council, number=2, case=CaseFactory.create(keyworker=council.keyworker))
    Audit.objects.filter(pk=later.pk).update(month=date(2027, 1, 1))
    chase.remind([audit.ref], note="", by=council.qa_officer, at=at(date(2026, 11, 18)))
    assert swept(date(2026, 11, 19)) == 0
    assert swept(date(2026, 11, 23)) == 1
    audit.case.closed_on = date(2026, 11, 24)
    audit.case.save()
    assert swept(date(2026, 11, 30)) == 0
    audit.case.closed_on = None
    audit.case.save()
    council_settings.change(
        chase.EVERY, value="0", why="We ask by hand.", number=0, by=council.head_of_qa, at=at(date(2026, 11, 30))
    )
    assert swept(date(2026, 11, 30)) == 0
