"""My work: for each person what waits for them, most urgent first, each row leading to where it is done."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from audits.booking import book as booking_book
from audits.booking.book_by import by_month
from audits.follow_up import actions
from audits.meeting import grading, own_marks
from audits.models import Action, Audit, Signature
from audits.overview import spot_views
from audits.record import signed_content, signing
from audits.workers_say import say
from escalation import sweep
from escalation.concerns import concern
from standards.models import Criterion
from tests.conftest import NOW, TODAY
from tests.escalation.build import agreed_audit, finalised_audit
from tests.factories import (
    MET,
    CaseFactory,
    Council,
    allocated_audit,
    booked_audit,
    open_audit,
)
from tests.work import DAY, book, card, green, page, rows, work


@pytest.fixture(autouse=True)
def fixed_day(settings: Any) -> None:
    settings.TODAY = TODAY


# An audit, from its booking to its signatures


def test_an_auditor_books_by_the_tenth_working_day_and_the_keyworker_waits(council: Council) -> None:
    allocated_audit(council)
    assert by_month(date(2026, 11, 23)) == date(2026, 11, 13)
    assert by_month(date(2026, 12, 1)) == date(2026, 12, 14)
    assert rows(council.auditor) == [("Book the meeting", "QC-2611-001", date(2026, 11, 13))]
    assert rows(council.keyworker) == []
    assert card(council.keyworker, "others") == ["Book QC-2611-001 Tomasz Adeyemi, by Fri 13 Nov"]
    assert card(council.qa_officer, "others") == ["Book QC-2611-001 Tomasz Adeyemi, by Fri 13 Nov"]


def test_before_the_meeting_the_keyworker_brings_the_file_up_to_date(council: Council) -> None:
    audit = book(allocated_audit(council), datetime(2026, 11, 26, 14, 0, tzinfo=UTC))
    ready = "Bring the file up to date, then say so"
    assert rows(council.keyworker) == [(ready, audit.ref, date(2026, 11, 26))]
    alone = "Mark the sheet before you meet"
    assert rows(council.auditor) == [(alone, audit.ref, date(2026, 11, 26))]
    assert card(council.auditor, "others") == [f"Say the file is ready, {audit.ref} Niamh Okonkwo, meeting Thu 26 Nov"]
    assert card(council.qa_officer, "others") == card(council.auditor, "others")
    booking_book.confirm_file_checked(audit, by=council.keyworker, at=NOW)
    assert rows(council.keyworker) == [(alone, audit.ref, date(2026, 11, 26))]
    assert card(council.auditor, "others") == []
    point = Criterion.objects.get(code="2.6").pk
    own_marks.save_own_mark(audit, point, by=council.keyworker, at=NOW, value="partly", seen="", version=0)
    assert rows(council.keyworker) == [("Meet", audit.ref, date(2026, 11, 26))]
    assert rows(council.auditor) == [(alone, audit.ref, date(2026, 11, 26))]


def test_a_meeting_of_today_stands_above_everything_with_the_only_green_button(council: Council) -> None:
    audit = book(allocated_audit(council), datetime(2026, 11, 23, 14, 0, tzinfo=UTC))
    allocated_audit(council, number=2, case=CaseFactory.create(keyworker=council.other_keyworker))
    (one,) = work(council.auditor).meetings
    assert (one.when, one.button, one.url) == ("Today, 14:00", "Start the meeting", f"/audits/{audit.ref}/meeting/")
    assert one.title == f"Live audit {audit.ref} with Niamh Okonkwo"
    assert one.facts == [f"Case {council.case.person_id}", "Child protection plan, age 9", "North", "Room 4"]
    assert one.ready == [("blank", "Nobody has said yet that the file is up to date")]
    (theirs,) = work(council.keyworker).meetings
    assert (theirs.button, theirs.url) == ("Get ready", f"/audits/{audit.ref}/prepare/")
    assert green(page(council.auditor)) == ["Start the meeting"]


def test_a_meeting_that_was_never_held_is_late_for_the_auditor(council: Council) -> None:
    audit = booked_audit(council)
    assert rows(council.auditor) == [("Hold the meeting, or book it again", audit.ref, MET.date())]
    assert card(council.keyworker, "others") == [f"Meet about {audit.ref} Tomasz Adeyemi, was booked for Mon 16 Nov"]
    assert card(council.qa_officer, "others") == [
        f"Hold the meeting of {audit.ref} Tomasz Adeyemi, was booked for Mon 16 Nov"
    ]


def test_a_meeting_that_goes_on_is_both_chairs_and_waits_for_nobody_on_its_day(council: Council) -> None:
    audit = open_audit(council)
    assert rows(council.auditor) == [("Go on with the meeting", audit.ref, TODAY)]
    assert rows(council.keyworker) == [("Join the meeting", audit.ref, TODAY)]
    assert card(council.qa_officer, "others") == [f"End the meeting of {audit.ref} Tomasz Adeyemi, since Mon 16 Nov"]
    Audit.objects.filter(pk=audit.pk).update(meets=NOW)
    assert card(council.qa_officer, "others") == []


def test_both_sign_within_two_working_days_and_then_wait_for_each_other(council: Council) -> None:
    audit = agreed_audit(council)
    last = date(2026, 11, 18)
    assert rows(council.auditor) == rows(council.keyworker) == [("Read and sign", audit.ref, last)]
    assert card(council.qa_officer, "others") == [
        f"Sign {audit.ref} Tomasz Adeyemi and Niamh Okonkwo, until Wed 18 Nov"
    ]
    signature = Signature(audit=audit, chair="keyworker", content_hash="", signed_at=MET, signed_by=council.keyworker)
    signature.save()
    assert card(council.keyworker, "others") == [f"Sign {audit.ref} Tomasz Adeyemi, until Wed 18 Nov"]
    assert "Niamh Okonkwo signed Mon 16 Nov at 10:00" in page(council.auditor)
    assert rows(council.keyworker) == []


def test_the_head_of_qa_alone_may_finalise_what_stays_unsigned(council: Council) -> None:
    audit = agreed_audit(council)
    asked = ("Finalise it without a signature", audit.ref, date(2026, 11, 18))
    assert asked not in rows(council.head_of_qa, datetime(2026, 11, 18, 10, 0, tzinfo=UTC))
    assert asked in rows(council.head_of_qa, datetime(2026, 11, 19, 10, 0, tzinfo=UTC))
    assert asked not in rows(council.qa_officer, datetime(2026, 11, 19, 10, 0, tzinfo=UTC))


def test_a_grade_they_cannot_agree_comes_to_the_qa_team_for_two_working_days(council: Council) -> None:
    audit = open_audit(council, at=NOW)
    for person, grade in ((council.auditor, "good"), (council.keyworker, "outstanding")):
        grading.propose_grade(audit, 6, by=person, at=NOW, grade=grade)
    grading.refer_grade(audit, 6, by=council.auditor, at=NOW, advisers=[council.qa_officer])
    asked = ("Advise on a grade they could not agree", audit.ref, date(2026, 11, 25))
    assert asked in rows(council.qa_officer)
    assert asked not in rows(council.auditor)
    grading.advise_on_grade(audit, 6, by=council.qa_officer, at=NOW, advice="Look again at what changed for him.")
    assert asked not in rows(council.qa_officer)
    assert f"Propose again, {audit.ref} Tomasz Adeyemi, Niamh Okonkwo, advised Mon 23 Nov" in card(
        council.qa_officer, "others"
    )


# What follows an audit


def test_each_owner_has_their_own_actions_and_sees_the_others(council: Council) -> None:
    audit = finalised_audit(council, grade="requires_improvement")
    words = "Bring the chronology up to date from May to today"
    mine = [row for row in rows(council.manager) if row[0] == words]
    assert mine == [(words, f"{audit.ref}-1", date(2026, 11, 23))]
    theirs = [row for row in rows(council.keyworker) if row[0] == words]
    assert theirs == [(words, f"{audit.ref}-2", date(2026, 12, 16))]
    assert f"Do {audit.ref}-2 Niamh Okonkwo, by Wed 16 Dec" in card(council.manager, "others")
    assert f"Do {audit.ref}-1 Devinder Halloran, by Mon 23 Nov" in card(council.keyworker, "others")
    assert rows(council.auditor) == []
    assert card(council.auditor, "others") == []


def test_qa_waits_for_an_action_from_the_day_after_its_date(council: Council) -> None:
    audit = finalised_audit(council, grade="requires_improvement")
    late = f"Do {audit.ref}-1 Devinder Halloran, by Mon 23 Nov"
    assert late not in card(council.qa_officer, "others")
    assert late in card(council.qa_officer, "others", NOW + DAY)


def test_what_is_done_comes_to_whoever_checks_it_within_five_working_days(council: Council) -> None:
    audit = finalised_audit(council, grade="requires_improvement")
    for action, owner in zip(audit.actions.all(), (council.manager, council.keyworker), strict=True):
        actions.complete_action(action, by=owner, at=NOW, evidence="It is on Mosaic.", version=action.version)
    check, by = "An action is done: check on the record", date(2026, 11, 30)
    assert (check, f"{audit.ref}-1", by) in rows(council.qa_officer)
    assert (check, f"{audit.ref}-2", by) in rows(council.manager)
    assert f"Check {audit.ref}-2 Done by Niamh Okonkwo" in card(council.keyworker, "others")


def test_several_actions_of_one_audit_to_check_are_one_row(council: Council) -> None:
    audit = finalised_audit(council, grade="requires_improvement")
    for action in audit.actions.all():
        Action.objects.filter(pk=action.pk).update(owner=council.manager, part="manager")
        actions.complete_action(
            Action.objects.get(pk=action.pk), by=council.manager, at=NOW, evidence="On Mosaic.", version=action.version
        )
    assert ("2 actions are done: check on the record", audit.ref, date(2026, 11, 30)) in rows(council.qa_officer)


def test_an_inadequate_asks_its_head_of_service_first_and_then_for_a_signature(council: Council) -> None:
    audit = finalised_audit(council, grade="inadequate")
    read = ("Say that you have read it and have it", audit.ref, date(2026, 11, 17))
    sign = ("Read the evidence and sign", audit.ref, date(2026, 11, 23))
    assert read in rows(council.head_of_service)
    assert sign not in rows(council.head_of_service)
    action = audit.actions.get(number=1)
    actions.complete_action(action, by=council.manager, at=NOW, evidence="It is on Mosaic.", version=action.version)
    assert [row for row in rows(council.head_of_service) if "sign" in row[0]] == [sign]
    assert rows(council.other_head_of_service) == []


def test_the_manager_records_supervision_and_the_keyworker_puts_the_note_on_the_file(council: Council) -> None:
    audit = finalised_audit(council)
    month = date(2026, 12, 16)
    assert rows(council.manager) == [("Talk the audit through in supervision", audit.ref, month)]
    assert rows(council.keyworker) == [
        ("Say how the audit was for you, if you like", audit.ref, date(2026, 12, 14)),
        ("Put the audit’s note on the child’s file", audit.ref, month),
    ]
    answers = {"fair": "yes", "helped": "yes"}
    say.give_say(audit, by=council.keyworker, at=MET + DAY, **answers)
    assert rows(council.keyworker) == [("Put the audit’s note on the child’s file", audit.ref, month)]


def test_a_director_is_asked_to_see_a_case_again_once_the_last_is_long_ago(council: Council) -> None:
    asked = "See a case with the worker who holds it"
    later = MET + 200 * DAY
    assert asked not in {what for what, _, _ in rows(council.assistant_director, later)}
    finalised_audit(council, grade="good")
    due = date(2027, 2, 16)
    assert asked not in {what for what, _, _ in rows(council.assistant_director, MET + 77 * DAY)}
    assert (asked, "spot view", due) in rows(council.assistant_director, MET + 78 * DAY)
    spot_views.open_case(by=council.assistant_director, at=later, kind="spot", number="", why="To see the work.")
    assert asked not in {what for what, _, _ in rows(council.assistant_director, later)}
    assert (asked, "spot view", due) in rows(council.executive_director, later)
    assert asked not in {what for what, _, _ in rows(council.head_of_service, later)}


def test_a_step_comes_up_the_line_as_it_grows_late(council: Council) -> None:
    finalised_audit(council, grade="inadequate")
    late = MET + 22 * DAY
    assert rows(council.assistant_director, late) == []
    sweep.sweep_deadlines(on=late.date(), at=late)
    reached = {what for what, _, _ in rows(council.assistant_director, late)}
    assert "It reached you, late: Acknowledge" in reached


def test_a_safeguarding_concern_stands_first_beside_the_list_of_whoever_answers_for_it(council: Council) -> None:
    audit = open_audit(council)
    concern.raise_concern(
        audit, by=council.keyworker, at=NOW, why="He was alone.", spoken_to=council.manager, spoken=NOW - DAY / 24
    )
    for user in (council.qa_officer, council.manager, council.head_of_service, council.assistant_director):
        (line,) = card(user, "safeguarding")
        assert line.endswith(
            "Acknowledge: Devinder Halloran, by Mon 23 Nov. Child made safe: Devinder Halloran, by Tue 24 Nov"
        )
        assert work(user).cards[0].title == "Safeguarding concerns: 1 open"
    assert card(council.other_manager, "safeguarding") == []
    assert "He was alone." not in page(council.manager)


def test_the_second_signature_takes_the_row_away(council: Council) -> None:
    audit = agreed_audit(council)
    audit.content_hash = signed_content.content_hash_of(audit)
    audit.save()
    for person in (council.keyworker, council.auditor):
        signing.sign_record(audit, by=person, at=NOW, content_hash=audit.content_hash)
    assert "Read and sign" not in {what for what, _, _ in rows(council.auditor)}
