"""The panel's papers as PDFs: the pack hides grades until the reveal, and both can be read aloud."""

from __future__ import annotations

import io
from typing import Any

import pikepdf
import pytest
from django.http import Http404
from django.test import Client

from audits.panel import minutes as panel_minutes
from reporting.papers import panel_papers
from tests import factories
from tests.audits.panel.panels import SITTING, Sitters, decide, drawn, final, revealed, upheld
from tests.factories import Council


def test_the_pack_hides_grades_until_the_reveal_and_is_each_readers_own(
    client: Client, council: Council, settings: Any
) -> None:
    settings.TODAY = SITTING.date()
    sitters = Sitters.make(council)
    audit = factories.finalised_audit(council)
    held = drawn(council, sitters)
    before = panel_papers.pack_html(sitters.psw, held.ref, at=SITTING)
    assert f"For {sitters.psw}" in before
    assert "Visits are on time." in before
    assert ": Good" not in before
    with pytest.raises(Http404):
        panel_papers.pack_html(council.auditor, held.ref, at=SITTING)
    client.force_login(sitters.psw)
    made = client.get(f"/panel/{held.ref}/pack.pdf")
    assert made["Content-Type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(made.content)) as opened:
        assert opened.Root.MarkInfo.Marked
        assert str(opened.docinfo["/Title"]) == f"Pack of {held.ref}"
    review = revealed(council, sitters, audit)
    assert ": Good" in panel_papers.pack_html(sitters.psw, held.ref, at=SITTING)
    decide(review, upheld(message="Name who saw her."), by=council.head_of_qa)
    panel_minutes.write_summary(held, summary="Clear.", version=1, by=council.head_of_qa, at=SITTING)
    panel_minutes.close_minutes(held, by=council.head_of_qa, at=SITTING)
    with pytest.raises(Http404):
        panel_papers.pack_html(sitters.psw, held.ref, at=SITTING)


def test_the_minutes_say_who_what_and_by_when_and_nothing_of_a_case(
    council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reporting.pdf.render", lambda html: html.encode())
    sitters = Sitters.make(council)
    audit = final(council, 1)
    held = drawn(council, sitters)
    decide(revealed(council, sitters, audit), upheld(message="Name who saw her."), by=council.head_of_qa)
    panel_minutes.ask_qa_action(
        held,
        what="Write a page on it.",
        owner=council.qa_officer,
        due_on=SITTING.date().replace(year=2027),
        by=council.qa_officer,
        at=SITTING,
    )
    paper = panel_papers.panel_minutes_pdf(sitters.psw, held.ref, at=SITTING).decode()
    for words in ("1 upheld, 0 regraded", "Name who saw her.", "Write a page on it.", "Imogen Varga", audit.ref):
        assert words in paper
    assert audit.case.person_id not in paper
