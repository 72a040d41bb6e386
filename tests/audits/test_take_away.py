"""The lists of audits and of actions as files to keep: as the page is narrowed, and no more than one may see."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from people.models import TrailEntry, User
from standards.grades import Grade
from tests.conftest import TODAY
from tests.escalation.build import add_action, finalised_audit
from tests.factories import CaseFactory, Council, filled_audit


@pytest.fixture(autouse=True)
def on_the_day(settings: Any) -> None:
    settings.TODAY = TODAY


def taken(user: User, page: str, **asked: str) -> list[dict[str, str]]:
    """The rows of a CSV that the person takes away."""
    client = Client()
    client.force_login(user)
    answer = client.get(page, asked)
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))  # type: ignore[arg-type]


def another(council: Council) -> Any:
    return CaseFactory.create(keyworker=council.keyworker)


def test_audits_leave_with_the_grades_that_both_have_signed(council: Council) -> None:
    final = finalised_audit(council, grade=Grade.INADEQUATE)
    live = filled_audit(council, number=2, case=another(council))
    rows = {row["Audit"]: row for row in taken(council.qa_officer, "/audits/audits.csv")}
    assert list(rows[final.ref]) == [
        *("Audit", "Month", "Kind", "Category", "Person number", "Team", "Auditor", "Keyworker", "State", "Meeting"),
        *("Met", "Signed by both", "Case as a whole", "When it was finalised"),
        *(f"Standard {number}" for number in range(1, 8)),
        "Standards",
    ]
    signed = rows[final.ref]
    assert (signed["Kind"], signed["Case as a whole"], signed["Auditor"]) == ("By hand", "Inadequate", "Tomasz Adeyemi")
    assert (signed["Person number"], signed["Month"]) == (final.case.person_id, "2026-11-01")
    assert {rows[live.ref][f"Standard {number}"] for number in range(1, 8)} | {rows[live.ref]["Case as a whole"]} == {
        ""
    }
    assert [row["Audit"] for row in taken(council.qa_officer, "/audits/audits.csv", state="finalised")] == [final.ref]
    assert [row["Audit"] for row in taken(council.manager, "/audits/audits.csv")] == [final.ref]
    assert taken(council.other_manager, "/audits/audits.csv") == []
    kept = TrailEntry.objects.filter(act="audits.exported", by=council.manager).get()
    assert json.loads(kept.content or "") == {"audits": 1, "filter": ""}


def test_actions_leave_as_the_page_is_narrowed(council: Council) -> None:
    audit = finalised_audit(council, grade=Grade.GOOD)
    action = add_action(audit)
    action.what = "=HYPERLINK(1)"
    action.save()
    [row] = taken(council.qa_officer, "/actions/actions.csv")
    assert (row["Audit"], row["Action"], row["What"], row["State"]) == (audit.ref, "1", "'=HYPERLINK(1)", "To do")
    assert (row["Due"], row["Owner"]) == (f"{action.due_on}", str(action.owner))
    assert taken(council.other_manager, "/actions/actions.csv") == []
    client = Client()
    client.force_login(council.qa_officer)
    book = openpyxl.load_workbook(io.BytesIO(b"".join(client.get("/actions/actions.xlsx"))))  # type: ignore[arg-type]
    assert [cell.value for cell in book.active["A"]] == ["Audit", audit.ref]
    page = client.get("/actions/", {"state": "verified"}).content.decode()
    assert "/actions/actions.xlsx" not in page, "nothing to take where nothing fits"
    assert 'href="/actions/actions.xlsx"' in client.get("/actions/").content.decode()


@pytest.mark.parametrize("page", ["/audits/audits.csv", "/actions/actions.csv"])
def test_as_many_questions_of_many_as_of_one(council: Council, page: str) -> None:
    add_action(finalised_audit(council, grade=Grade.GOOD))
    client = Client()
    client.force_login(council.qa_officer)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            list(client.get(page))
        return len(captured)

    few = queries()
    for number in range(2, 8):
        add_action(finalised_audit(council, grade=Grade.GOOD, number=number, case=another(council)))
    assert queries() == few
