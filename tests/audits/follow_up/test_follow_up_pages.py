"""The page of what follows an audit: supervision, the file, the chronology, one more action, and closing."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from audits.models import Audit
from people.models import User
from standards.grades import Grade
from tests.conftest import TODAY
from tests.escalation.build import add_action, finalised_audit
from tests.factories import Council


@pytest.fixture(autouse=True)
def on_the_day(settings: Any) -> None:
    settings.TODAY = TODAY


@pytest.fixture
def audit(council: Council) -> Audit:
    return finalised_audit(council, grade=Grade.REQUIRES_IMPROVEMENT)


def signed_in(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_what_follows_an_audit_is_written_on_one_page(client: Client, audit: Audit, council: Council) -> None:
    address = f"/audits/{audit.ref}/follow-up/"
    signed_in(client, council.manager)
    page = text(client.get(address))
    assert "2 actions are still to do." in page
    assert "“Audit Action Plan – November” is not on the file yet." in page
    day = {"on_0": "18", "on_1": "11", "on_2": "2026"}
    refused = client.post(f"{address}supervision/", day)
    assert refused.status_code == 422
    assert 'href="#supervision_discussed"' in text(refused)
    assert client.post(f"{address}supervision/", day | {"discussed": "What the move meant."}).status_code == 302
    assert client.post(f"{address}supervision/", day | {"discussed": "What the move meant."}).status_code == 409
    assert client.post(f"{address}on-file/", {"on_0": "30", "on_1": "11", "on_2": "2026"}).status_code == 422
    assert client.post(f"{address}on-file/", day).status_code == 302
    assert client.post(f"{address}on-file/", day).status_code == 409
    assert client.post(f"{address}chronology/", {}).status_code == 422
    assert client.post(f"{address}chronology/", {"answer": "needed"}).status_code == 302
    assert "It is not in the management chronology yet." in text(client.get(address))
    assert client.post(f"{address}chronology/", {"answer": "entered"}).status_code == 302
    page = text(client.get(address))
    assert "What the move meant." in page
    assert "was put on the file on Wednesday 18 November 2026. Devinder Halloran said so." in page
    assert client.post(f"{address}close/").status_code == 403
    client.force_login(council.qa_officer)
    reply = client.post(f"{address}close/")
    assert reply.status_code == 409
    assert "2 actions are still to do." in text(reply)


def test_the_qa_officer_closes_a_good_audit_there(client: Client, council: Council) -> None:
    audit = finalised_audit(council, grade=Grade.GOOD)
    address = f"/audits/{audit.ref}/follow-up/"
    day = {"on_0": "18", "on_1": "11", "on_2": "2026"}
    signed_in(client, council.keyworker)
    client.post(f"{address}supervision/", day | {"discussed": "Read together."})
    client.post(f"{address}on-file/", day)
    assert "The QA Officer closes it." in text(client.get(address))
    client.force_login(council.qa_officer)
    assert "Close this audit" in text(client.get(address))
    assert client.post(f"{address}close/").status_code == 302
    assert "Amara Whitlock closed it" in text(client.get(address))
    assert client.post(f"{address}close/").status_code == 409


def test_an_action_agreed_in_supervision_is_added_by_the_manager(
    client: Client, audit: Audit, council: Council
) -> None:
    address = f"/audits/{audit.ref}/follow-up/action/"
    assert signed_in(client, council.keyworker).get(address).status_code == 403
    client.force_login(council.manager)
    assert "At the latest Wednesday 23 December 2026" in text(client.get(address))
    data = {
        "what": "Ask the school for its view of his days",
        "measure": "Ongoing",
        "outcome": "His teachers know what helps him",
        "resources": "One telephone call, agreed",
        "part": "worker",
        "due_on_0": "11",
        "due_on_1": "12",
        "due_on_2": "2026",
    }
    refused = client.post(address, data)
    assert refused.status_code == 422
    assert "“Ongoing” cannot be checked" in text(refused)
    data["measure"] = "The school’s letter is on the file"
    assert client.post(address, data).status_code == 302
    assert client.post(address, data).status_code == 409
    assert audit.actions.count() == 3


def test_the_follow_up_asks_the_same_for_one_action_and_for_many(
    client: Client, audit: Audit, council: Council, django_assert_num_queries: Any
) -> None:
    signed_in(client, council.manager)
    with django_assert_num_queries(16, exact=False) as few:
        client.get(f"/audits/{audit.ref}/follow-up/")
    for _ in range(10):
        add_action(audit)
    with django_assert_num_queries(len(few)):
        client.get(f"/audits/{audit.ref}/follow-up/")


def test_managers_see_nothing_of_it_before_it_is_final(client: Client, council: Council) -> None:
    from tests.escalation.build import agreed_audit

    audit = agreed_audit(council, grade=Grade.REQUIRES_IMPROVEMENT)
    signed_in(client, council.manager)
    assert client.get(f"/audits/{audit.ref}/follow-up/").status_code == 404
    assert client.get(f"/actions/{audit.ref}-1/").status_code == 404
    client.force_login(council.keyworker)
    assert "Nothing follows yet." in text(client.get(f"/audits/{audit.ref}/follow-up/"))
    assert client.get(f"/actions/{audit.ref}-2/").status_code == 200
