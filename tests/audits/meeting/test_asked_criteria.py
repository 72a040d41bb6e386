"""What is asked of this child: the category decides, a reason brings in more, and progress counts what is asked."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from audits.meeting import asked_criteria, lifecycle
from audits.meeting.desk import build_page
from audits.models import Audit, Mark
from audits.record import clashes, signed_content
from people import trail
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused
from standards.models import Criterion
from tests.audits.meeting.pages import signed_in, text
from tests.factories import MET, CaseFactory, Council, open_audit

WHY = "He was looked after until May."


@pytest.fixture(autouse=True)
def on_the_day(settings: Any) -> None:
    settings.TODAY = MET.date()


@pytest.fixture
def audit(council: Council) -> Audit:
    return open_audit(council)


def point(audit: Audit, code: str) -> int:
    return Criterion.objects.get(section__standard__standard_set=audit.standard_set, code=code).pk


@pytest.mark.parametrize(
    ("category", "asked", "others"),
    [("CIN", {"15"}, {"8", "14"}), ("CLA", {"8", "14", "15"}, set()), ("CL", set(), {"8", "14", "15"})],
)
def test_the_category_decides_what_is_asked(council: Council, category: str, asked: set[str], others: set[str]) -> None:
    audit = open_audit(council, case=CaseFactory.create(keyworker=council.keyworker, category=category))
    desk = build_page(audit, council.auditor, "3")
    numbers = {"8", "14", "15"}
    assert {one.number for one in desk.points} & numbers == asked
    assert {one.number for one in desk.others} == others
    assert desk.sight is not None
    assert desk.sight.asked == len(desk.points) == sum(not one.fits for one in desk.points) + len(desk.points)


def test_a_question_of_other_children_is_marked_only_once_it_is_brought_in_with_a_reason(
    council: Council, audit: Audit
) -> None:
    pk, by = point(audit, "3.8"), council.keyworker
    with pytest.raises(Refused, match="bring it in with a reason"):
        lifecycle.record_mark(audit, by=by, at=MET, criterion=pk, value="partly", seen="", version=0)
    with pytest.raises(Refused, match="Say why"):
        asked_criteria.bring_in_criterion(audit, pk, by=by, at=MET, why=" . ")
    asked = clashes.progress(audit, audit.marks.all())[3]
    hash_before = signed_content.content_hash_of(audit)
    row = asked_criteria.bring_in_criterion(audit, pk, by=by, at=MET, why=WHY)
    assert asked_criteria.bring_in_criterion(audit, pk, by=council.auditor, at=MET, why="Another.").asked_why == WHY
    assert clashes.progress(audit, audit.marks.all())[3] == (asked[0], asked[1] + 1)
    mark = lifecycle.record_mark(audit, by=by, at=MET, criterion=pk, value="partly", seen="", version=row.version)
    assert (mark.value, mark.asked_why) == ("partly", WHY)
    assert clashes.progress(audit, audit.marks.all())[3] == (asked[0] + 1, asked[1] + 1)
    assert signed_content.content_hash_of(audit) != hash_before
    assert ["3.8", "partly", "", WHY] in signed_content.snapshot(audit)["marks"]
    assert [entry.why for entry in trail.entries_about(audit) if entry.act == "question.brought_in"] == [WHY]
    with pytest.raises(NotNow, match="marked already"):
        asked_criteria.leave_out_criterion(audit, pk, by=by, at=MET)
    lifecycle.record_mark(audit, by=by, at=MET, criterion=pk, value="", seen="", version=mark.version)
    asked_criteria.leave_out_criterion(audit, pk, by=by, at=MET)
    assert signed_content.content_hash_of(audit) == hash_before


def test_what_is_no_such_question_is_refused(council: Council, audit: Audit) -> None:
    with pytest.raises(Refused, match="already"):
        asked_criteria.bring_in_criterion(audit, point(audit, "1.1"), by=council.auditor, at=MET, why=WHY)
    with pytest.raises(Refused, match="not a point"):
        asked_criteria.bring_in_criterion(audit, 10**9, by=council.auditor, at=MET, why=WHY)
    with pytest.raises(NotAllowed):
        asked_criteria.bring_in_criterion(audit, point(audit, "3.8"), by=council.qa_officer, at=MET, why=WHY)
    with pytest.raises(NotNow, match="not brought in"):
        asked_criteria.leave_out_criterion(audit, point(audit, "1.1"), by=council.auditor, at=MET)
    assert not Mark.objects.exists()


def test_the_page_offers_them_apart_and_says_why_one_is_here(client: Client, council: Council, audit: Audit) -> None:
    signed_in(client, council.keyworker)
    step, pk = f"/audits/{audit.ref}/meeting/?step=3", point(audit, "3.8")
    page = text(client.get(step))
    assert "2 questions meant for children in other circumstances" in page
    assert f'data-field="c{pk}"' not in page
    send = f"/audits/{audit.ref}/meeting/bring-in/{pk}/"
    assert client.post(send, {"why": "", "step": "3"}).status_code == 422
    assert client.post(send, {"why": WHY, "step": "3"})["Location"] == f"{step}#c{pk}"
    page = text(client.get(step))
    assert f"Asked of this child, too: {WHY}" in page
    assert f'data-field="c{pk}"' in page
    assert "1 question meant for children" in page
    assert client.post(f"/audits/{audit.ref}/meeting/leave-out/{pk}/", {"step": "3"})["Location"] == step
    assert "2 questions meant" in text(client.get(step))
