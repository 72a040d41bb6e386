"""Keeping an audit's words beyond the retention schedule: who may, why, and the page."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from audits.record import retention_hold
from people.models import TrailEntry
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused
from tests.conftest import NOW, TODAY
from tests.factories import Council, allocated_audit


def test_only_the_head_of_qa_keeps_an_audit_with_a_reason_and_once(council: Council) -> None:
    audit = allocated_audit(council)
    for other in (council.qa_officer, council.auditor, council.assistant_director):
        with pytest.raises(NotAllowed):
            retention_hold.place_retention_hold(audit, why="A complaint.", by=other, at=NOW)
    with pytest.raises(Refused, match="Say what it is kept for"):
        retention_hold.place_retention_hold(audit, why=" - ", by=council.head_of_qa, at=NOW)
    retention_hold.place_retention_hold(audit, why="The complaint of May.", by=council.head_of_qa, at=NOW)
    with pytest.raises(NotNow, match="kept already"):
        retention_hold.place_retention_hold(audit, why="Another one.", by=council.head_of_qa, at=NOW)
    retention_hold.end_retention_hold(audit, by=council.head_of_qa, at=NOW)
    with pytest.raises(NotNow, match="not kept"):
        retention_hold.end_retention_hold(audit, by=council.head_of_qa, at=NOW)
    assert retention_hold.retention_hold_of(audit) is None
    acts = list(TrailEntry.objects.filter(ref=audit.ref).values_list("act", "why"))
    assert acts == [("audit.kept", "The complaint of May."), ("audit.keeping_ended", "")]


def test_the_page_keeps_it_says_why_and_ends_it(council: Council, client: Client, settings: Any) -> None:
    settings.TODAY = TODAY
    audit = allocated_audit(council)
    client.force_login(council.head_of_qa)
    assert f"/audits/{audit.ref}/keep/" in client.get(f"/audits/{audit.ref}/").content.decode()
    answer = client.post(f"/audits/{audit.ref}/keep/", {"why": ""})
    assert (answer.status_code, retention_hold.retention_hold_of(audit)) == (422, None)
    assert client.post(f"/audits/{audit.ref}/keep/", {"why": "The inquiry."}).status_code == 302
    assert "The inquiry." in client.get(f"/audits/{audit.ref}/keep/").content.decode()
    assert client.post(f"/audits/{audit.ref}/keep/", {"why": "Again."}).status_code == 409
    assert client.post(f"/audits/{audit.ref}/keep/end/").status_code == 302
    assert retention_hold.retention_hold_of(audit) is None
    client.force_login(council.qa_officer)
    assert client.get(f"/audits/{audit.ref}/keep/").status_code == 403
    assert "/keep/" not in client.get(f"/audits/{audit.ref}/").content.decode()
