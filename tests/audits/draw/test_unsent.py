"""A draw that must not be sent as it was drawn: left unsent with a reason, or drawn again by the Head of QA, or not."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from audits.draw import draws, sending, unsent
from audits.models import Audit, Draw, RedrawRequest
from people.models import Notice, TrailEntry
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused
from tests.audits.plan.plans import DECEMBER
from tests.conftest import NOW, TODAY
from tests.factories import CaseFactory, Council

WHY = "Two of them are brothers, and one meeting would do."


@pytest.fixture(autouse=True)
def fixed_day(settings: Any) -> None:
    settings.TODAY = TODAY


@pytest.fixture
def drawn(council: Council) -> Draw:
    """Two cases drawn, looked at, not sent."""
    for _ in range(3):
        CaseFactory.create(keyworker=council.keyworker)
    return draws.run(month=DECEMBER, size=2, by=council.qa_officer, at=NOW, send=False)


def page_of(person: Any, address: str) -> str:
    client = Client()
    client.force_login(person)
    return client.get(address).content.decode()


def test_it_is_left_unsent_with_a_reason_and_nobody_hears_of_it(council: Council, drawn: Draw) -> None:
    client, page = Client(), f"/draws/{drawn.ref}/"
    client.force_login(council.qa_officer)
    assert "Leave it unsent, with a reason" in client.get(page).content.decode()
    assert "Send the draw DRAW-2612" in client.get("/").content.decode()
    assert client.post(f"{page}leave/", {"why": " "}).status_code == 422
    shown = client.post(f"{page}leave/", {"why": WHY}, follow=True).content.decode()
    assert WHY in shown
    assert "Send to" not in shown
    assert set(Audit.objects.values_list("state", "ended_why")) == {
        ("withdrawn", f"DRAW-2612 was left unsent: {WHY}"),
    }
    assert Notice.objects.count() == 0
    assert TrailEntry.objects.get(act="draw.left_unsent").why == WHY
    assert "DRAW-2612" not in client.get("/").content.decode(), "nothing asks to send it any more"
    with pytest.raises(NotNow, match="left unsent"):
        sending.send_draw(drawn, note="", by=council.qa_officer, at=NOW)
    with pytest.raises(NotNow, match="drawn already"):
        draws.run(month=DECEMBER, size=2, by=council.qa_officer, at=NOW)
    again = draws.redraw(drawn, size=2, why="The brothers are one case now.", by=council.head_of_qa, at=NOW)
    assert again.ref == "DRAW-2612-2"


def test_the_head_of_qa_is_asked_sees_it_and_draws_again(council: Council, drawn: Draw) -> None:
    client, page = Client(), f"/draws/{drawn.ref}/"
    client.force_login(council.qa_officer)
    assert client.post(f"{page}ask-again/", {"why": "It has case 700001."}).status_code == 422
    assert client.post(f"{page}ask-again/", {"why": WHY}).status_code == 302
    notice = Notice.objects.get()
    assert (notice.to, notice.link) == (council.head_of_qa, page)
    assert WHY in notice.body
    for rule in (sending.check_send, unsent.check_leave_unsent, unsent.check_ask_redraw):
        with pytest.raises(NotNow, match="Wait for the answer"):
            rule(drawn, by=council.qa_officer)
    work = page_of(council.qa_officer, "/")
    assert "Answer whether DRAW-2612 is drawn again" in work
    assert "Send the draw" not in work
    assert "Draw DRAW-2612 again, or say why not" in page_of(council.head_of_qa, "/")
    assert WHY in page_of(council.head_of_qa, page)
    head = Client()
    head.force_login(council.head_of_qa)
    made = head.post(f"{page}again/", {"size": "2", "why": "Agreed: draw again."})
    assert made["Location"] == "/draws/DRAW-2612-2/"
    request = RedrawRequest.objects.get()
    assert (request.answer, request.answer_why, request.answered_by) == (
        "redrawn",
        "Agreed: draw again.",
        council.head_of_qa,
    )
    told = Notice.objects.get(to=council.qa_officer)
    assert told.subject == "DRAW-2612: drawn again"
    assert "Waits for the Head of QA" not in page_of(council.qa_officer, page)


def test_the_head_of_qa_declines_with_a_reason_and_it_may_be_sent(council: Council, drawn: Draw) -> None:
    with pytest.raises(NotNow, match="yourself"):
        unsent.ask_redraw(drawn, why=WHY, by=council.head_of_qa, at=NOW)
    with pytest.raises(NotNow, match="Nobody waits"):
        unsent.decline_redraw(drawn, why="No.", by=council.head_of_qa, at=NOW)
    unsent.ask_redraw(drawn, why=WHY, by=council.qa_officer, at=NOW)
    with pytest.raises(NotAllowed):
        unsent.decline_redraw(drawn, why="No.", by=council.qa_officer, at=NOW)
    with pytest.raises(Refused, match="Say why it is not drawn again"):
        unsent.decline_redraw(drawn, why=" ", by=council.head_of_qa, at=NOW)
    head = Client()
    head.force_login(council.head_of_qa)
    answered = head.post(f"/draws/{drawn.ref}/decline-again/", {"why": "Chance chose them."}, follow=True)
    assert "Declined by Yusuf Lindqvist" in " ".join(answered.content.decode().split())
    assert Notice.objects.get(to=council.qa_officer).subject == "DRAW-2612: not drawn again"
    assert sending.send_draw(drawn, note="", by=council.qa_officer, at=NOW) == 3
    assert [entry.act for entry in TrailEntry.objects.filter(kind="draw").order_by("seq")] == [
        "draw.run",
        "draw.redraw_asked",
        "draw.redraw_declined",
        "draw.sent",
    ]


def test_the_command_sends_what_it_draws_unless_it_is_to_be_looked_at(council: Council) -> None:
    CaseFactory.create(keyworker=council.keyworker)
    for words, sent in ((["--unsent"], False), ([], True)):
        out = StringIO()
        month = "2027-01" if sent else "2026-12"
        call_command("draw", "--month", month, "--size", "1", *words, "--json", stdout=out)
        assert json.loads(out.getvalue())["sent"] is sent
        assert Notice.objects.exists() is sent
