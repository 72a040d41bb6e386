"""Giving an audit by hand, by the same rules; the year's shares; and what came back to the QA Officer."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.test import Client

from audits.allocation import auditors, reassign, returns
from audits.draw import draws
from audits.models import Audit, Capacity, Conflict
from people.models import Notice, TrailEntry, User
from people.roles import Role
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused
from tests.audits.meeting.pages import at_most
from tests.conftest import NOW, TODAY
from tests.factories import (
    MET,
    CaseFactory,
    Council,
    UserFactory,
    allocated_audit,
    booked_audit,
    finalised_audit,
    open_audit,
)

pytestmark = pytest.mark.django_db
DECEMBER = date(2026, 12, 1)


def test_it_is_given_with_a_reason_and_only_to_whom_the_rules_let(council: Council) -> None:
    audit = booked_audit(council)
    free = UserFactory.create(name="Wren Kaya", roles=(Role.AUDITOR,))
    other, near = council.other_auditor, UserFactory.create(name="Ana Near", roles=(Role.AUDITOR,), team=council.north)
    Conflict.objects.create(
        case=audit.case, auditor=other, reason="A cousin", declared_at=NOW, declared_by=council.qa_officer
    )
    full = UserFactory.create(name="Bo Full", roles=(Role.AUDITOR,))
    auditors.set_capacity(full, a_month=0, why="On a course", by=council.qa_officer, at=NOW)
    found = {one.auditor: one.why_not for one in reassign.reassign_choices(audit, on=TODAY)}
    assert found == {
        free: "",
        near: "in the keyworker’s team",
        other: "declared a conflict",
        full: "full this month",
    }

    def to(person: User, why: str = "She knows the family court", by: User = council.qa_officer) -> Audit:
        return reassign.reassign_auditor(audit, auditor=person, why=why, by=by, at=NOW)

    for person, says in ((near, "keyworker’s team"), (other, "conflict"), (full, "full"), (council.auditor, "list")):
        with pytest.raises(Refused, match=says):
            to(person)
    with pytest.raises(Refused, match="Say why"):
        to(free, why=" ")
    with pytest.raises(NotAllowed):
        to(free, by=council.head_of_service)
    assert Audit.objects.get().auditor == council.auditor
    given = to(free)
    assert (given.auditor, given.state, given.meets) == (free, "allocated", None)
    assert Notice.objects.filter(to=council.auditor, subject=f"You no longer audit {audit.ref}").exists()
    assert Notice.objects.filter(to=free, subject__contains="is yours").exists()
    assert TrailEntry.objects.get(act="audit.given").why == "She knows the family court"
    met = open_audit(council, number=2, case=CaseFactory.create(keyworker=council.other_keyworker))
    with pytest.raises(NotNow):
        reassign.reassign_auditor(met, auditor=free, why="Too late", by=council.qa_officer, at=NOW)


def test_capacity_of_one_auditor_is_what_the_draw_goes_by(council: Council) -> None:
    for _ in range(8):
        CaseFactory.create(keyworker=council.keyworker)
    auditors.set_capacity(council.auditor, a_month=4, why="Full time on audits", by=council.qa_officer, at=NOW)
    auditors.set_capacity(council.other_auditor, a_month=0, why="Leaving", by=council.qa_officer, at=NOW)
    draws.run(month=DECEMBER, size=6, by=council.qa_officer, at=NOW)
    assert Audit.objects.filter(auditor=council.auditor).count() == 4
    assert not Audit.objects.filter(auditor=council.other_auditor).exists()
    auditors.set_capacity(council.auditor, a_month=None, why="As before", by=council.qa_officer, at=NOW)
    assert not Capacity.objects.filter(user=council.auditor).exists()
    for wrong in ({"a_month": 21, "why": "x"}, {"a_month": -1, "why": "x"}, {"a_month": 1, "why": ""}):
        with pytest.raises(Refused):
            auditors.set_capacity(council.auditor, **wrong, by=council.qa_officer, at=NOW)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        auditors.set_capacity(council.auditor, a_month=1, why="x", by=council.auditor, at=NOW)


def test_the_year_s_shares_and_the_month_s_returns(council: Council) -> None:
    assert returns.due_on(date(2026, 10, 1)) == date(2026, 10, 30)
    assert returns.due_on(date(2026, 5, 1)) == date(2026, 5, 29)
    finalised_audit(council, number=1, at=MET)
    waiting = allocated_audit(council, number=2, case=CaseFactory.create(keyworker=council.keyworker))
    gone = allocated_audit(council, number=3, case=CaseFactory.create(keyworker=council.keyworker))
    Audit.objects.filter(pk=gone.pk).update(state="withdrawn", ended_why="x", ended_at=NOW, ended_by=council.qa_officer)
    november = date(2026, 11, 1)
    now, later = returns.returns_of_month(november, on=TODAY), returns.returns_of_month(november, on=date(2026, 12, 2))
    assert [(row.audit.number, row.words) for row in now] == [
        (2, "Still to come"),
        (1, "Came back"),
        (3, "Withdrawn"),
    ]
    assert (later[0].audit.number, later[0].words, later[0].days_left) == (2, "Late", -2)
    assert [(one["number"], one["text"]) for one in returns.returns_counts(later)] == [
        (1, "late"),
        (1, "came back"),
        (1, "withdrawn"),
    ]
    Audit.objects.filter(pk=waiting.pk).update(month=date(2026, 10, 1))
    fair = returns.fairness(on=TODAY)
    shares = {share.auditor: (share.given, share.done, share.late) for share in fair.shares}
    assert shares == {council.auditor: (2, 1, 1), council.other_auditor: (0, 0, 0)}
    assert (fair.average, fair.spread, fair.rows[0][1:]) == (1.0, 2, (1.0, 100))


def test_the_pages(client: Client, council: Council, settings: Any) -> None:
    settings.TODAY = TODAY
    audit = allocated_audit(council)
    free = UserFactory.create(name="Wren Kaya", roles=(Role.AUDITOR,))
    client.force_login(council.qa_officer)
    assert f"/audits/{audit.ref}/give/" in client.get(f"/audits/{audit.ref}/").content.decode()
    page = f"/audits/{audit.ref}/give/"
    assert "Wren Kaya" in client.get(page).content.decode()
    wrong = client.post(page, {"auditor": free.pk, "why": ""})
    assert (wrong.status_code, "Say why it goes" in wrong.content.decode()) == (422, True)
    assert client.post(page, {"auditor": free.pk, "why": "Asked for"}).status_code == 302
    with at_most(8):
        shown = client.get("/draws/returns/?month=2026-11").content.decode()
    assert audit.ref in shown
    book = b"".join(client.get("/draws/returns/returns.xlsx?month=2026-11"))  # type: ignore[arg-type]
    sheet = openpyxl.load_workbook(io.BytesIO(book)).active
    assert [cell.value for cell in sheet[2]][:2] == [audit.ref, "Wren Kaya"]
    assert "No audit in this month" in client.get("/draws/returns/?month=2026-12").content.decode()
    with at_most(8):
        shares = " ".join(client.get("/draws/shares/").content.decode().split())
    assert "On average 0.3 each, and 1 between" in shares
    assert client.post("/draws/auditors/capacity/", {"who": free.pk, "a_month": "x", "why": ""}).status_code == 422
    set_to = client.post("/draws/auditors/capacity/", {"who": free.pk, "a_month": "1", "why": "Part-time"}, follow=True)
    assert "At most 1 a month" in set_to.content.decode()
    client.force_login(council.manager)
    assert {client.get(one).status_code for one in ("/draws/returns/", "/draws/shares/", page)} == {403}
