"""Two signatures over exactly what was shown; the second makes it final."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from audits.follow_up import actions, case_note
from audits.meeting import lifecycle
from audits.models import Audit, Note
from audits.plan import deadlines
from audits.record import signed_content, signing
from people import trail
from people.models import Notice, TrailEntry
from people.roles import Role
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused, Stale
from reporting.periods import parse
from reporting.sections.contents import work_out
from standards.grades import Grade
from tests.factories import MET, Council, agreed_audit, finalised_audit


def test_the_second_signature_makes_it_final_and_everyone_is_told(council: Council) -> None:
    audit = agreed_audit(council, grade=Grade.GOOD)
    assert audit.met_on == date(2026, 11, 16)
    audit = signing.sign_record(audit, by=council.keyworker, at=MET, content_hash=audit.content_hash)
    assert audit.state == Audit.State.AGREED
    audit = signing.sign_record(audit, by=council.auditor, at=MET, content_hash=audit.content_hash)
    assert (audit.state, audit.grade, audit.first_grade) == (Audit.State.FINALISED, Grade.GOOD, Grade.GOOD)
    assert audit.responsible_manager == council.manager
    told = Notice.objects.filter(key=f"{audit.ref}:finalised").values_list("to__name", flat=True)
    assert set(told) == {"Tomasz Adeyemi", "Niamh Okonkwo", "Devinder Halloran"}
    assert trail.verify().ok


def test_nobody_signs_twice_or_for_another(council: Council) -> None:
    audit = agreed_audit(council)
    signing.sign_record(audit, by=council.auditor, at=MET, content_hash=audit.content_hash)
    with pytest.raises(NotNow, match="signed this already"):
        signing.sign_record(audit, by=council.auditor, at=MET, content_hash=audit.content_hash)
    with pytest.raises(NotAllowed, match="auditor and keyworker"):
        signing.sign_record(audit, by=council.manager, at=MET, content_hash=audit.content_hash)
    audit.refresh_from_db()
    assert audit.state == Audit.State.AGREED


def test_other_content_than_the_page_showed_is_not_signed(council: Council) -> None:
    audit = agreed_audit(council)
    with pytest.raises(Stale, match="has changed"):
        signing.sign_record(audit, by=council.auditor, at=MET, content_hash="0" * 64)
    Note.objects.filter(audit=audit, slug="s1-works-well").update(text="Slipped in behind their backs.")
    with pytest.raises(Stale, match="has changed"):
        signing.sign_record(audit, by=council.auditor, at=MET, content_hash=audit.content_hash)


def test_reopening_takes_off_a_signature_and_needs_a_reason(council: Council) -> None:
    audit = agreed_audit(council)
    signing.sign_record(audit, by=council.keyworker, at=MET, content_hash=audit.content_hash)
    with pytest.raises(Refused, match="Say why"):
        lifecycle.reopen_meeting(audit, by=council.auditor, at=MET, why=" ")
    audit = lifecycle.reopen_meeting(audit, by=council.auditor, at=MET, why="We forgot the school’s view.")
    assert (audit.state, audit.content_hash) == (Audit.State.IN_MEETING, "")
    assert not audit.signatures.filter(voided_at=None).exists()
    audit = lifecycle.end_meeting(audit, by=council.auditor, at=MET + timedelta(days=1))
    assert audit.met_on == date(2026, 11, 17)


def test_seen_not_agreed_counts_and_keeps_the_workers_words(council: Council) -> None:
    audit = agreed_audit(council)
    with pytest.raises(Refused, match="own words"):
        signing.sign_record(audit, by=council.keyworker, at=MET, content_hash=audit.content_hash, agrees=False)
    with pytest.raises(Refused, match="reopen"):
        signing.sign_record(
            audit, by=council.auditor, at=MET, content_hash=audit.content_hash, agrees=False, words="No."
        )
    signing.sign_record(
        audit, by=council.keyworker, at=MET, content_hash=audit.content_hash, agrees=False, words="Too hard on plans."
    )
    audit = signing.sign_record(audit, by=council.auditor, at=MET, content_hash=audit.content_hash)
    assert audit.state == Audit.State.FINALISED
    assert audit.signatures.get(chair="keyworker").words == "Too hard on plans."


def test_the_head_of_qa_finalises_only_after_two_working_days_and_with_a_reason(council: Council) -> None:
    audit = agreed_audit(council)
    with pytest.raises(NotAllowed):
        signing.finalise_unsigned(audit, by=council.qa_officer, at=MET + timedelta(days=9), why="Left.")
    with pytest.raises(NotNow, match="until Wednesday 18 November"):
        signing.finalise_unsigned(audit, by=council.head_of_qa, at=MET + timedelta(days=2), why="Left.")
    with pytest.raises(Refused, match="Say why"):
        signing.finalise_unsigned(audit, by=council.head_of_qa, at=MET + timedelta(days=3), why="")
    audit = signing.finalise_unsigned(audit, by=council.head_of_qa, at=MET + timedelta(days=3), why="On long leave.")
    assert (audit.state, audit.finalised_why) == (Audit.State.FINALISED, "On long leave.")


def test_what_nobody_agreed_is_not_finalised_either(council: Council) -> None:
    audit = agreed_audit(council)
    Note.objects.filter(audit=audit, slug="s1-works-well").update(text="Slipped in behind their backs.")
    with pytest.raises(Stale, match="has changed"):
        signing.finalise_unsigned(audit, by=council.head_of_qa, at=MET + timedelta(days=3), why="On long leave.")


def test_nobody_finalises_what_they_sit_in_themselves(council: Council) -> None:
    council.head_of_qa.memberships.create(role=Role.AUDITOR, starts_on=date(2026, 1, 1))
    audit = agreed_audit(council, auditor=council.head_of_qa)
    with pytest.raises(NotAllowed, match="outside this audit"):
        signing.finalise_unsigned(audit, by=council.head_of_qa, at=MET + timedelta(days=3), why="On long leave.")


def test_after_the_auditor_or_the_keyworker_left_the_head_of_qa_still_can(council: Council) -> None:
    audit = agreed_audit(council, grade=Grade.INADEQUATE)
    signing.sign_record(audit, by=council.auditor, at=MET, content_hash=audit.content_hash)
    for person in (council.keyworker, council.auditor):
        person.left_on = date(2026, 11, 17)
        person.save()
    audit = signing.finalise_unsigned(audit, by=council.head_of_qa, at=MET + timedelta(days=3), why="They have left.")
    assert audit.state == Audit.State.FINALISED
    told = Notice.objects.filter(key=f"{audit.ref}:finalised").values_list("to__name", flat=True)
    assert list(told) == ["Devinder Halloran"]
    assert {action.owner for action in audit.actions.all()} == {council.manager, council.keyworker}


def test_finalised_late_no_date_falls_before_the_next_working_day_and_counts_from_there(council: Council) -> None:
    late = MET + timedelta(days=8)
    audit = agreed_audit(council, grade=Grade.REQUIRES_IMPROVEMENT)
    for person in (council.auditor, council.keyworker):
        audit = signing.sign_record(audit, by=person, at=late, content_hash=audit.content_hash)
    immediate, supervision = audit.actions.order_by("number")
    assert (immediate.first_due_on, immediate.due_on) == (date(2026, 11, 25), date(2026, 11, 25))
    assert (supervision.first_due_on, supervision.due_on) == (date(2026, 12, 16), date(2026, 12, 16))
    assert (immediate.signed_due_on, supervision.signed_due_on) == (date(2026, 11, 23), None)
    assert signed_content.content_hash_of(audit) == audit.content_hash, "what was signed stays"
    assert (immediate.owner, supervision.owner) == (council.manager, council.keyworker)
    settled = TrailEntry.objects.filter(act="action.settled", ref=immediate.ref)
    assert deadlines.why_due_on(immediate, settled).startswith(
        "No date falls before the next working day after signing"
    )
    actions.complete_action(immediate, by=council.manager, at=late + timedelta(hours=2), evidence="Page 3.", version=1)
    kind = work_out(parse("2026-11"), on=date(2026, 11, 30)).to_json()["actions"]["kinds"][0]
    assert [(one["name"], one["count"]) for one in kind["outcomes"] if one["count"]] == [("Done on time", 1)]


def test_the_case_note_is_ready_once_final(council: Council) -> None:
    audit = agreed_audit(council, grade=Grade.REQUIRES_IMPROVEMENT)
    with pytest.raises(NotNow, match="both have signed"):
        case_note.text(audit)
    for person in (council.auditor, council.keyworker):
        audit = signing.sign_record(audit, by=person, at=MET, content_hash=audit.content_hash)
    note = case_note.text(audit)
    assert note.startswith("Audit Action Plan – November\n")
    assert "The case as a whole was graded Requires improvement." in note
    assert "1. Devinder Halloran, by Monday 23 November 2026: Bring the chronology up to date" in note
    assert "He knows who will come and when." in note


def test_a_final_audit_is_not_changed_any_more(council: Council) -> None:
    audit = finalised_audit(council)
    with pytest.raises(NotNow):
        lifecycle.reopen_meeting(audit, by=council.auditor, at=MET, why="Second thoughts.")
    with pytest.raises(NotNow):
        lifecycle.record_note(audit, by=council.auditor, at=MET, slug="s1-worried", text="More.", version=0)
