"""A draw in two steps: looked at while nobody knows, then sent with a note; and what other draws ask of its people."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from openpyxl import load_workbook

from audits.access import visible_audits
from audits.draw import draws, recompute, sending
from audits.duties import monthly_duties, owed
from audits.models import Activity, Audit, Case, Draw, Import, Pick
from audits.month.board import board_rows
from people import notices
from people.models import Notice, TrailEntry, User
from people.roles import Role
from qualitycounts.base.refusals import NotNow, Refused
from tests.conftest import NOW, TODAY
from tests.factories import CaseFactory, Council, UserFactory

DECEMBER = date(2026, 12, 1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def cases(council: Council) -> list[Case]:
    """Twelve cases of two workers that could be drawn; auditors enough."""
    UserFactory.create_batch(6, roles=(Role.AUDITOR,))
    return [
        CaseFactory.create(
            person_id=str(700000 + number), keyworker=council.keyworker if number % 2 else council.other_keyworker
        )
        for number in range(12)
    ]


def draw(council: Council, size: int = 4, **more: Any) -> Draw:
    asked = {"month": DECEMBER, "size": size, "by": council.qa_officer, "at": NOW, "seed": "5eed", "send": False}
    return draws.run(**(asked | more))


def seen_by_chairs() -> int:
    """How many audits their own chairs may open."""
    return sum(
        visible_audits(person).filter(pk=audit.pk).exists()
        for audit in Audit.objects.select_related("auditor", "keyworker")
        for person in (audit.auditor, audit.keyworker)
        if person is not None
    )


def test_until_it_is_sent_nobody_is_told_and_neither_chair_sees_it(council: Council, cases: list[Case]) -> None:
    made = draw(council)
    assert (made.sent, Notice.objects.count(), seen_by_chairs()) == (None, 0, 0)
    assert {row.group for row in board_rows(DECEMBER, on=TODAY)} == {"unsent"}
    first = Audit.objects.earliest("number")
    other = Client()
    other.force_login(council.qa_officer)
    assert other.post(f"/draws/{made.ref}/replace/{first.ref}/", {"reason": "not_now", "why": ""}).status_code == 302
    assert Notice.objects.count() == 0, "what changes while it is looked at is told to nobody"
    kept = monthly_duties.read_duties(on=TODAY)
    (unsent,) = [duty for duty in owed.owed_duties(kept, user=None, on=TODAY) if duty.key.startswith("send:")]
    assert (unsent.what, unsent.due_on) == ("Send the draw DRAW-2612", date(2026, 11, 27))
    assert not owed.is_owed(unsent.duty, unsent.month, on=TODAY), "it is sent or drawn again, and never set aside"


def test_it_is_sent_once_with_one_mail_a_person_and_a_note(council: Council, cases: list[Case]) -> None:
    made = draw(council)
    with pytest.raises(Refused, match="could be a child’s number"):
        sending.send_draw(made, note="Case 700001.", by=council.qa_officer, at=NOW)
    told = sending.send_draw(made, note="Rooms are held on Tuesdays.", by=council.qa_officer, at=NOW)
    audits = list(Audit.objects.select_related("auditor", "keyworker"))
    people = {person for audit in audits for person in (audit.auditor, audit.keyworker)}
    assert told == len(people) == Notice.objects.count()
    assert seen_by_chairs() == 2 * len(audits)
    worker = next(audit.keyworker for audit in audits)
    body = Notice.objects.get(to=worker).body
    assert body.startswith("The cases of December 2026 are drawn by chance. Drawn from your own cases: QC-2612-00")
    assert body.endswith("Amara Whitlock adds: Rooms are held on Tuesdays.")
    leads = Notice.objects.get(to=audits[0].auditor).body
    assert f"{audits[0].ref} with {audits[0].keyworker}: please agree a time and book the meeting by Monday 14" in leads
    assert notices.deliver_outbox(at=NOW) == 0, "the mails wait a minute"
    assert notices.deliver_outbox(at=NOW + MINUTE) == told == len(mail.outbox)
    with pytest.raises(NotNow, match="sent already"):
        sending.send_draw(made, note="", by=council.qa_officer, at=NOW)
    with pytest.raises(NotNow, match="The minute is over"):
        sending.take_sending_back(made, by=council.qa_officer, at=NOW + MINUTE)


def test_within_the_minute_it_is_taken_back_and_nobody_knows(council: Council, cases: list[Case]) -> None:
    made = draw(council)
    sending.send_draw(made, note="", by=council.qa_officer, at=NOW)
    sending.take_sending_back(made, by=council.qa_officer, at=NOW + MINUTE / 2)
    assert (Draw.objects.get().sent, Notice.objects.count(), seen_by_chairs()) == (None, 0, 0)
    acts = TrailEntry.objects.filter(act__startswith="draw.s").order_by("seq").values_list("act", flat=True)
    assert list(acts) == ["draw.sent", "draw.sending_taken_back"]


def test_a_worker_in_too_many_is_said_and_spread_and_the_draw_recomputes(council: Council, cases: list[Case]) -> None:
    lone = UserFactory.create(name="Emeka Strand", roles=(Role.KEYWORKER,), team=council.court)
    for number in range(3):
        CaseFactory.create(person_id=str(800000 + number), keyworker=lone, category="CP")
    narrow = {"categories": ["CP"]}
    Case.objects.exclude(keyworker=lone).update(category="CIN")
    first = draw(council, size=2, kind=Activity.Kind.THEMED, title="Neglect", narrow=narrow)
    second = draw(council, size=12)
    picks = list(second.picks.select_related("audit__keyworker"))
    crowded = {row.worker: row for row in sending.crowded_workers(second, picks)}
    mine = Audit.objects.filter(keyworker=lone)
    assert mine.count() == 3
    row = crowded[lone]
    assert (len(row.ours), len(row.others)) == (second.picks.filter(case__keyworker=lone).count(), 2)
    assert first.ref in row.in_words
    client = Client()
    client.force_login(council.qa_officer)
    page = " ".join(client.get(f"/draws/{second.ref}/").content.decode().split())
    assert f"Emeka Strand would sit in 3 audits in December</b>: {row.last.ref} of this draw" in page
    assert row.button in page
    assert client.post(f"/draws/{second.ref}/spread/{row.last.ref}/").status_code == 302
    assert Pick.objects.get(audit=row.last).reason == "spread"
    assert recompute.recount(Draw.objects.get(pk=second.pk)).ok
    assert Notice.objects.count() == 0


@pytest.mark.parametrize(
    ("least", "size", "share", "chance"), [(4, 12, 0.133, 0.06), (0, 12, 0.2, 1.0), (2, 2, 0.5, 0.25)]
)
@pytest.mark.once
def test_how_often_chance_does_it(least: int, size: int, share: float, chance: float) -> None:
    assert sending.chance_of(least, size, share) == pytest.approx(chance, abs=0.01)


def test_a_team_with_far_more_than_its_share_is_said_before_sending(council: Council, cases: list[Case]) -> None:
    made = draw(council)
    row = {"service": "A", "open": 10, "audited": 0, "eligible": 10}
    made.coverage = [
        row | {"team": "Court", "drawn": 4, "expected": 0.4},
        row | {"team": "North", "drawn": 2, "expected": 1.9},
    ]
    made.save()
    (uneven,) = sending.uneven_teams(made)
    assert uneven.team == "Court"
    client = Client()
    client.force_login(council.qa_officer)
    page = client.get(f"/draws/{made.ref}/").content.decode()
    assert "Court has 4 of the 4" in page
    assert "less than one draw in 1,000" in page


def test_the_page_sends_takes_back_and_gives_the_list_with_addresses(council: Council, cases: list[Case]) -> None:
    made, client = draw(council), Client()
    client.force_login(council.qa_officer)
    with time_machine.travel(NOW, tick=False):
        page = client.get(f"/draws/{made.ref}/").content.decode()
        assert "2. Look: nothing is sent yet" in page
        assert client.post(f"/draws/{made.ref}/send/", {"note": "Case 700001."}).status_code == 422
        sent = client.post(f"/draws/{made.ref}/send/", {"note": "Rooms are held."}, follow=True).content.decode()
        assert "You have a minute to take it back." in sent
        assert "With it: Rooms are held." in sent
        assert "Not signed in since:" not in sent
        client.post(f"/draws/{made.ref}/send/undo/")
        assert not Notice.objects.exists()
        book = client.get(f"/draws/{made.ref}/who.xlsx")
    sheet = load_workbook(BytesIO(b"".join(book.streaming_content)))["Table"]  # type: ignore[attr-defined]
    head, *rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert len(rows) == 4
    emails = {dict(zip(head, row, strict=True))["Worker’s e-mail"] for row in rows}
    assert emails <= set(User.objects.values_list("email", flat=True))


def test_how_old_the_extract_is_stands_before_the_draw(council: Council, cases: list[Case]) -> None:
    client = Client()
    client.force_login(council.qa_officer)
    asked = {"activity": "2026-12", "size": "4"}
    with time_machine.travel(NOW, tick=False):
        assert "No case extract was imported yet. Import first?" in client.get("/draws/", asked).content.decode()
        for days, words in ((36, "36 days old. Import first?"), (28, "28 days old."), (0, "taken today.")):
            Import.objects.create(
                kind="cases",
                state="applied",
                file_name="cases.csv",
                file_hash="0",
                as_at=TODAY - timedelta(days=days),
                read_at=NOW,
                applied=NOW - timedelta(days=days, minutes=1),
                counts={},
            )
            page = client.get("/draws/", asked).content.decode()
            assert words in page
            assert ("Draw 4 cases all the same" in page) is (days > 28)
