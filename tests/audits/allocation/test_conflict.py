"""A conflict is declared, kept, and honoured."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from audits.allocation import conflict
from audits.booking import book as booking_book
from audits.draw import draws
from audits.meeting import lifecycle
from audits.models import Audit, Conflict
from people.models import Notice, TrailEntry, User
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused
from tests.conftest import NOW
from tests.factories import EARLY, Council


@pytest.fixture
def audit(council: Council) -> Audit:
    """An audit of the council's case, given to one of its two auditors."""
    draws.run(month=date(2026, 12, 1), size=1, by=council.qa_officer, at=NOW)
    return Audit.objects.get()


def other_than(audit: Audit, council: Council) -> User:
    return council.other_auditor if audit.auditor == council.auditor else council.auditor


def test_a_declared_conflict_is_kept_and_the_audit_goes_to_another(audit: Audit, council: Council) -> None:
    first, second = audit.auditor, other_than(audit, council)
    assert first is not None
    booking_book.book_meeting(audit, by=first, at=NOW, meets=NOW + timedelta(days=9), place="Room 2")
    conflict.declare_conflict(audit, reason="We were at school together.", by=first, at=NOW)
    audit.refresh_from_db()
    assert (audit.auditor, audit.state, audit.meets, audit.booked_at) == (second, "allocated", None, None)
    kept = Conflict.objects.get()
    assert (kept.case, kept.auditor, kept.declared_by) == (audit.case, first, first)
    assert Notice.objects.filter(to=second, key__startswith=f"{audit.ref}:auditor:").exists()
    assert Notice.objects.filter(to=first, subject=f"You no longer audit {audit.ref}").exists()
    assert [entry.act for entry in TrailEntry.objects.order_by("-seq")[:2]] == ["audit.allocated", "audit.auditor_off"]


def test_when_all_have_a_conflict_the_draw_says_so(audit: Audit, council: Council) -> None:
    for _ in range(2):
        audit.refresh_from_db()
        conflict.declare_conflict(audit, reason="We were at school together.", by=council.keyworker, at=NOW)
    audit.refresh_from_db()
    assert audit.auditor is None
    assert audit.pick is not None
    assert audit.pick.no_auditor_why == "No auditor can take it: 2 declared a conflict."
    with pytest.raises(NotNow, match="no auditor now"):
        conflict.declare_conflict(audit, reason="Again.", by=council.keyworker, at=NOW)


def test_a_conflict_is_declared_by_those_it_concerns_with_a_reason_before_the_meeting(
    audit: Audit, council: Council
) -> None:
    assert audit.auditor is not None
    with pytest.raises(NotAllowed):
        conflict.declare_conflict(audit, reason="I know.", by=other_than(audit, council), at=NOW)
    with pytest.raises(Refused, match="Say in a sentence"):
        conflict.declare_conflict(audit, reason=" ", by=audit.auditor, at=NOW)
    lifecycle.open_meeting(audit, by=audit.auditor, at=NOW, why=EARLY)
    with pytest.raises(NotNow):
        conflict.declare_conflict(audit, reason="I see now.", by=audit.auditor, at=NOW)
    assert not Conflict.objects.exists()


def test_it_is_declared_on_a_page_of_its_own(client: Client, audit: Audit, council: Council) -> None:
    first = audit.auditor
    assert first is not None
    address = f"/audits/{audit.ref}/conflict/"
    for person, status in (
        (council.staff, 403),
        (council.other_keyworker, 404),
        (first, 200),
        (council.qa_officer, 200),
    ):
        client.force_login(person)
        assert client.get(address).status_code == status
    client.force_login(first)
    assert "I should not audit this case" in client.get(f"/audits/{audit.ref}/").content.decode()
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "I know the family."}).status_code == 302
    audit.refresh_from_db()
    assert audit.auditor not in (None, first)
