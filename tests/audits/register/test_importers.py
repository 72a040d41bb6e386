"""An administrator imports the staff list by its page, so that an empty council can begin, and never a case list."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from audits.models import Import
from audits.register import extracts
from audits.register.mapping.kept import kinds_for
from people.models import User, WaitingRole
from people.roles import Role
from tests.conftest import FIXTURES, NOW, TODAY
from tests.factories import Council, UserFactory

pytestmark = pytest.mark.django_db
STAFF, CASES = FIXTURES / "2026-11" / "staff.csv", FIXTURES / "2026-11" / "cases.csv"


@pytest.fixture(autouse=True)
def fixed_day(settings: Any) -> None:
    settings.TODAY = TODAY


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def hand_over(client: Client, kind: str, path: Any) -> Any:
    file = SimpleUploadedFile(path.name, path.read_bytes())
    day = {"as_at_0": "23", "as_at_1": "11", "as_at_2": "2026"}
    return client.post("/register/import/", {"kind": kind, "file": file, **day})


def test_in_an_empty_council_the_administrator_brings_the_staff_list_in_by_page(v7: object) -> None:
    boss = UserFactory.create(roles=(Role.ADMINISTRATOR,))
    client = client_of(boss)
    text = client.get("/register/import/").content.decode()
    assert "Staff" in text
    assert ">Cases<" not in text
    looked_at = hand_over(client, "staff", STAFF)
    assert looked_at.status_code == 302
    assert client.get(looked_at["Location"]).status_code == 200
    assert client.post(f"{looked_at['Location']}apply/").status_code == 302
    assert User.objects.filter(source=User.Source.FILE).count() == 176
    assert WaitingRole.objects.filter(role=Role.QA_OFFICER).exists()


def test_a_case_list_is_not_theirs_to_hand_over_to_see_or_to_apply(council: Council) -> None:
    client = client_of(council.administrator)
    refused = hand_over(client, "cases", CASES)
    assert refused.status_code == 422
    assert "the QA Officer imports the cases" in refused.content.decode()
    theirs = extracts.keep_preview(
        kind="cases", data=CASES.read_bytes(), name="cases.csv", as_at=TODAY, by=council.qa_officer, at=NOW
    )
    address = f"/register/import/{theirs.pk}/"
    assert client.get(address).status_code == 404
    assert client.post(f"{address}apply/").status_code == 404
    assert "cases.csv" not in client.get("/register/import/").content.decode()
    assert client_of(council.qa_officer).get(address).status_code == 200
    assert kinds_for(council.qa_officer) == [Import.Kind.STAFF, Import.Kind.CASES]
    assert kinds_for(council.auditor) == []
    assert client.get("/register/").status_code == 403


def test_a_staff_list_that_names_few_is_theirs_to_cut_to_a_part_to_apply_and_to_take_back(v7: object) -> None:
    client = client_of(UserFactory.create(roles=(Role.ADMINISTRATOR,)))
    client.post(f"{hand_over(client, 'staff', STAFF)['Location']}apply/")
    here = User.objects.filter(source=User.Source.FILE, left_on=None)
    few = SimpleUploadedFile("few.csv", b"\n".join(STAFF.read_bytes().splitlines()[:40]))
    day = {"as_at_0": "23", "as_at_1": "11", "as_at_2": "2026"}
    address = client.post("/register/import/", {"kind": "staff", "file": few, **day})["Location"]
    page = client.get(address).content.decode()
    assert "Why is that right?" in page
    assert client.get(f"{address}closing.csv").status_code == 200
    assert client.post(f"{address}same/", {"kind": "people", "apart": "1"}).status_code == 302
    assert client.post(f"{address}part/", {"part": "teams"}).status_code == 302
    assert "covers" in client.get(address).content.decode()
    assert client.post(f"{address}part/", {"part": "whole"}).status_code == 302
    assert client.post(f"{address}apply/", {"closing": "137", "why": "A trial."}).status_code == 302
    assert here.count() == 39
    assert client.get(f"{address}take-back/").status_code == 200
    client.post(f"{address}take-back/", {"why": "It was a trial."})
    assert here.count() == 176
