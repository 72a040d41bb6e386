"""The pages on which QA takes an audit back."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from audits.models import Audit
from tests.audits.meeting.pages import signed_in, text
from tests.factories import MET, Council, finalised_audit, open_audit
from tests.people.handed import confirm


@pytest.fixture(autouse=True)
def on_the_day(settings: Any) -> None:
    settings.TODAY = MET.date()


def test_qa_withdraws_an_audit_under_way_with_a_reason(client: Client, council: Council) -> None:
    audit = open_audit(council)
    address = f"/audits/{audit.ref}/withdraw/"
    signed_in(client, council.qa_officer)
    assert address in text(client.get(f"/audits/{audit.ref}/"))
    assert "Withdraw this audit" in text(client.get(address))
    refused = client.post(address, {"why": " "})
    assert refused.status_code == 422
    assert "Say why the audit is withdrawn." in text(refused)
    assert client.post(address, {"why": "The case closed."})["Location"] == f"/audits/{audit.ref}/"
    page = text(client.get(f"/audits/{audit.ref}/"))
    assert "The case closed." in page
    assert address not in page
    assert client.get(address).status_code == 409
    assert signed_in(client, council.auditor).get(address).status_code == 403
    assert client.get(f"/audits/{audit.ref}/meeting/")["Location"] == f"/audits/{audit.ref}/"


def test_only_the_head_of_qa_declares_a_final_audit_void(client: Client, council: Council) -> None:
    audit = finalised_audit(council, grade="inadequate")
    address = f"/audits/{audit.ref}/void/"
    signed_in(client, council.qa_officer)
    assert address not in text(client.get(f"/audits/{audit.ref}/"))
    assert client.get(address).status_code == 403
    signed_in(client, council.head_of_qa)
    assert address in text(client.get(f"/audits/{audit.ref}/"))
    confirm(client)
    assert "no longer counts in any figure" in text(client.get(address))
    client.post(address, {"why": "The wrong child’s file was read."})
    audit.refresh_from_db()
    assert audit.state == Audit.State.VOIDED
    assert "The wrong child’s file was read." in text(client.get(f"/audits/{audit.ref}/"))
