"""The auditor's pack as a file: tagged, with the case and the guide in it, and for the auditor alone."""

from __future__ import annotations

import io

import pikepdf
import pytest
from django.template.loader import render_to_string
from django.test import Client

from audits.booking import pack
from tests.conftest import TODAY
from tests.factories import EVERY_FACT, CaseFactory, Council, booked_audit


@pytest.mark.once
def test_the_pack_is_a_file_for_the_auditor_alone(client: Client, council: Council) -> None:
    audit = booked_audit(council)
    file = f"/audits/{audit.ref}/pack.pdf"
    client.force_login(council.auditor)
    answer = client.get(file)
    assert answer["Content-Type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(answer.content)) as made:
        assert len(made.pages) > 2
        assert str(made.docinfo["/Title"]) == f"Auditor’s pack, {audit.ref}"
        assert "/StructTreeRoot" in made.Root
    for person, status in ((council.keyworker, 403), (council.qa_officer, 403), (council.other_auditor, 404)):
        client.force_login(person)
        assert client.get(file).status_code == status


@pytest.mark.django_db
def test_what_the_register_knows_is_printed_beside_the_questions(council: Council) -> None:
    case = CaseFactory.create(keyworker=council.keyworker, category="CP", **EVERY_FACT)
    paper = render_to_string("reports/pack.html", pack.auditors(booked_audit(council, case=case)) | {"on": TODAY})
    line = "Last review: 20 October 2026, 27 days before this meeting (register of 1 November 2026)"
    assert paper.count(line) == 3, "2.3, 3.7 and 4.9"
