"""Audits that have not met yet follow the extracts; those that have do not."""

from __future__ import annotations

import pytest

from audits import booking, register
from people import trail
from people.models import Notice, User
from tests.audits.extracts import DECEMBER, NOVEMBER, bring, line
from tests.conftest import NOW
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


def test_a_new_keyworker_is_told_and_prepares_the_file_anew(council: Council) -> None:
    audit = booked_audit(council)
    booking.prepare(audit, by=council.keyworker, at=NOW)
    handed_on(council, council.other_keyworker)
    audit.refresh_from_db()
    assert (audit.prepared_at, audit.prepared_by) == (None, None)
    assert Notice.objects.filter(to=council.other_keyworker, key__startswith=f"{audit.ref}:keyworker").count() == 1
    assert not Notice.objects.filter(to=council.auditor, key__contains=":keyworker:").exists()
    booking.prepare(audit, by=council.other_keyworker, at=NOW)


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
    done = register.import_file(kind="staff", data=only, name="staff.csv", as_at=NOVEMBER, by=None, at=NOW)
    audit.refresh_from_db()
    assert done.counts["left"] == 1
    assert (audit.state, audit.auditor == council.auditor, audit.meets) == ("allocated", False, None)
