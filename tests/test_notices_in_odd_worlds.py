"""What mails say where something is one, none or over: no action, a month that ended, nobody who owns it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from audits.meeting import lifecycle
from audits.models import Action, Audit, Import
from audits.notice_texts import AuditClosed, AuditFinal, ImportTakenBack
from audits.record import withdrawal
from audits.reminders import before_meeting, stalled, weekly
from escalation.concerns import concern
from escalation.models import Pattern
from escalation.month import month_text
from escalation.notice_texts import DidItLast, OwnerGone
from escalation.patterns import patterns
from people import council_settings
from people.models import Notice
from people.notice_texts import NoticeText, RolesWaiting
from reporting.models import Report
from reporting.notice_texts import ResponseAsked, ResponseGiven
from tests.conftest import NOW, TODAY
from tests.escalation.build import finalised_audit
from tests.factories import MET, Council, agreed_audit, allocated_audit, auditor_of, fill, open_audit, signed

AUDIT = Audit(ref="QC-2611-001", month=date(2026, 11, 1))
QUARTERLY = Report(ref="REP-2627Q3-1", period="2026-27Q3", kind="quarterly")
TUESDAY = date(2027, 3, 30)
"""The first working day after Easter."""


def at(day: date) -> datetime:
    return datetime.combine(day, time(8), tzinfo=UTC)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "says"),
    [
        (AuditFinal(AUDIT, 0), "Its note for the case file is ready to paste. No action was agreed in it."),
        (AuditFinal(AUDIT, 2), "ready to paste. Its actions are on the page of each person who owns one."),
        (AuditClosed(AUDIT, 0), "No action of audit QC-2611-001 is open, and its entry is on the file. Thank you:"),
        (AuditClosed(AUDIT, 1), "Every action of audit QC-2611-001 is checked, and its entry is on the file."),
        (DidItLast(AUDIT, TODAY, 1), "says in a sentence whether it lasted: My work has it."),
        (DidItLast(AUDIT, TODAY, 2), "says in a sentence each whether it lasted: My work has them."),
        (RolesWaiting(1), "give it, whoever it is for may do nothing by it. Please look at it, and give or refuse it."),
        (RolesWaiting(2), "give them, whoever they are for may do nothing by them. Please look at each, and give"),
        (ImportTakenBack(Import(pk=3, file_name="a.csv"), None, 1), "; 1 record that was built on it stays, and is on"),
        (OwnerGone("", 1), "1 step or action has no owner. Please give it to somebody; the dates stay."),
        (OwnerGone("Ann Lee", 2), "Ann Lee no longer works here, and 2 steps or actions still wait for them."),
        (ResponseAsked(QUARTERLY, 0), "complete only with your written response."),
        (ResponseAsked(QUARTERLY, 1), "your written response to each recommendation: accept,"),
        (ResponseGiven(QUARTERLY, 0, 0), "It is in words: the report had no recommendation to answer."),
        (ResponseGiven(QUARTERLY, 2, 0), "Each recommendation has its answer; none was accepted."),
        (ResponseGiven(QUARTERLY, 2, 1), "and what was accepted is on the CQAWG action plan."),
    ],
)
def test_one_and_none_are_said_as_they_are(text: NoticeText, says: str) -> None:
    assert says in text.words()[1]


def test_a_month_that_is_over_is_not_running_out(council: Council) -> None:
    audit = allocated_audit(council)
    said = {notice.body for notice in before_meeting.reminders_due(date(2026, 11, 25), at(date(2026, 11, 25)))}
    assert all(body.startswith(f"November is running out and the meeting of {audit.ref} with Niamh") for body in said)
    over = [notice.body for notice in before_meeting.reminders_due(date(2026, 12, 1), at(date(2026, 12, 1)))]
    assert len(over) == 2
    assert all(body.startswith(f"November is over and the meeting of {audit.ref} with Niamh") for body in over)


def test_nobody_is_said_to_have_been_reminded_who_was_not(council: Council) -> None:
    allocated_audit(council)
    for setting, value in ((before_meeting.UNBOOKED, "2"), (before_meeting.UNBOOKED_QA, "8")):
        council_settings.change(setting, value=value, why="QA asks first.", number=0, by=council.head_of_qa, at=NOW)
    [notice] = before_meeting.reminders_due(date(2026, 11, 20), at(date(2026, 11, 20)))
    assert notice.to == council.qa_officer
    assert notice.body.endswith("is not booked. Please ask Tomasz Adeyemi, or give the audit to another auditor.")


def test_the_last_day_to_sign_is_named_also_after_it(council: Council) -> None:
    audit = agreed_audit(council)
    bodies = {
        notice.body for notice in stalled.of_signatures(date(2026, 11, 30), NOW) if notice.to == council.keyworker
    }
    assert bodies == {
        f"Audit {audit.ref} waits for your signature; the last day for it is Wednesday 18 November 2026. "
        "Nothing it found is followed up until it is signed."
    }


def test_a_void_audit_does_not_silence_the_concern_raised_in_it(council: Council) -> None:
    audit = open_audit(council)
    concern.raise_concern(audit, by=council.keyworker, at=MET, why="Alone.", spoken_to=council.manager, spoken=MET)
    audit = signed(lifecycle.end_meeting(fill(audit, grade="good"), by=auditor_of(audit), at=MET))
    other = finalised_audit(council, number=2)
    for each in (audit, other):
        withdrawal.void_audit(each, why="Another child’s file was read.", by=council.head_of_qa, at=NOW)
    said = [Notice.objects.get(key=f"{each.ref}:voided", to=council.manager).body for each in (audit, other)]
    goes_on = "The safeguarding concern raised in it goes on until the child is safe."
    assert [body.endswith(goes_on) for body in said] == [True, False]


def test_what_was_found_is_said_as_found_then(council: Council) -> None:
    pattern = Pattern(ref="PAT-2610-1", team=council.north, quarter=date(2026, 10, 1), found=NOW, standard=None)
    assert patterns.sentence(pattern) == (
        "Found on 23 November 2026: North had 2 or more audits graded Inadequate in the quarter from October to "
        "December 2026."
    ), "an audit may have been regraded since"


def test_this_week_ends_on_sunday_and_last_week_too_however_late_the_mail(council: Council) -> None:
    audit = finalised_audit(council, grade="inadequate")
    Action.objects.filter(audit=audit, number=1).update(due_on=date(2027, 4, 5))
    Audit.objects.filter(pk=audit.pk).update(finalised_at=at(date(2027, 3, 29)))
    [text] = [text for person, text in weekly.summaries(TUESDAY) if person == council.manager]
    assert (text.coming, text.final) == ("", "")
    assert text.late == f"1 ({audit.ref}-2, Niamh Okonkwo, by Wed 16 Dec)"


def test_what_is_due_today_is_told_today_and_with_nobody_where_nobody_owes_it(council: Council) -> None:
    audit = finalised_audit(council, grade="good")
    audit.keyworker = audit.responsible_manager = audit.case.team = audit.team = None
    vars(audit).update(talked=False, filed=None)
    text = month_text(audit, TODAY, TODAY)
    assert text.words()[0] == f"Due today, with nobody at present: what follows audit {audit.ref}"
    assert text.goes_at_once(TODAY)
    assert not text.goes_at_once(date(2026, 11, 24))
