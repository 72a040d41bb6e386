"""The trail as a page: the QA Team reads all of it, an administrator sign-ins and role changes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.test import Client

from people import trail
from people.models import User
from tests.conftest import NOW
from tests.factories import Council, booked_audit, open_audit


def of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def shown(client: Client, query: str = "") -> list[str]:
    answer = client.get(f"/history/{query}")
    assert answer.status_code == 200
    return [entry.act for entry in answer.context["page"]]


def sign_in_entries(council: Council, count: int) -> None:
    with trail.acting(by=council.staff, at=NOW) as act:
        for _ in range(count):
            act.add("user.signed_in", council.staff)


def test_the_latest_comes_first_and_each_leads_to_its_page(council: Council) -> None:
    audit = open_audit(council)
    qa = of(council.qa_officer)
    assert shown(qa)[:2] == ["audit.opened", "audit.booked"]
    page = qa.get("/history/").content.decode()
    assert f'href="/audits/{audit.ref}/"' in page
    assert "Audit opened" in page
    assert "Booked to In meeting" in page


def test_it_is_narrowed_down_to_a_record_with_its_parts_and_to_a_person(council: Council) -> None:
    booked_audit(council, number=1)
    audit = booked_audit(council, number=2)
    sign_in_entries(council, 1)
    qa = of(council.qa_officer)
    assert shown(qa, f"?ref={audit.ref}") == ["audit.booked"]
    assert shown(qa, f"?ref={audit.ref.lower()}") == ["audit.booked"]
    assert shown(qa, "?person=tierney") == ["user.signed_in"]
    assert shown(qa, f"?person={council.auditor.email}") == ["audit.booked", "audit.booked"]
    assert "Nothing fits." in qa.get("/history/?ref=QC-9999").content.decode()


def test_a_cases_number_is_not_looked_for_here_so_that_it_stands_in_no_address(council: Council) -> None:
    answer = of(council.qa_officer).get(f"/history/?ref={council.case.person_id}")
    assert answer.status_code == 422
    assert "does not go into an address" in answer.content.decode()


def test_an_administrator_reads_sign_ins_and_role_changes_alone(council: Council) -> None:
    audit = booked_audit(council)
    sign_in_entries(council, 1)
    admin = of(council.administrator)
    assert shown(admin) == ["user.signed_in"]
    assert shown(admin, f"?ref={audit.ref}") == []
    assert audit.ref not in admin.get("/history/").content.decode()


def test_nobody_else_reads_the_trail(council: Council) -> None:
    for user in (council.auditor, council.keyworker, council.manager, council.head_of_service, council.staff):
        assert of(user).get("/history/").status_code == 403


def test_there_are_50_a_page_and_as_many_queries_as_for_one(
    council: Council, django_assert_max_num_queries: Any
) -> None:
    qa = of(council.qa_officer)
    sign_in_entries(council, 1)
    shown(qa)  # the first of an hour writes down that the list was opened
    with django_assert_max_num_queries(6):
        assert len(shown(qa)) == 1
    sign_in_entries(council, 60)
    with django_assert_max_num_queries(6):
        assert len(shown(qa)) == 50
    assert len(shown(qa, "?page=2")) == 11


def test_the_moment_is_londons(council: Council) -> None:
    with trail.acting(by=council.staff, at=NOW.replace(month=7) + timedelta(minutes=5)) as act:
        act.add("user.signed_in", council.staff)
    assert "11:05" in of(council.qa_officer).get("/history/").content.decode()
