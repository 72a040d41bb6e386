"""Patterns: found by the sweep on the day the number is reached, once; told to those whom they concern; decided."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from audits.models import Audit, Judgement
from escalation import patterns
from escalation.models import Pattern
from escalation.sweep import sweep
from people.models import Notice
from qualitycounts.refusals import NotAllowed, NotNow, Refused
from standards.grades import Grade
from tests.audits.pages import at_most, signed_in, text
from tests.conftest import NOW, TODAY
from tests.escalation.build import finalised_audit
from tests.factories import CaseFactory, Council


@pytest.fixture(autouse=True)
def on_the_day(settings: Any) -> None:
    settings.TODAY = TODAY


def inadequate(council: Council, number: int, **more: Any) -> Audit:
    case = CaseFactory.create(keyworker=more.pop("worker", council.keyworker))
    return finalised_audit(council, grade=Grade.INADEQUATE, number=number, case=case, **more)


def test_two_of_a_team_in_a_quarter_make_one_told_once(council: Council) -> None:
    inadequate(council, 1)
    inadequate(council, 2, worker=council.other_keyworker)
    sweep(on=TODAY, at=NOW)
    assert not Pattern.objects.exists()
    inadequate(council, 3)
    sweep(on=TODAY, at=NOW)
    sweep(on=TODAY + timedelta(days=1), at=NOW)
    pattern = Pattern.objects.get()
    assert (pattern.team, pattern.owner, pattern.due_on) == (council.north, council.head_of_qa, date(2026, 12, 21))
    told = Notice.objects.filter(key=f"{pattern.ref}:found").values_list("to__name", flat=True)
    assert set(told) == {"Yusuf Lindqvist", "Marguerite Osei", "Amara Whitlock"}
    assert [audit.number for audit in patterns.audits_of(pattern)] == [1, 3]
    Audit.objects.filter(number=3).update(grade=Grade.GOOD)
    assert [audit.number for audit in patterns.audits_of(pattern)] == [1]


def test_a_quarter_ends_and_an_audit_before_it_does_not_count(council: Council) -> None:
    inadequate(council, 1)
    audit = inadequate(council, 2)
    Audit.objects.filter(pk=audit.pk).update(finalised_at=NOW - timedelta(days=60))
    sweep(on=TODAY, at=NOW)
    assert not Pattern.objects.exists()
    assert patterns.quarter_of(date(2027, 3, 31)) == date(2027, 1, 1)
    assert patterns.quarter_of(date(2027, 4, 1)) == date(2027, 4, 1)


def test_one_standard_in_three_audits_concerns_every_head_of_service(council: Council) -> None:
    for number in (1, 2, 3):
        audit = finalised_audit(
            council, number=number, case=CaseFactory.create(keyworker=council.keyworker), grade=Grade.GOOD
        )
        standard = audit.standard_set.standards.get(number=4)
        Judgement.objects.create(audit=audit, number=4, standard=standard, state="agreed", grade=Grade.INADEQUATE)
        sweep(on=TODAY, at=NOW)
        assert Pattern.objects.count() == (number == 3)
    pattern = Pattern.objects.get()
    assert (pattern.team, pattern.standard) == (None, 4)
    told = set(Notice.objects.filter(key=f"{pattern.ref}:found").values_list("to__name", flat=True))
    assert {"Marguerite Osei", "Ffion Castellano"} < told
    assert patterns.audits_of(pattern).count() == 3


def test_late_it_climbs_once_a_level(council: Council) -> None:
    inadequate(council, 1)
    inadequate(council, 2)
    sweep(on=TODAY, at=NOW)
    for _ in range(2):
        sweep(on=date(2027, 2, 1), at=NOW)
    late = Notice.objects.filter(key__contains=":late:", subject__contains="is not decided")
    assert sorted(late.values_list("to__name", flat=True)) == [
        "Amara Whitlock",
        "Leona Bhandari",
        "Marguerite Osei",
        "Piotr Hargreaves",
    ]


def test_it_is_decided_by_those_whom_it_concerns_with_a_reason(client: Client, council: Council) -> None:
    inadequate(council, 1)
    inadequate(council, 2)
    sweep(on=TODAY, at=NOW)
    pattern = Pattern.objects.get()
    page = f"/patterns/{pattern.ref}/"
    for who, status in ((council.other_head_of_service, 404), (council.manager, 404), (council.qa_officer, 200)):
        assert signed_in(client, who).get(page).status_code == status
    assert client.post(page, {"decision": "themed", "why": "Chronologies."}).status_code == 403
    assert "Inadequate in North" in text(client.get("/patterns/"))
    with pytest.raises(NotAllowed):
        patterns.decide(pattern, by=council.qa_officer, at=NOW, decision="themed", why="Chronologies.")
    with pytest.raises(Refused, match="Choose"):
        patterns.decide(pattern, by=council.head_of_qa, at=NOW, decision="more", why="Chronologies.")
    signed_in(client, council.head_of_service)
    assert client.post(page, {"decision": "themed", "why": ""}).status_code == 422
    with at_most(14):
        client.get(page)
    assert client.post(page, {"decision": "themed", "why": "Chronologies after a move."}).status_code == 302
    assert "Decided: A themed audit" in text(client.get(page))
    with pytest.raises(NotNow):
        patterns.check_decide(Pattern.objects.get(), by=council.head_of_qa)
