"""Pages that grow by the month ask as many questions of many rows as of one."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audits.meeting import lifecycle
from audits.models import Note
from reporting.learning import evidence, learning
from reporting.themes import vocabulary
from tests.conftest import NOW
from tests.factories import Council, open_audit
from tests.reporting.builder import Builder

MOST = 12
MANY = 8


@pytest.fixture(autouse=True)
def on_the_day(settings: Any) -> None:
    settings.TODAY = NOW.date()


def one_more(council: Council, number: int) -> None:
    """One finding from elsewhere, one need, one theme, one tagged note, two picked lines."""
    officer, head, builder = council.qa_officer, council.head_of_qa, Builder(council, number=number * 10)
    finding = evidence.Finding("lado", "2026-27Q2", number % 7 + 1, "worry", f"Thresholds {number}", "Steady.", "23")
    evidence.enter(finding=finding, by=officer, at=NOW)
    need = learning.raise_need(words=f"Direct work {number}", standard=5, by=officer, at=NOW)
    learning.answer_need(need=need, words="A day in May.", by=officer, at=NOW)
    theme = vocabulary.coin(name=f"No measure {number}", side="worried", standard=3, by=officer, at=NOW)
    audit = builder.audit(NOW.date().replace(month=10), grade="good")
    saved = {"saved_at": NOW, "saved_by": council.auditor}
    note = Note.objects.create(audit=audit, slug="s3-worried", text="The plan lists services.", **saved)
    vocabulary.tag(note=note, themes=[theme], by=officer, at=NOW)
    for kind in ("quote", "practice"):
        line = {"line": "The plan lists services.", "words": "A plan.", "speaker": "audit", "standard": 3}
        picked = vocabulary.pick_quotation(note=note, kind=kind, **line, by=officer, at=NOW)
        if kind == "practice":
            vocabulary.settle_quotation(quotation=picked, clear=True, why="", by=head, at=NOW)


def test_each_page_asks_as_many_questions_of_many_rows_as_of_one(council: Council) -> None:
    client, auditor = Client(), Client()
    client.force_login(council.head_of_qa)
    auditor.force_login(council.auditor)
    audit = open_audit(council, at=NOW)
    lifecycle.record_note(audit, by=council.auditor, at=NOW, slug="s3-worried", text="Services.", version=0)
    pages = (
        (client, "/evidence/?quarter=2026-27Q2"),
        (client, "/needs/"),
        (client, "/learning/"),
        (client, "/themes/?month=2026-10"),
        (client, "/themes/vocabulary/"),
        (client, "/themes/quotations/"),
        (auditor, f"/audits/{audit.ref}/themes/3/"),
    )

    def asked() -> dict[str, int]:
        counts = {}
        for who, page in pages:
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert who.get(page).status_code == 200
            counts[page] = len(queries)
        return counts

    one_more(council, 1)
    asked()  # what a first visit alone asks
    of_one = asked()
    for number in range(2, MANY):
        one_more(council, number)
    assert asked() == of_one
    assert max(of_one.values()) <= MOST, of_one
