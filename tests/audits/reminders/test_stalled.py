"""What has begun and does not end is told: a meeting, an answer of the QA Team, a signature; each once."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from audits.booking import book as booking_book
from audits.meeting import grading, lifecycle, pause
from audits.models import Audit
from audits.record import signing
from audits.reminders import before_meeting
from people import notices
from people.models import Notice
from people.roles import Role
from tests.audits.meeting.test_grading import propose
from tests.factories import EARLY, MET, Council, UserFactory, agreed_audit, allocated_audit, open_audit


def told(day: date) -> set[tuple[str, str]]:
    """Whom the sweep of a day tells, and of what."""
    found = before_meeting.reminders_due(day, datetime.combine(day, time(7), tzinfo=UTC))
    notices.tell_all(found)
    return {(str(one.to), one.key.split(":")[1]) for one in found}


def test_an_inadequate_left_unsigned_is_brought_to_whoever_can_go_on(council: Council) -> None:
    audit = agreed_audit(council, grade="inadequate")
    signing.sign_record(audit, by=council.auditor, at=MET, content_hash=audit.content_hash)
    last = date(2026, 11, 18)
    assert told(last - timedelta(days=1)) == set()
    assert told(last) == {(str(council.keyworker), "unsigned")}
    assert told(last + timedelta(days=1)) == {
        (str(council.qa_officer), "unsigned"),
        (str(council.head_of_qa), "unsigned"),
    }
    assert told(last + timedelta(days=2)) == set()
    assert str(council.keyworker) in Notice.objects.filter(to=council.head_of_qa).latest("pk").body
    lifecycle.reopen_meeting(audit, by=council.keyworker, at=MET, why="A date was wrong.")
    assert told(last + timedelta(days=3)) == {(str(one), "lingering") for one in (council.auditor, council.qa_officer)}


def test_a_meeting_that_was_not_held_or_never_ended_is_brought_back(council: Council) -> None:
    audit = allocated_audit(council)
    booking_book.book_meeting(audit, by=council.auditor, at=MET, meets=MET + timedelta(days=1), place="Room 4")
    both = {(str(council.auditor), "lingering"), (str(council.qa_officer), "lingering")}
    assert told(date(2026, 11, 20)) == set()
    assert told(date(2026, 11, 23)) == both
    lifecycle.open_meeting(Audit.objects.get(pk=audit.pk), by=council.auditor, at=MET, why=EARLY)
    again = MET + timedelta(days=8)
    pause.pause_meeting(audit, by=council.auditor, at=MET, meets=again)
    assert told(date(2026, 11, 27)) == set()
    assert told(date(2026, 12, 1)) == both


def test_an_unbooked_meeting_that_was_opened_or_taken_up_again_counts_from_that_day(council: Council) -> None:
    audit = lifecycle.open_meeting(allocated_audit(council), by=council.auditor, at=MET, why=EARLY)
    assert audit.meets == MET
    pause.pause_meeting(audit, by=council.auditor, at=MET)
    resumed = pause.resume_meeting(audit, by=council.auditor, at=MET + timedelta(days=2))
    assert resumed.meets == MET + timedelta(days=2)


def test_advice_that_is_late_is_told_to_whoever_may_give_it(council: Council) -> None:
    audit = open_audit(council)
    propose(audit, "auditor", "good", council)
    propose(audit, "keyworker", "inadequate", council)
    grading.refer_grade(audit, 2, by=council.auditor, at=MET, advisers=[council.qa_officer])
    due = date(2026, 11, 18)
    assert told(due) == set()
    assert ("advice-late" in str(told(due + timedelta(days=1)))) is True
    to = set(Notice.objects.filter(key__contains="advice-late").values_list("to", flat=True))
    assert to == {council.qa_officer.pk, council.head_of_qa.pk}
    grading.advise_on_grade(audit, 2, by=council.qa_officer, at=MET, advice="Look at May again.")
    assert "advice-late" not in {what for _, what in told(date(2026, 11, 30))}


def test_late_advice_is_not_asked_of_a_member_of_the_qa_team_who_is_in_the_audit(council: Council) -> None:
    auditor = UserFactory.create(roles=(Role.AUDITOR, Role.QA_OFFICER))
    audit = open_audit(council, auditor=auditor)
    grading.propose_grade(audit, 2, by=auditor, at=MET, grade="good", words="Seen weekly.")
    propose(audit, "keyworker", "inadequate", council)
    grading.refer_grade(audit, 2, by=council.keyworker, at=MET, advisers=[council.qa_officer, auditor])
    late = {to for to, what in told(date(2026, 11, 19)) if what == "advice-late"}
    assert late == {str(council.qa_officer), str(council.head_of_qa)}
