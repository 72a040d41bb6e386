"""Stepping up: the password again before what few may do, and nothing that was sent is lost on the way."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from people.access import requires
from people.roles import Permission
from people.step_up import confirmed
from qualitycounts import urls
from tests.escalation.build import finalised_audit
from tests.factories import PASSWORD, Council
from tests.people.handed import confirm


@requires(Permission.USE)
@confirmed
def guarded(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{request.method} {request.POST.get('why', '')}")


urlpatterns = [*urls.urlpatterns, path("guarded/", guarded, name="guarded")]

pytestmark = pytest.mark.urls(__name__)


def test_the_password_again_and_what_was_sent_goes_on(client: Client, council: Council, settings: Any) -> None:
    client.force_login(council.head_of_qa)
    asked = client.post("/guarded/", {"why": "The panel saw it."})
    assert (asked.status_code, asked["Location"]) == (302, "/accounts/confirm/?next=%2Fguarded%2F")
    page = client.get(asked["Location"])
    assert "Confirm that it is you" in page.content.decode()
    wrong = client.post(asked["Location"], {"password": "x", "next": "/guarded/"})
    assert wrong.status_code == 422
    assert "That password is not right" in wrong.content.decode()
    done = client.post(asked["Location"], {"password": PASSWORD, "next": "/guarded/"})
    assert done.content.decode() == "POST The panel saw it."
    assert client.get("/guarded/").content.decode() == "GET "


def test_it_lasts_five_minutes_and_ends_with_the_session(client: Client, council: Council, settings: Any) -> None:
    client.force_login(council.head_of_qa)
    assert client.get("/guarded/").status_code == 302
    confirm(client)
    assert client.get("/guarded/").status_code == 200
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    assert client.get("/guarded/").status_code == 302
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
    client.force_login(council.qa_officer)
    assert client.get("/guarded/").status_code == 302


def test_only_the_head_of_qa_confirms_before_ending_a_qa_check(client: Client, council: Council) -> None:
    audit = finalised_audit(council, grade="inadequate")
    page = f"/escalations/{audit.ref}/qa_check/confirm/"
    client.force_login(council.qa_officer)
    assert client.get(page).status_code == 409
    client.force_login(council.head_of_qa)
    assert client.get(page)["Location"].startswith("/accounts/confirm/")
    confirm(client)
    assert client.get(page).status_code == 409


@pytest.mark.parametrize(
    ("who", "sent", "page"),
    [
        ("head_of_qa", "post", "/audits/{ref}/follow-up/close/"),
        ("head_of_qa", "post", "/audits/{ref}/finalise/"),
        ("head_of_qa", "post", "/reports/{ref}/issue/"),
        ("head_of_qa", "get", "/audits/{ref}/void/"),
        ("head_of_qa", "post", "/settings/audits_a_month/change/"),
        ("administrator", "get", "/people/{person}/roles/"),
        ("administrator", "post", "/people/{person}/roles/1/end/"),
        ("assistant_director", "get", "/views/new/"),
        ("executive_director", "post", "/views/new/"),
    ],
)
def test_what_few_may_do_asks_for_the_password_first(
    client: Client, council: Council, who: str, sent: str, page: str
) -> None:
    ref = finalised_audit(council, grade="inadequate").ref
    client.force_login(getattr(council, who))
    address = page.format(ref=ref, person=council.auditor.pk)
    assert getattr(client, sent)(address)["Location"].startswith("/accounts/confirm/")


def test_a_setting_is_read_without_it_and_the_qa_officer_closes_without_it(client: Client, council: Council) -> None:
    client.force_login(council.head_of_qa)
    assert client.get("/settings/audits_a_month/change/").status_code == 200
    client.force_login(council.qa_officer)
    assert client.post(f"/audits/{finalised_audit(council, grade='good').ref}/follow-up/close/").status_code == 409


def test_signed_out_there_is_nothing_to_confirm(client: Client, council: Council) -> None:
    assert client.get("/accounts/confirm/")["Location"].startswith("/accounts/login/")
    assert client.get("/guarded/")["Location"].startswith("/accounts/login/")
