"""Audits that have not met yet follow the extracts; those that have do not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from audits.booking import book as booking_book
from audits.draw import draws
from audits.models import Audit
from audits.register import extracts as register_extracts
from people import trail
from people.models import Notice, User
from tests.audits.meeting.pages import text
from tests.audits.register.extracts import DECEMBER, LATER, NOVEMBER, bring, line
from tests.conftest import NOW, TODAY
from tests.factories import CaseFactory, Council, allocated_audit, booked_audit, open_audit

pytestmark = pytest.mark.django_db


def handed_on(council: Council, to: User) -> None:
    """The council's case changes hands."""
    CaseFactory.create(keyworker=to)
    number = council.case.person_id
    bring(line(number, Category="CP", Worker_Email=to.email, Date_Opened="02/03/2026"), as_at=DECEMBER)


def test_an_audit_that_has_not_met_follows_its_case_and_one_that_has_does_not(council: Council) -> None:
    waiting, met = booked_audit(council, number=1), open_audit(council, number=2)
    handed_on(council, council.other_keyworker)
    waiting.refresh_from_db()
    met.refresh_from_db()
    assert (waiting.keyworker, waiting.auditor, waiting.state) == (council.other_keyworker, council.auditor, "booked")
    assert met.keyworker == council.keyworker
    assert "audit.followed" in [entry.act for entry in trail.entries_about(waiting)]


def test_an_audit_whose_case_only_moved_to_another_team_says_so(
    client: Client, council: Council, settings: Any
) -> None:
    settings.TODAY = TODAY
    bring(line("1"), line("2"))
    draws.run(month=TODAY.replace(month=12, day=1), size=2, by=council.qa_officer, at=NOW)
    audit = Audit.objects.get(case__person_id="1")
    bring(line("1", Team="Court"), line("2"), as_at=DECEMBER, at=LATER)
    audit.refresh_from_db()
    assert (audit.team, audit.keyworker) == (council.court, council.keyworker)
    assert audit.auditor is not None
    meets = LATER + timedelta(days=14)
    booking_book.book_meeting(audit, meets=meets, place="Room 4", by=audit.auditor, at=LATER)
    for who, says in ((audit.auditor, "Court, moved from North"), (audit.keyworker, "the case moved from North")):
        client.force_login(who)
        assert says in text(client.get("/")), who
        assert "The case moved here from North after it was drawn" in text(client.get(f"/audits/{audit.ref}/"))
    assert text(client.get("/")).count("moved from") == 1, "the other case did not move"


def test_a_new_keyworker_is_told_and_prepares_the_file_anew(council: Council) -> None:
    audit = booked_audit(council)
    booking_book.confirm_file_checked(audit, by=council.keyworker, at=NOW)
    handed_on(council, council.other_keyworker)
    audit.refresh_from_db()
    assert (audit.prepared_at, audit.prepared_by) == (None, None)
    assert Notice.objects.filter(to=council.other_keyworker, key__startswith=f"{audit.ref}:keyworker").count() == 1
    assert not Notice.objects.filter(to=council.auditor, key__contains=":keyworker:").exists()
    booking_book.confirm_file_checked(audit, by=council.other_keyworker, at=NOW)


def test_an_auditor_who_is_handed_the_case_is_taken_off(council: Council) -> None:
    audit = allocated_audit(council)
    handed_on(council, council.auditor)
    audit.refresh_from_db()
    assert audit.keyworker == council.auditor
    assert audit.auditor not in (council.auditor, None)
    assert Notice.objects.filter(to=council.auditor, key__contains=":off:").exists()
    assert Notice.objects.filter(to=audit.auditor, key__contains=audit.ref).exists()


def test_an_auditor_who_leaves_is_taken_off_what_has_not_met(council: Council) -> None:
    User.objects.filter(pk=council.auditor.pk).update(source=User.Source.FILE)
    audit = booked_audit(council)
    only = b"Name,Email,Job Title,Service,Team,Line Manager Email\nAda Lark,ada@example.gov.uk,Social Worker,,,\n"
    done = register_extracts.import_file(kind="staff", data=only, name="staff.csv", as_at=NOVEMBER, by=None, at=NOW)
    audit.refresh_from_db()
    assert done.counts["left"] == 1
    assert (audit.state, audit.auditor == council.auditor, audit.meets) == ("allocated", False, None)
