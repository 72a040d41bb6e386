"""A second worker on a case: as the extract names them, they stand wherever one looks who holds it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.test import Client

from audits.case_system import SECOND_WORKER
from audits.models import Case
from people import council_settings
from tests.audits.meeting.pages import signed_in, text
from tests.audits.register.extracts import bring, case, line
from tests.factories import MET, Council, allocated_audit, finalised_audit

ASA = "PEMBERTON, Asa"


def test_an_extract_may_name_a_second_worker_and_one_without_the_column_leaves_them(council: Council) -> None:
    bring(line("1") | {"Second Worker": ASA}, line("2") | {"Second Worker": ""}, closing=1)
    assert [case(number).second_worker for number in "12"] == [ASA, ""]
    bring(line("1"), line("2"), as_at=date(2026, 11, 20))
    assert case("1").second_worker == ASA
    bring(line("1") | {"Second Worker": ""}, line("2") | {"Second Worker": ""}, as_at=date(2026, 11, 21))
    assert case("1").second_worker == ""


def test_they_are_asked_to_the_meeting_and_stand_in_its_record(client: Client, council: Council, settings: Any) -> None:
    settings.TODAY = MET.date()
    Case.objects.update(second_worker=ASA)
    council_settings.change(
        SECOND_WORKER,
        by=council.head_of_qa,
        at=MET,
        value="Co-worker",
        why="Ours.",
        number=0,
    )
    audit, done = allocated_audit(council, number=2), finalised_audit(council)
    signed_in(client, council.auditor)
    assert f"Ask {ASA} too, who holds the case with them" in text(client.get(f"/audits/{audit.ref}/book/"))
    for address in (f"/audits/{audit.ref}/", f"/audits/{audit.ref}/pack/"):
        page = text(client.get(address))
        assert "Co-worker" in page
        assert ASA in page
    assert f"Co-worker: {ASA}." in done.case_notes.latest("pk").text
    Case.objects.update(second_worker="")
    assert "Co-worker" not in text(client.get(f"/audits/{audit.ref}/"))
