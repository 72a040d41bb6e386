"""The lists of escalations as files to keep: as the page is narrowed, and no more than one may see."""

from __future__ import annotations

import csv
import json
from datetime import date
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from escalation.models import Escalation, Pattern
from escalation.patterns import patterns
from people.models import TrailEntry
from standards.grades import Grade
from tests.conftest import NOW, TODAY
from tests.escalation.build import finalised_audit
from tests.escalation.concerns.test_concern import WHY, raise_it
from tests.escalation.escalations.test_queue import elsewhere, page_of
from tests.escalation.walk import opened
from tests.factories import Council


@pytest.fixture(autouse=True)
def on_the_day(settings: Any) -> None:
    settings.TODAY = TODAY


@pytest.fixture
def escalation(council: Council) -> Escalation:
    return opened(finalised_audit(council, grade=Grade.INADEQUATE))


def test_each_list_leaves_with_headings_that_stay(client: Client, council: Council, escalation: Escalation) -> None:
    elsewhere(council)
    client.force_login(council.qa_officer)
    both = {row["Reference"] for row in rows_taken(client, "/escalations/queue.csv")}
    assert escalation.ref in both
    assert len(both) == 2
    [row] = rows_taken(client, f"/escalations/queue.csv?show=over&q={escalation.ref}")
    assert list(row) == [
        *("Why it is open", "Reference", "Team", "Step", "Waits for", "What is missing", "Owner gone", "Due"),
        *("First due", "Working days left", "Opened", "Told next", "Told on"),
    ]
    [row] = rows_taken(client, f"/escalations/monitor.csv?q={escalation.ref}")
    assert list(row) == [
        *("Grade", "Reference", "Team", "Next step", "Waits for", "What is missing", "Due", "Working days left"),
        *("Opened", "Last heard of", "Working days silent"),
    ]
    assert (row["Grade"], row["Next step"], row["Working days left"]) == ("Inadequate", "Acknowledge", "-4")
    kept = TrailEntry.objects.filter(act="escalations.exported", by=council.qa_officer)
    assert [json.loads(entry.content or "") for entry in kept] == [
        {"escalations": 2, "filter": ""},
        {"escalations": 1, "filter": f"show=over&q={escalation.ref}"},
        {"escalations": 1, "filter": f"q={escalation.ref}"},
    ]
    Escalation.objects.filter(pk=escalation.pk).update(state="finished", finished=NOW, finished_why="=Done")
    [row] = rows_taken(client, "/escalations/queue.csv?show=finished")
    assert list(row) == ["Why it was open", "Reference", "Team", "Opened", "Finished", "Why it was finished"]
    assert (row["Reference"], row["Why it was finished"]) == (escalation.ref, "'=Done")
    assert "/escalations/queue.csv?show=finished" in page_of(client, council.qa_officer, "/escalations/?show=finished")
    client.force_login(council.manager)
    assert client.get("/escalations/monitor.csv").status_code == 403
    assert rows_taken(client, "/escalations/queue.csv") == []


def test_concerns_leave_without_why_they_were_raised(client: Client, council: Council) -> None:
    audit = finalised_audit(council, grade=Grade.GOOD)
    raised = raise_it(audit, council.keyworker, council.manager)
    client.force_login(council.qa_officer)
    [row] = rows_taken(client, "/concerns/concerns.csv")
    assert list(row) == ["Reference", "Raised", "Team", "Raised by", "Spoken to", "Spoken at", "State", "Made safe"]
    assert (row["Reference"], row["Raised by"], row["State"]) == (raised.ref, str(council.keyworker), "Open")
    assert WHY not in " ".join(row.values())
    assert_taken(client, council, "/concerns/", "concerns", raised.ref)
    client.force_login(council.other_manager)
    assert rows_taken(client, "/concerns/concerns.csv") == []
    assert "concerns.xlsx" not in client.get("/concerns/").content.decode(), "nothing to take where nothing is"


def test_patterns_leave_with_what_was_decided(client: Client, council: Council) -> None:
    pattern = Pattern.objects.create(
        ref="P-1", team=council.north, quarter=date(2026, 10, 1), found=NOW, owner=council.head_of_qa, due_on=TODAY
    )
    client.force_login(council.qa_officer)
    [row] = rows_taken(client, "/patterns/patterns.csv")
    assert list(row) == [
        *("Reference", "Pattern", "Quarter from", "State", "With", "Decide by", "Decision", "Decided"),
        *("Not on the programme yet", "On the programme"),
    ]
    assert (row["Pattern"], row["State"], row["Decision"]) == (f"Inadequate in {council.north}", "To be decided", "")
    assert_taken(client, council, "/patterns/", "patterns", pattern.ref)
    said = {"decision": "themed", "why": "Why so many", "named_why": "Talked with the manager"}
    patterns.decide_pattern(pattern, by=council.head_of_qa, at=NOW, **said)
    [row] = rows_taken(client, "/patterns/patterns.csv")
    assert (row["Decision"], row["Not on the programme yet"]) == ("A themed audit", "Yes")
    client.force_login(council.other_manager)
    assert rows_taken(client, "/patterns/patterns.csv") == []


def assert_taken(client: Client, council: Council, page: str, of: str, ref: str) -> None:
    """The page offers the list as both files, the workbook holds the row, and the trail keeps who took it away."""
    shown = client.get(page).content.decode()
    assert f'href="{page}{of}.xlsx"' in shown
    assert f'href="{page}{of}.csv"' in shown
    book = load_workbook(BytesIO(b"".join(client.get(f"{page}{of}.xlsx"))))  # type: ignore[arg-type]
    assert [cell.value for cell in book.active["A"]] == ["Reference", ref]
    kept = TrailEntry.objects.filter(act=f"{of}.exported", by=council.qa_officer)
    assert [json.loads(entry.content or "") for entry in kept] == [{of: 1, "filter": ""}] * 2


def rows_taken(client: Client, address: str) -> list[dict[str, str]]:
    """The rows of a list that is taken away as CSV."""
    reply = client.get(address)
    assert reply.status_code == 200
    return list(csv.DictReader(StringIO(b"".join(reply).decode("utf-8-sig"))))  # type: ignore[arg-type]
