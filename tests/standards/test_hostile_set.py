"""A set of standards whose every text is a tag, a template's variable and a formula: text wherever it is shown."""

from __future__ import annotations

import io
import json
from datetime import date
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from audits.draw import draws
from audits.meeting import lifecycle
from audits.models import Audit
from standards import standard_sets
from standards.grades import Grade
from tests.audits.meeting.pages import signed_in
from tests.conftest import NOW
from tests.factories import EARLY, Council, auditor_of, fill, keyworker_of, say_why, signed
from tests.standards.invented import invented

EVIL = "=<i id=evil>{{x}}</i>"
WORDS_OF_A_SET = {"title", "short_title", "statement", "question", "heading", "where_to_look", "words", "lead", "text"}


def hostile(value: object, key: str = "") -> object:
    """The same set, with tags and a formula in front of every text of the guide."""
    if isinstance(value, dict):
        return {name: hostile(part, name) for name, part in value.items()}
    if isinstance(value, list):
        return [hostile(part, key) for part in value]
    return f"{EVIL}{value}" if isinstance(value, str) and key in WORDS_OF_A_SET else value


def test_what_a_set_says_is_text_wherever_it_is_shown(
    client: Client, council: Council, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reporting.pdf.render", lambda html: html.encode())
    settings.TODAY = NOW.date()
    standard_sets.load(json.dumps(hostile(invented(5))).encode())
    draw = draws.run(month=date(2026, 11, 1), size=1, by=council.qa_officer, at=NOW)
    audit = Audit.objects.select_related("auditor", "keyworker").get(pick__draw=draw)
    pages = ["/standards/", "/standards/whole/", *(f"/standards/{number}/" for number in range(1, 6))]
    pages += [f"/audits/{audit.ref}/{page}" for page in ("", "prepare/", "pack.pdf")]
    seen = 0
    for person in (auditor_of(audit), keyworker_of(audit), council.qa_officer):
        signed_in(client, person)
        for page in pages:
            shown = client.get(page).content.decode()
            assert "<i id=evil" not in shown, (page, person)
            seen += "&lt;i id=evil&gt;" in shown
    assert seen > 3
    audit = lifecycle.open_meeting(audit, by=auditor_of(audit), at=NOW, why=EARLY)
    fill(audit, grade=Grade.REQUIRES_IMPROVEMENT, at=NOW)
    meeting = f"/audits/{audit.ref}/meeting/"
    steps = ["1", "record", "indicators", "case"]
    signed_in(client, auditor_of(audit))
    parts = [client.get(meeting, {"step": step}).content.decode() for step in steps]
    parts += [client.get(f"/audits/{audit.ref}/{page}").content.decode() for page in ("own/", "meeting/end/")]
    signed(lifecycle.end_meeting(say_why(audit), by=auditor_of(audit), at=NOW), at=NOW)
    parts += [client.get(f"/audits/{audit.ref}/{page}").content.decode() for page in ("", "follow-up/", "history/")]
    signed_in(client, council.qa_officer)
    parts += [client.get(page).content.decode() for page in ("/escalations/", "/actions/", f"/audits/{audit.ref}/")]
    assert [part for part in parts if "<i id=evil" in part] == []
    assert sum("&lt;i id=evil&gt;" in part for part in parts) > 5
    taken = client.get("/audits/audits.xlsx")
    assert taken.status_code == 200
    book = load_workbook(io.BytesIO(b"".join(taken.streaming_content)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if "evil" in str(cell.value)]
    assert [cell.value for cell in cells if cell.data_type == "f" or str(cell.value).startswith("=")] == []
