"""Leaving a case out of draws: by the Head of QA, for a reason, until a day."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from audits.draw import exemption, frame
from audits.models import Exemption
from people.models import TrailEntry
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused
from tests.conftest import NOW, TODAY
from tests.factories import Council

FRIDAY = TODAY + timedelta(days=4)


def test_a_case_left_out_is_counted_as_exempt_until_its_last_day(council: Council) -> None:
    made = exemption.exempt_case(council.case, reason="A court case.", ends_on=FRIDAY, by=council.head_of_qa, at=NOW)
    assert frame.taken_out(council.case, on=FRIDAY) == "exempt"
    assert frame.taken_out(council.case, on=FRIDAY + timedelta(days=1)) == ""
    assert exemption.exemption_of(council.case, on=TODAY) == made
    assert TrailEntry.objects.get().act == "case.exempted"


def test_it_ends_when_the_head_of_qa_says_so(council: Council) -> None:
    exemption.exempt_case(council.case, reason="A court case.", ends_on=FRIDAY, by=council.head_of_qa, at=NOW)
    exemption.end_exemption(council.case, by=council.head_of_qa, at=NOW)
    assert frame.taken_out(council.case, on=TODAY) == ""
    with pytest.raises(NotNow, match="not left out"):
        exemption.end_exemption(council.case, by=council.head_of_qa, at=NOW)


def test_what_is_refused(council: Council) -> None:
    with pytest.raises(NotAllowed, match="Only the Head of QA"):
        exemption.exempt_case(council.case, reason="A court case.", ends_on=FRIDAY, by=council.qa_officer, at=NOW)
    with pytest.raises(Refused, match="Say why"):
        exemption.exempt_case(council.case, reason=" ", ends_on=FRIDAY, by=council.head_of_qa, at=NOW)
    with pytest.raises(Refused, match="has passed"):
        exemption.exempt_case(
            council.case, reason="A court case.", ends_on=TODAY - timedelta(days=1), by=council.head_of_qa, at=NOW
        )
    exemption.exempt_case(council.case, reason="A court case.", ends_on=TODAY, by=council.head_of_qa, at=NOW)
    with pytest.raises(NotNow, match="left out already, until 23 November 2026"):
        exemption.exempt_case(council.case, reason="Another.", ends_on=FRIDAY, by=council.head_of_qa, at=NOW)
    with pytest.raises(NotAllowed):
        exemption.end_exemption(council.case, by=council.qa_officer, at=NOW)
    assert Exemption.objects.count() == 1


def test_a_closed_case_needs_no_exemption(council: Council) -> None:
    council.case.closed_on = TODAY
    council.case.save()
    with pytest.raises(NotNow, match="closed"):
        exemption.exempt_case(council.case, reason="A court case.", ends_on=FRIDAY, by=council.head_of_qa, at=NOW)


def test_the_page(client: Client, council: Council) -> None:
    address = f"/register/cases/{council.case.pk}/exempt/"
    filled = {"reason": "A court case.", "ends_on_0": "27", "ends_on_1": "11", "ends_on_2": "2026"}
    with time_machine.travel(NOW, tick=False):
        client.force_login(council.auditor)
        assert client.get(address).status_code == 403
        client.force_login(council.qa_officer)
        assert client.post(address, filled).status_code == 403
        client.force_login(council.head_of_qa)
        assert address in client.get(f"/register/cases/{council.case.pk}/").content.decode()
        assert client.post(address, {**filled, "reason": ""}).status_code == 422
        assert client.post(address, {**filled, "ends_on_2": "2025"}).status_code == 422
        assert client.post(address, filled).status_code == 302
        assert client.post(address, filled).status_code == 409
        assert "Left out until Friday 27 November 2026" in client.get(address).content.decode()
        assert client.post(f"{address}end/").status_code == 302
    assert Exemption.objects.get().ends_on == TODAY - timedelta(days=1)
