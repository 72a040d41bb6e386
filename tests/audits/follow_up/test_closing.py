"""After the meeting: supervision, the file, the chronology, and closing once nothing is missing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from audits.follow_up import closing
from audits.models import Audit
from people import trail
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused, allows
from standards.grades import Grade
from tests.escalation.build import agreed_audit, finalised_audit
from tests.escalation.walk import LATER, all_done, told
from tests.factories import MET, Council


@pytest.fixture
def audit(council: Council) -> Audit:
    return finalised_audit(council, grade=Grade.GOOD)


@pytest.mark.parametrize("who", ["keyworker", "manager"])
def test_worker_or_manager_records_the_supervision(audit: Audit, council: Council, who: str) -> None:
    by = getattr(council, who)
    kept = closing.record_supervision(audit, by=by, at=LATER, on=date(2026, 11, 17), discussed=" What the move meant. ")
    assert (kept.on, kept.discussed, kept.recorded_by) == (date(2026, 11, 17), "What the move meant.", by)
    with pytest.raises(NotNow, match="recorded already"):
        closing.record_supervision(audit, by=by, at=LATER, on=date(2026, 11, 17), discussed="What the move meant.")


@pytest.mark.parametrize(
    ("on", "words"), [(date(2026, 11, 15), "before the audit’s meeting"), (date(2026, 11, 19), "not come yet")]
)
def test_its_day_lies_between_the_meeting_and_today(audit: Audit, council: Council, on: date, words: str) -> None:
    with pytest.raises(Refused, match=words):
        closing.record_supervision(audit, by=council.manager, at=LATER, on=on, discussed="Read together.")
    for edge in (MET.date(), LATER.date()):
        closing.record_supervision(audit, by=council.manager, at=LATER, on=edge, discussed="Read together.")


def test_qa_and_other_lines_write_nothing_on_the_file(audit: Audit, council: Council) -> None:
    for by in (council.qa_officer, council.auditor, council.other_manager, council.head_of_service):
        with pytest.raises(NotAllowed):
            closing.record_supervision(audit, by=by, at=LATER, on=LATER.date(), discussed="Read together.")
        with pytest.raises(NotAllowed):
            closing.confirm_on_file(audit, by=by, at=LATER, on=LATER.date())
        with pytest.raises(NotAllowed):
            closing.put_in_chronology(audit, by=by, at=LATER)


def test_the_entry_on_the_file_is_ticked_once_by_name_and_date(audit: Audit, council: Council) -> None:
    audit = closing.confirm_on_file(audit, by=council.keyworker, at=LATER, on=date(2026, 11, 17))
    assert (audit.on_file_on, audit.on_file_by, audit.on_file_at) == (date(2026, 11, 17), council.keyworker, LATER)
    with pytest.raises(NotNow, match="Niamh Okonkwo said so already"):
        closing.confirm_on_file(audit, by=council.manager, at=LATER, on=date(2026, 11, 18))


def test_where_it_belongs_in_the_chronology_it_waits_for_that(audit: Audit, council: Council) -> None:
    closing.say_chronology(audit, by=council.qa_officer, at=LATER, needed=True)
    audit.refresh_from_db()
    assert "It is not in the management chronology yet." in closing.missing_for_closing(audit)
    audit = closing.put_in_chronology(audit, by=council.manager, at=LATER)
    assert audit.in_chronology_by == council.manager
    with pytest.raises(NotNow):
        closing.say_chronology(audit, by=council.manager, at=LATER, needed=False)
    with pytest.raises(NotNow):
        closing.put_in_chronology(audit, by=council.manager, at=LATER)


def test_the_qa_officer_closes_once_nothing_is_missing(audit: Audit, council: Council) -> None:
    with pytest.raises(NotNow, match="No supervision is recorded"):
        closing.close_audit(audit, by=council.qa_officer, at=LATER)
    all_done(audit)
    assert not allows(closing.check_close_audit, audit, by=council.manager)
    with pytest.raises(NotAllowed, match="The QA Officer closes"):
        closing.close_audit(audit, by=council.manager, at=LATER)
    audit = closing.close_audit(audit, by=council.qa_officer, at=LATER)
    assert (audit.state, audit.closed_by) == (Audit.State.CLOSED, council.qa_officer)
    assert told(f"{audit.ref}:closed") == {"Niamh Okonkwo", "Tomasz Adeyemi", "Devinder Halloran"}
    assert [entry.act for entry in trail.entries_about(audit)][-1] == "audit.closed"
    with pytest.raises(NotNow, match="closed"):
        closing.close_audit(audit, by=council.qa_officer, at=LATER)
    with pytest.raises(NotNow, match="closed"):
        closing.record_supervision(audit, by=council.manager, at=LATER, on=LATER.date(), discussed="More.")


def test_what_is_missing_is_said_in_full(council: Council) -> None:
    audit = finalised_audit(council, grade=Grade.REQUIRES_IMPROVEMENT)
    assert closing.missing_for_closing(audit) == [
        "2 actions are still to do.",
        "No supervision is recorded.",
        "“Audit Action Plan – November” is not on the case file yet.",
        "An escalation is still open.",
    ]
    all_done(audit)
    audit.refresh_from_db()
    assert closing.undone(audit) == []
    assert closing.missing_for_closing(audit) == ["2 actions wait to be checked.", "An escalation is still open."]
    with pytest.raises(NotNow, match="An escalation is still open"):
        closing.close_audit(audit, by=council.qa_officer, at=LATER)


def test_nothing_follows_an_audit_that_is_not_final(council: Council) -> None:
    audit = agreed_audit(council, grade=Grade.GOOD)
    with pytest.raises(NotNow, match="waiting for signatures"):
        closing.confirm_on_file(audit, by=council.keyworker, at=MET + timedelta(days=1), on=MET.date())
    assert not closing.can_follow_up(audit, by=council.keyworker)
