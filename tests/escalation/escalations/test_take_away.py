"""The lists of escalations as files to keep: as the page is narrowed, and no more than one may see."""

from __future__ import annotations

import csv
import json
from io import StringIO
from typing import Any

import pytest
from django.test import Client

from escalation.models import Escalation
from people.models import TrailEntry
from standards.grades import Grade
from tests.conftest import NOW, TODAY
from tests.escalation.build import finalised_audit
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


def rows_taken(client: Client, address: str) -> list[dict[str, str]]:
    """The rows of a list that is taken away as CSV."""
    reply = client.get(address)
    assert reply.status_code == 200
    return list(csv.DictReader(StringIO(b"".join(reply).decode("utf-8-sig"))))  # type: ignore[arg-type]
